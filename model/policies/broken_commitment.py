"""A commitment that is broken: what a state promised beside the goods of this model, such as purchases of soybeans, and does not do."""

from typing import Any, ClassVar

from model.policies.instrument import Instrument
from model.policies.vocabulary import Commitment, Share, given


class BrokenCommitment(Instrument):
    """A state does not do (part of) what it promised (commitments.csv). It moves no goods: states that decide by themselves count it (issue linkage)."""

    steady: ClassVar[bool] = True

    commitment: Commitment = given("Commitment that is broken, of commitments.csv", "commitment")
    share: Share = given("Share of what was promised that is not done", "1", 1.0)

    def idle(self, levers: Any) -> str | None:
        """Why nobody answers it; None if somebody may."""
        if self.share == 0:
            return "breaks no part of what was promised; give a share above 0"
        guided = [name for name in levers.model.course.doctrines.values() if name != "scheduled"]
        return None if guided else "moves nobody, as all states follow their schedule; give some state a doctrine in [doctrines]"

    @property
    def actor(self) -> str:
        """The state that promised."""
        return self.words.commitments[self.commitment].actor
