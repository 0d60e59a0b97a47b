"""Random courses of events for tests of what holds whatever happens: instruments of every kind, parameters out to the ends of their bounds."""

from typing import NamedTuple

from hypothesis import strategies as st
from vocabulary import GOODS, STAGES, WORLD

from model import ExportBan, ExportLicence, ExportQuota, FasterPermitting, GeneralLicence, Offtake, ProductionQuota, Scenario, SupplyShock, Tariff, TechnologyBan, Truce, parameters
from model.names import LONGEST_WAIT, month_name
from model.policies.doctrines import PLAYERS
from model.policies.reference import FEWEST

SHARE, FACTOR = st.floats(0, 1), st.floats(0, 5)
ENDED = st.sampled_from([0.0, 1.0]) | SHARE
"""A share, often none or all."""
TONNES = st.sampled_from([0.0, 1e-5, 1e-3, 1.0, 1e3, 1e9]) | st.floats(0, 1e4)
NO_SHARE = {ExportLicence: {"capacity_share": "none", "destination_factor": {}}, ExportQuota: {"share_of_reference": None, "tonnes_per_year": 1.0}}
"""Controls from the very start leave no past to take a share of."""
ALIKE = [name for name in WORLD.words.regimes if not any(terms.strictness for terms in WORLD.words.terms[name])]
"""Regimes that treat all destinations alike, which needs no past either."""
USES = st.sampled_from(["*", "civil", "defence", "dual_use"])


class Stage(NamedTuple):
    """Where a course of events plays: who can act and be hit there, and over how many months."""

    months: int
    states: tuple[str, ...]
    firms: tuple[str, ...]
    most_events: int


def value(name: str) -> st.SearchStrategy[float]:
    """A parameter anywhere within its bounds, often at one of its ends."""
    row = parameters.load()[name]
    return st.sampled_from([row.minimum, row.maximum, row.low, row.high]) | st.floats(row.minimum, row.maximum)


def values() -> st.SearchStrategy[dict[str, float]]:
    """A few parameters, or nearly all, away from their defaults."""
    names = sorted(parameters.load())
    few = st.lists(st.sampled_from(names), max_size=8, unique=True)
    return (few | few | st.just(names)).flatmap(lambda chosen: st.fixed_dictionaries({name: value(name) for name in chosen}))


@st.composite
def licences(draw, states, goods, early):
    """A licence on a regime's terms or on its own."""
    place = {"origin": draw(states), "goods": draw(goods), "destinations": draw(st.just("*") | states), "end_uses": draw(USES)}
    if draw(st.booleans()):
        return place | {"regime": draw(st.sampled_from(ALIKE if early else WORLD.words.regimes)), "goods": "*", "month_share": draw(SHARE)}
    rate = draw(ENDED)
    return place | {
        "controlled_share": draw(ENDED), "minimum_months": draw(st.integers(0, LONGEST_WAIT)), "approval_rate": rate,
        "denial_rate": draw(st.sampled_from([0.0, 1.0 - rate]) | st.floats(0, 1.0 - rate)),
        "capacity_share": draw(st.none() | FACTOR | st.lists(FACTOR, min_size=1, max_size=3)),
        "destination_factor": draw(st.dictionaries(states, ENDED, max_size=2)), "general_licence_share": draw(SHARE),
        "announced_severity": draw(SHARE), "announced_openness": draw(SHARE), "month_share": draw(ENDED),
    }  # fmt: skip


