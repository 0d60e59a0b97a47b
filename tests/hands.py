"""What the month's tests share: tiny worlds whose numbers are set by hand, and a month with something put in place before one of its phases.

`month(model, produce=set_stock)` is `TradeModel.step` (tests/test_schedule.py: the list and the code are one) with `set_stock()` called just
before the phase "produce": what came before in the month cannot disturb the numbers.
"""

import numpy as np
import pytest
from vocabulary import DY, ELEMENTS, GOODS, MAGNETS, TB, WORLD
from worlds import ABROAD, CHINESE, STILL, US_CARS, chain_links, chain_world, firm, found, relation

from model import TradeModel
from model.schedule import SCHEDULE

HANAU, JL = ABROAD[-1], CHINESE[-1]
"""A magnet maker in Germany and one in China."""
KUANTAN, CREG = ABROAD[1], CHINESE[1]
"""A refiner in Malaysia and one in China."""
HEAVY = slice(DY, TB + 1)
REMLOY = "Heraeus Remloy (Bitterfeld)"
"""A recycler in Germany."""


def still(**parameters):
    """The scenario in which nothing happens, with some parameters set, beyond their ranges too."""
    assert not parameters.keys() - WORLD.parameters.keys(), f"no parameters: {parameters.keys() - WORLD.parameters.keys()}"
    return STILL.model_copy(update={"parameters": STILL.parameters | {"belief_spread": 0.0} | parameters})


def two_chains(*events, scenario=None, users=(US_CARS,), **choices):
    """A Chinese chain and one abroad, each of which supplies half of what the users need; the one abroad wastes a tenth more on the way."""
    links = list(chain_links(CHINESE, users))
    links += [(*ends, good, tonnes * (1.0 if good.startswith("magnet") else 1.1), contract) for *ends, good, tonnes, contract in chain_links(ABROAD, users)]
    return found(tuple(links), events, scenario or still(), (), choices)


def abroad(*events, scenario=None, **choices):
    """A whole chain outside China."""
    return chain_world(*events, firms=ABROAD, scenario=scenario or still(), **choices)


def in_china(*events, scenario=None, **choices):
    """A whole chain in China that supplies users abroad."""
    return chain_world(*events, firms=CHINESE, scenario=scenario or still(), **choices)


def month(model: TradeModel, **before):
    """One month; before each phase named, what is given for it is called. Returns the model."""
    for phase in SCHEDULE:
        before.get(phase["phase"], lambda: None)()
        model.parts.act("before", phase["phase"])
        for call in phase["calls"]:
            call(model)
        model.parts.act("after", phase["phase"])
    return model


def row(model, name):
    """Number of a firm."""
    return firm(model, name).row


def put(model, name, **columns):
    """Sets columns of one firm; `inputs`, `finished` and `recipe` are set by {(good, element): grams}, and the books follow."""
    at = row(model, name)
    for column, value in columns.items():
        if column in ("inputs", "finished", "recipe"):
            for (good, element), grams in value.items():
                getattr(model, column)[good, element, at] = grams
        else:
            model.columns[firm(model, name).does][column][..., at] = value
    model.held[:] = model.inputs[np.arange(len(GOODS)), model.trade.lead]
    model.ledger.open()


def deal(model, seller, buyer, good, **traits):
    """Number of a relation, after setting some of its properties (share=0.5, wait=2.0, ...)."""
    at = relation(model, seller, buyer, good)
    for name, value in traits.items():
        getattr(model.trade, name)[..., at] = value
    model.ledger.open()
    return at


def one(good, grams):
    """An entry a good, all nought but this one."""
    return np.where(np.arange(len(GOODS)) == good, grams, 0.0)


def by_good(**grams):
    """An entry a good, from {good: grams}."""
    return np.array([grams.get(good, 0.0) for good in GOODS])


def heavies(dysprosium, terbium):
    """The recipe of a magnet maker: grams of Dy and Tb per gram of NdPr by grade."""
    grades = range(len(GOODS))[MAGNETS]
    return {(good, element): grams for element, of in ((DY, dysprosium), (TB, terbium)) for good, grams in zip(grades, of, strict=True)}


def saved(share):
    """An entry by good and element of a magnet maker: this share of the heavies, nothing of NdPr."""
    found = np.zeros((len(GOODS), len(ELEMENTS)))
    found[MAGNETS, HEAVY] = share
    return found


def bill_of(market, good):
    """What is bought for a unit of a good, by input: by makers in China, by makers outside."""
    bills = next(bills for bills in (market.converted, market.assembled) if good in bills.goods)
    at = bills.goods.tolist().index(good)
    return bills.china[at], bills.outside[at]


def cost_outside(market, good):
    """What a good costs to make outside China, USD/kg."""
    return market.cost("assembled", "outside", market.realised)[market.made.tolist().index(good)]


def near(value, grams=0.0):
    """Equal but for rounding in the last digits (and so many grams, where whole grams are handed out)."""
    return pytest.approx(value, rel=1e-9, abs=max(1e-12, grams))
