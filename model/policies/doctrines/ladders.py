"""Ladders: what each rung on which a state can stand puts in force. Rung 0 is what its schedule says, and nothing more."""

from typing import TYPE_CHECKING, Any

from model.names import CHINA, month_name
from model.policies.anti_coercion import AntiCoercion
from model.policies.doctrines.game import Game, game_of
from model.policies.export_licence import ExportLicence
from model.policies.export_measure import ExportMeasure
from model.policies.general_licence import GeneralLicence
from model.policies.instrument import Instrument, instrument
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

    def favour(self, model: "TradeModel", share: float, since: int) -> tuple[Instrument, ...]:
        """General licences for a share of what the firms of the game's list export."""
        if share <= 0.0 or not self.game.general:
            return ()
        month = month_name(since)
        with spoken(model.facts.words):
            return (GeneralLicence(date=month, name=f"General licences, {month}", origin=self.country, goods=self.game.taxed, entities=self.game.general, share=share, source="assumption"),)


class Duties:
    """An importer's ladder: talks, a duty on Chinese goods on top of those scheduled, and twice that."""

    aimed = True

    def __init__(self, country: str, game: Game) -> None:
        self.country, self.game, self.top = country, game, 2

    def instruments(self, model: "TradeModel", rung: int, since: int) -> tuple[Instrument, ...]:
        """The duty of a rung."""
        if rung == 0:
            return ()
        rate = rung * model.p.us_answer_tariff
        with spoken(model.facts.words):
            name = f"Answering duty {rate:.2f}, {self.country}"
            return (Tariff(date=month_name(since), name=name, importer=self.country, origins=(CHINA,), goods=self.game.taxed, rate=rate, source="assumption"),)


class Answers:
    """A ladder that the world gives a country: the instruments of each rung above 0 ([game.answers] of its world.toml). `aimed`: whether any hurts China; `keeps`: whether they do nothing but keep goods at home."""

    def __init__(self, country: str, rungs: tuple[tuple[dict[str, Any], ...], ...], model: "TradeModel") -> None:
        self.country, self.rungs, self.top = country, rungs, len(rungs)
        tried = [each for rung in range(1, self.top + 1) for each in self.instruments(model, rung, model.first)]
        self.aimed = any(isinstance(each, Tariff | AntiCoercion) for each in tried)
        self.keeps = all(isinstance(each, ExportMeasure) for each in tried)
        self.goods = tuple(good for each in tried if isinstance(each, ExportMeasure) for good in each.covered_goods)

    def instruments(self, model: "TradeModel", rung: int, since: int) -> tuple[Instrument, ...]:
        """What the world gives for a rung, from the month in which it was taken."""
        month = month_name(since)
        with spoken(model.facts.words):
            given = self.rungs[rung - 1] if rung else ()
            return tuple(instrument({"date": month, "name": f"{each.get('instrument')} of {self.country}, {month} ({at + 1})", "source": "assumption"} | each, f"world.toml: game.answers.{self.country}[{rung - 1}][{at}]") for at, each in enumerate(given))


Ladder = Licences | Duties | Answers


def ladder_of(model: "TradeModel", country: str) -> Ladder:
    """What a country can do in a world's game; `InputError` where the world has none."""
    game = game_of(model.facts)
    if country == CHINA:
        return Licences(country, game)
    return Answers(country, game.answers[country], model) if country in game.answers else Duties(country, game)


__all__ = ["Answers", "Duties", "Ladder", "Licences", "ladder_of"]
