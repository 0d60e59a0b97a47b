"""Public stockpiles: a state buys, keeps and releases."""

from typing import Any, ClassVar

import numpy as np
from pydantic import model_validator

from model.names import EVERY
from model.policies.public_money import PublicMoney
from model.policies.vocabulary import Countries, Country, Cover, EndUses, Factor, Goods, Share, Tonnes, Word, expand_countries, expand_end_uses, expand_goods, given


class Stockpile(PublicMoney):
    """A state fills a stock of goods in calm months at bearable prices, pays for it and for keeping it, and releases it to its members when they lack goods."""

    steady: ClassVar[bool] = True
    halts: ClassVar[bool] = False  # it buys no more, and releases what it has

    country: Country = given("Country whose public stock it is", "country")
    goods: Goods = given("Goods it keeps, each by a target of its own", "good")
    holder: Word | None = given("Stock by name, of stores.csv; none: the first of the country that keeps the goods", "firm", None)
    months: Cover = given("Target in months of its members' use; give this or tonnes", "months", 0.0)
    tonnes: Tonnes = given("Target of each good, product weight", "t", 0.0)
    fill_months: Cover | None = given("Months in which it would come to its target (else the parameter stock_fill_months)", "months", None)
    members: Countries | None = given("Countries whose users may draw; none: those the stock serves", "country", None)
    end_uses: EndUses = given("End uses that may draw; makers may too, unless some are named", "end use", (EVERY,))
    release_from: Share | None = given("Share of a month's use that members must lack before it releases (else stock_release_from)", "1", None)
    most_share: Share | None = given("Most it buys a month, as a share of what its members use (else stock_most_share)", "1", None)
    price_ceiling: Factor | None = given("It buys while the price is no more than so many times the one expected (else stock_price_ceiling)", "1", None)

    @model_validator(mode="after")
    def _one_target(self) -> Any:
        if self.months > 0 and self.tonnes > 0:
            raise ValueError("has two targets; give either months or tonnes")
        return self

    def pull(self, levers: Any) -> None:
        """Its stock buys and releases by its rules (`model.stocks`)."""
        levers.stockpiles.append(self)

    def idle(self, levers: Any) -> str | None:
        """Why it keeps nothing; None if it does."""
        stocks = levers.model.stocks
        if not any(stocks.row_of(self, good) is not None for good in self.covered_goods):
            return f"keeps nothing; stores.csv has no public stock of {', '.join(self.covered_goods)} in {self.country}" + (f' called "{self.holder}"' if self.holder else "")
        if not (self.months or self.tonnes or any(stocks.held(*kept) for kept in stocks.kept_by(self))):
            return "aims at nothing and holds nothing; give months or tonnes"
        return super().idle(levers)

    @property
    def covered_goods(self) -> tuple[str, ...]:
        """The goods kept, each by name."""
        return expand_goods(self.goods, self.words)

    def rule(self, name: str, p: Any) -> float:
        """One figure of its rules: its own, else the parameter's."""
        own = getattr(self, name)
        return float(getattr(p, f"stock_{name}") if own is None else own)

    def may_draw(self, model: Any, row: int) -> np.ndarray:
        """(firm,): who may draw on the stock of a row of stores.csv."""
        here = model.in_countries(expand_countries(self.members, self.words) if self.members else model.stocks.serves[row])
        return here if EVERY in self.end_uses else here & np.isin(model.sector_names, list(expand_end_uses(self.end_uses, self.words)))
