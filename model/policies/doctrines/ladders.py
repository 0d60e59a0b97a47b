"""Ladders: what each rung on which a state can stand puts in force. Rung 0 is what its schedule says, and nothing more."""

from typing import TYPE_CHECKING

from model.names import CHINA, month_name
from model.policies.doctrines.game import Game, game_of
from model.policies.export_licence import ExportLicence
from model.policies.instrument import Instrument
from model.policies.tariff import Tariff
from model.words import spoken

if TYPE_CHECKING:
    from model.model import TradeModel


class Licences:
    """An exporter's ladder: the regimes of the game, for all destinations or for some; the scenario's own licences are the floor."""

    aimed = False
    """Whether it answers China."""

    def __init__(self, country: str, game: Game) -> None:
        self.country, self.game, self.top = country, game, len(game.rungs) - 1

    def instruments(self, model: "TradeModel", rung: int, since: int, against: tuple[str, ...] = ("*",)) -> tuple[Instrument, ...]:
        """The regime of a rung, from the month in which it was taken."""
        if rung == 0:
            return ()
        regime, month = self.game.rungs[rung], month_name(since)
        aim = "" if "*" in against else f" to {', '.join(against)}"
        name = f"{regime} in answer{aim}, {month}"
        with spoken(model.facts.words):
            return (ExportLicence(date=month, name=name, origin=self.country, goods=self.game.licensed, destinations=against, regime=regime, source="assumption"),)


class Duties:
    """An importer's ladder: talks, a duty on Chinese goods on top of those scheduled, and twice that."""

    aimed = True

    def __init__(self, country: str, game: Game) -> None:
        self.country, self.game, self.top = country, game, 2

    def instruments(self, model: "TradeModel", rung: int, since: int, against: tuple[str, ...] = (CHINA,)) -> tuple[Instrument, ...]:
        """The duty of a rung."""
        if rung == 0:
            return ()
        rate = rung * model.p.us_answer_tariff
        with spoken(model.facts.words):
            name = f"Answering duty {rate:.2f}, {self.country}"
            return (Tariff(date=month_name(since), name=name, importer=self.country, origins=(CHINA,), goods=self.game.taxed, rate=rate, source="assumption"),)


Ladder = Licences | Duties


def ladder_of(model: "TradeModel", country: str) -> Ladder:
    """What a country can do in a world's game; `InputError` where the world has none."""
    game = game_of(model.facts)
    return Licences(country, game) if country == CHINA else Duties(country, game)


__all__ = ["Duties", "Ladder", "Licences", "ladder_of"]