@st.composite
def fields(draw, kind, stage, early):
    """What an instrument of a kind says beside its months."""
    states = st.sampled_from(stage.states)
    goods = st.lists(st.sampled_from(GOODS), min_size=1, max_size=4, unique=True) | st.just("*")
    if kind is ExportLicence:
        return draw(licences(states, goods, early))
    if kind is ExportQuota:
        ceiling = draw(st.fixed_dictionaries({"tonnes_per_year": TONNES}) | st.fixed_dictionaries({"share_of_reference": FACTOR}))
        return {"origin": draw(states), "goods": draw(goods)} | ceiling
    if kind is ExportBan:
        return {"origin": draw(states), "goods": draw(goods), "destinations": draw(st.just("*") | states), "end_uses": draw(USES), "share": draw(ENDED)}
    if kind is GeneralLicence:
        holders = st.lists(st.sampled_from(stage.firms), min_size=1, max_size=3, unique=True)
        return {"origin": draw(states), "goods": draw(goods), "destinations": draw(st.just("*") | states), "entities": draw(holders), "share": draw(ENDED)}
    if kind is ProductionQuota:
        ceiling = draw(st.fixed_dictionaries({"tonnes_per_year": TONNES}) | st.fixed_dictionaries({"share_of_base": FACTOR}))
        return {"country": draw(states), "stage": draw(st.sampled_from(STAGES)), "imported": draw(ENDED), "reviewed": draw(ENDED)} | ceiling
    if kind is Tariff:
        return {"importer": draw(states), "origins": draw(st.just("*") | states), "goods": draw(goods), "rate": draw(st.floats(0, 5))}
    if kind is FasterPermitting:
        return {"country": draw(states), "stage": draw(st.just("*") | st.sampled_from(STAGES)), "lead_factor": draw(ENDED)}
    if kind is TechnologyBan:
        return {"origin": draw(states), "lead_factor": draw(st.floats(1, 5)), "capex_factor": draw(st.floats(1, 5)), "lifted": draw(st.booleans())}
    if kind is Offtake:
        volume = draw(st.fixed_dictionaries({"tonnes_per_year": TONNES}) | st.fixed_dictionaries({"share_of_output": ENDED}))
        money = {"premium": draw(ENDED), "take_or_pay": draw(ENDED), "budget": draw(st.none() | st.floats(0, 100))}
        return {"payer": draw(states), "entities": draw(st.sampled_from(stage.firms)), "good": draw(goods), "buyers": draw(st.just("*") | states)} | volume | money
    hit = {"entities": st.sampled_from(stage.firms)}, {"country": states, "stage": st.sampled_from(STAGES)}
    return draw(st.one_of(*map(st.fixed_dictionaries, hit))) | {"factor": draw(FACTOR), "months": draw(st.integers(1, 24))}


@st.composite
def events(draw, stage):
    """Some instruments of any kind, each in force for a while, and truces that suspend some of them."""
    early = draw(st.booleans())
    kinds = st.sampled_from([ExportLicence, GeneralLicence, ExportQuota, ExportBan, ProductionQuota, Tariff, SupplyShock, Offtake, FasterPermitting, TechnologyBan])
    made = []
    for number, kind in enumerate(draw(st.lists(kinds, max_size=stage.most_events))):
        start = draw(st.integers(0 if early else FEWEST, stage.months - 2))
        until = month_name(start + draw(st.integers(1, stage.months)))
        said = draw(fields(kind, stage, early)) | (NO_SHARE.get(kind, {}) if early else {})
        made.append(kind(name=f"event {number}", date=month_name(start), until=until, **said))
    if made and draw(st.booleans()):
        start, names = draw(st.integers(0, stage.months - 2)), st.sampled_from([event.name for event in made])
        suspended = draw(st.lists(names, min_size=1, unique=True))
        made.append(Truce(name="truce", date=month_name(start), until=month_name(start + draw(st.integers(1, stage.months))), suspends=suspended))
    return made


DECIDING = ("CHN", "USA", "EU27", "JPN", "MYS", "AUS")
"""States that may decide by themselves."""


@st.composite
def scenarios(draw, stage):
    """A course of events on a stage, under parameters anywhere within their bounds, with or without states that decide by themselves."""
    return Scenario(
        name="random", sentence="Anything that can be written down happens.", last_month=month_name(stage.months - 1),
        parameters=draw(values()), events=tuple(draw(events(stage))),
        doctrines=draw(st.dictionaries(st.sampled_from(sorted(DECIDING)), st.sampled_from(sorted(PLAYERS)))),
    )  # fmt: skip
