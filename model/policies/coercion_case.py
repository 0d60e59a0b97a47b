"""The course of a case against coercion: opened, voted on, in force, closed."""

from typing import TYPE_CHECKING, Any

from model.policies.hardship import hardship, loss_now

if TYPE_CHECKING:
    from model.model import TradeModel


class Case:
    """What a procedure remembers: months of hurt (above 0) or calm (below) in a row, the month its case was opened, how many there were, whether its duty stands."""

    def __init__(self) -> None:
        self.run, self.number = 0, 0
        self.opened: int | None = None
        self.stands = False

    def hear(self, procedure: Any, model: "TradeModel") -> None:
        """A month further."""
        terms = {name: procedure.term(name, model.p) for name in ("threshold", "severity", "months", "delay", "vote")}
        hurt = loss_now(model, procedure.buyers) > terms["threshold"] or hardship(model, procedure.buyers) >= terms["severity"]
        self.run = (max(self.run, 0) + 1) if hurt else (min(self.run, 0) - 1)
        if self.run >= terms["months"] and self.opened is None:
            self.opened, self.number = model.now, self.number + 1
        if self.run <= -terms["months"]:
            self.opened, self.stands = None, False
        if self.opened is not None and model.now - self.opened == int(terms["delay"]):
            owner = model.key_of((procedure.actor, type(procedure).__name__, "vote"))
            self.stands = float(model.chance.uniform("vote", self.number, owner)) < terms["vote"]


__all__ = ["Case"]
