"""E1: what firms believe about restrictions."""

from model.rules import rule


@rule
def alarm(severity: float, fill: float, experience_weight: float, background: float, temper: float) -> float:
    """E1: severity a firm perceives: what is announced for its country or what it lives through, by its own temper.

    severity 0..1 announced; fill 0..1 share of normal purchases from China that arrived; temper: relative difference of
    this firm from others, without effect in calm times.
    """
    seen = max(severity, experience_weight * (1.0 - fill), background)
    return min(max(background + (seen - background) * (1.0 + temper), 0.0), 1.0)


@rule
def learn(belief: float, observed: float, up: float, down: float) -> float:
    """E1.1: beliefs rise fast (up, 1/month) and fade slowly (down, 1/month)."""
    if observed > belief:
        return belief + up * (observed - belief)
    return belief - down * (belief - observed)
