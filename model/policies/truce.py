"""Truces: instruments set aside for a time, and which instruments that leaves in force."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from model.names import CHINA
from model.policies.instrument import Instrument
from model.policies.vocabulary import Commitment, Month, Word, given, several


class Truce(Instrument):
    """China suspends instruments by name until a month; renewal is a later truce. What it suspends returns when it ends."""

    steady: ClassVar[bool] = True

    until: Month = given("First month no longer in force: every truce has an end", "month YYYY-MM")
    suspends: Annotated[tuple[Word, ...], BeforeValidator(several), Field(min_length=1)] = given(
        "Names of the instruments set aside, of whatever state", "instrument"
    )

    commitments: Annotated[tuple[Commitment, ...], BeforeValidator(several)] = given(
        "Commitments of commitments.csv on which it rests: while it stands, only these count among states that decide by themselves; none: all that are owed", "commitment", ()
    )

    @property
    def actor(self) -> str:
        """China, whose announcements have carried the truces so far."""
        return CHINA


def without_gone(instruments: Iterable[Instrument]) -> tuple[Instrument, ...]:
    """The same instruments, but truces name only what is still among them; one that names nothing any more is gone too."""
    kept = tuple(instruments)
    names = {each.name for each in kept if not isinstance(each, Truce)}
    left = ((each, tuple(name for name in each.suspends if name in names) if isinstance(each, Truce) else ()) for each in kept)
    whole = [(each, there) for each, there in left if there or not isinstance(each, Truce)]
    return tuple(each.changed(suspends=there) if isinstance(each, Truce) and there != each.suspends else each for each, there in whole)


def in_force(instruments: Iterable[Instrument], month: int) -> tuple[Instrument, ...]:
    """The instruments in force in the month of this index, those a truce suspends left out."""
    return tuple(each for each in known(instruments, month) if each.in_force(month))


def known(instruments: Iterable[Instrument], month: int) -> tuple[Instrument, ...]:
    """The instruments in force or announced in the month of this index, those a truce suspends left out."""
    heard = tuple(each for each in instruments if each.in_force(month) or each.heralded(month))
    suspended = {name for each in heard if isinstance(each, Truce) and each.in_force(month) for name in each.suspends}
    return tuple(each for each in heard if each.name not in suspended)
