"""What a world.toml may say, checked: a misspelt key, a wrong kind of value or a name that the tables do not know is one line."""

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field

from model.checked import Checked
from model.errors import InputError, unknown
from model.names import MONTH

if TYPE_CHECKING:
    from model.chain import Chain


def _month(text: str) -> str:
    if not re.fullmatch(MONTH, text):
        raise ValueError(f'"{text}" is not a month; write one such as "2024-01"')
    return text


Month = Annotated[str, AfterValidator(_month)]
Names = tuple[str, ...]
Weight = Annotated[float, Field(ge=0.0)]


class Headline(Checked):
    """What headlines speak of and how it is called; all that is used in the end where nothing is said."""

    goods: Names = Field((), description="Goods whose need, loss and exports count")
    stage: str = Field("", description="Stage whose output counts")
    word: str = Field("", description="Word for the goods, such as magnet")
    words: str = Field("", description="Plural of that word")
    price: str = Field("", description="Good whose price is told")
    licence: str = Field("", description="Good whose licence is told")
    sector: str = Field("", description="Sector whose first stop is told")
    sector_words: str = Field("", description="Words for that sector")


class Game(Checked):
    """What reactive states move on."""

    licensed: Names = Field(description="Goods that China licenses")
    taxed: Names = Field(description="Goods that the United States taxes in answer")
    rungs: Names = Field(description="Regimes of regimes.csv, from open to closed")
    package: str = Field(description="Rung that counts as the full package")
    general: Names = Field((), description="Exporters to which a reactive China gives general licences while it keeps the truce")
    answers: dict[str, tuple[tuple[dict[str, Any], ...], ...]] = Field({}, description="What single countries can do instead of duties: by country the rungs, each a list of instruments")


class Tolerance(Checked):
    """By how much a result may miss what was observed where its row gives no tolerance, as shares of 1."""

    base: Weight = Field(description="Of exports of the base year as a whole, which the links hold")
    flows: Weight = Field(description="Of other exports")
    least: Weight = Field(description="Of a mean month of the base year, below which no miss of exports counts")
    prices: Weight = Field(description="Of prices")


class Seen(Checked):
    """What the past is held against (hindcast, figures of the past)."""

    exports: str = Field(description="Product of trade_flows.csv")
    control: Month = Field(description='First month of the first controls, as "2025-04"')
    goods: Names = Field((), description="Goods that the product is")
    contained: dict[str, Names] = Field({}, description="Goods of further products of trade_flows.csv, told in tonnes of the leading element in them")
    prices: dict[str, str] = Field({}, description="Goods of the materials of prices.csv")
    tolerance: Tolerance = Field(description="Table of how far results may miss")


class Linking(Checked):
    """How links that nobody knows are built."""

    home: Weight = Field(description="Weight of a new link at home against one abroad")
    bloc: Weight = Field(description="Weight of a new link within a bloc against one abroad")
    least_share: Weight = Field(description="Share of a buyer's purchases below which a fitted link is dropped")
    contract_from: Weight = Field(description="Share of a buyer's purchases from which a new link is a contract")
    faint: Weight = Field(description="Weight of unknown links beside known ones")


class Settings(Checked):
    """A world.toml, over those it extends."""

    name: str = Field(description="Name of the world")
    sentence: str = Field("", description="Sentence that says what the world holds")
    extends: str | None = Field(None, description="World whose tables it takes over")
    start: Month = Field(description='First month, as "2024-01"')
    base_year: int | None = Field(None, description="Year of trade flows and production")
    history_end: Month | None = Field(None, description='Last month of what happened, as "2026-06"')
    headline: Headline = Field(Headline(), description="Table of what headlines speak of")
    game: Game | None = Field(None, description="Table of what reactive states move on")
    observed: Seen | None = Field(None, description="Table of what was observed")
    linking: Linking | None = Field(None, description="Table of how links are built")

    @classmethod
    def of(cls, said: dict[str, Any]) -> "Settings":
        """Those of a folder; `InputError` names the key."""
        try:
            return cls(**said)
        except InputError as error:
            text = re.sub(r": [A-Z]\w+\.", ".", str(error).removeprefix(f"{cls.__name__}."))  # parts name their class
            raise InputError(f"world.toml: {text}") from None

    @property
    def ways(self) -> Linking:
        """How links are built; `InputError` where nothing is said."""
        if self.linking is None:
            raise InputError("world.toml: linking is missing, so links cannot be built; give the table, or let the world extend common")
        return self.linking

    def check(self, chain: "Chain", sectors: Names, regimes: Names) -> None:
        """Refuses names that the tables do not know."""
        of = self.headline
        game, seen = self.game, self.observed
        goods = {"headline.goods": of.goods, "headline.price": (of.price,), "headline.licence": (of.licence,)}
        goods |= {"game.licensed": game.licensed, "game.taxed": game.taxed} if game else {}
        goods |= {"observed.goods": seen.goods, "observed.prices": tuple(seen.prices.values())} if seen else {}
        goods |= {f"observed.contained.{product}": names for product, names in seen.contained.items()} if seen else {}
        known = {place: ("good", names, chain.goods) for place, names in goods.items()}
        known |= {"headline.stage": ("stage", (of.stage,), tuple(chain.by_stage)), "headline.sector": ("sector", (of.sector,), sectors)}
        known |= {"game.rungs": ("regime", game.rungs, regimes), "game.package": ("rung", (game.package,), game.rungs)} if game else {}
        for place, (what, names, there) in known.items():
            for name in names:
                if name and name not in there:
                    raise InputError(f"world.toml: {place}: {unknown(what, name, there)}")


__all__ = ["Game", "Headline", "Linking", "Seen", "Settings", "Tolerance"]
