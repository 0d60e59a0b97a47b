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
        hurt = loss_now(model, procedure.buyers) > procedure.threshold or hardship(model, procedure.buyers) >= procedure.severity
        self.run = (max(self.run, 0) + 1) if hurt else (min(self.run, 0) - 1)
        if self.run >= procedure.months and self.opened is None:
            self.opened, self.number = model.now, self.number + 1
        if self.run <= -procedure.months:
            self.opened, self.stands = None, False
        if self.opened is not None and model.now - self.opened == procedure.delay:
            owner = model.key_of((procedure.actor, type(procedure).__name__, "vote"))
            self.stands = float(model.chance.uniform("vote", self.number, owner)) < procedure.vote


__all__ = ["Case"]
