"""Substitution programmes: a state helps users to do without."""

from typing import Any, ClassVar

from model.policies.end_users import EndUsers
from model.policies.public_money import PublicMoney
from model.policies.vocabulary import Share, Speed, given


class SubstitutionProgramme(PublicMoney, EndUsers):
    """Users draw leaner designs faster and have them qualified sooner, and the state bears part of what these cost."""

    steady: ClassVar[bool] = True

    speed: Speed = given("Speed at which goods are designed out, a multiple of the usual", "1", 1.0)
    share_of_redesign: Share = given("Share of the cost of redesigns that the state pays", "1", 0.0)

    def pull(self, levers: Any) -> None:
        """E2.3, E4.5: speeds of several are multiplied; each pays its share of what those before it leave."""
        levers.redesign_speed[self.users(levers)] *= self.speed
        levers.redesigns.append(self)

    def idle(self, levers: Any) -> str | None:
        """Why it changes nothing; None if it does."""
        if self.speed == 1 and self.share_of_redesign == 0:
            return "neither speeds anything up nor pays anything; give a speed above 1, or a share_of_redesign"
        nobody = EndUsers.idle(self, levers)
        if nobody is None and not (levers.model.designable[self.users(levers)] > 0.0).any():
            return "is for users that can design nothing out; name other sectors or countries"
        return nobody or super().idle(levers)
