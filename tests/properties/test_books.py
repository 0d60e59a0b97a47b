"""Whatever states do and whatever the parameters, the books close and no stock is negative."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import CHINESE, MAGNETS, chain_world

from model import ExportBan, ExportLicence, ExportQuota, Scenario, SupplyShock, Tariff, parameters
from model.names import GOODS, LONGEST_WAIT, STAGES, month_name

MONTHS = 18
BASE = Scenario.load("open_trade")
SHARE = st.floats(0, 1)
GOOD = st.sampled_from([good for good in GOODS if good != "swarf"])
FIELDS = {
    ExportLicence: {
        "origin": st.just("CHN"), "goods": GOOD | st.just(MAGNETS), "controlled_share": SHARE, "minimum_months": st.integers(0, LONGEST_WAIT),
        "approval_rate": st.floats(0, 0.6), "denial_rate": st.floats(0, 0.4), "capacity_share": st.none() | st.floats(0, 5),
        "destination_factor": st.dictionaries(st.sampled_from(["USA", "EU27"]), st.floats(0, 5)), "general_licence_share": SHARE,
        "announced_severity": SHARE, "announced_openness": SHARE, "month_share": SHARE,
    },
    ExportQuota: {"origin": st.just("CHN"), "goods": GOOD, "tonnes_per_year": st.floats(0, 1e4)},
    ExportBan: {"origin": st.just("CHN"), "goods": GOOD, "destinations": st.sampled_from(["*", "USA"]), "share": SHARE},
    Tariff: {"importer": st.sampled_from(["USA", "EU27", "CHN"]), "origins": st.just("*"), "goods": GOOD | st.just("*"), "rate": st.floats(0, 10)},
    SupplyShock: {"country": st.just("CHN"), "stage": st.sampled_from(STAGES), "factor": st.floats(0, 5), "months": st.integers(1, 12)},
}  # fmt: skip


@st.composite
def events(draw):
    """Some instruments of any kind, each in force for a while."""
    chosen = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(list(FIELDS)), max_size=4))):
        start = draw(st.integers(0, MONTHS - 2))
        until = month_name(start + draw(st.integers(1, MONTHS)))
        fields = {name: draw(values) for name, values in FIELDS[kind].items()}
        chosen.append(kind(name=f"event {number}", date=month_name(start), until=until, **fields))
    return chosen


@st.composite
def scenarios(draw):
    """A course of events under parameters anywhere between low and high."""
    names = draw(st.lists(st.sampled_from(sorted(parameters.load())), max_size=6, unique=True))
    values = {name: draw(st.floats(parameters.load()[name].low, parameters.load()[name].high)) for name in names}
    return BASE.with_parameters(values).with_events(draw(events()))


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(scenario=scenarios(), seed=st.integers(1, 1000))
def test_books_close_and_stocks_stay_positive(scenario, seed):
    model = chain_world(firms=CHINESE, scenario=scenario, seed=seed)
    for _ in range(MONTHS):
        model.step()
        assert model.ledger.imbalance() == {"NdPr": 0, "Dy": 0, "Tb": 0}
        assert model.inputs.min() >= 0 and model.finished.min() >= 0
        assert model.trade.queue.min() >= 0 and model.trade.transit.min() >= 0
        assert 0 <= model.belief.min() and model.belief.max() <= 1
        assert model.trade.flow.min() >= 0
    results = model.results()
    assert all(bool((abs(results[name]) < float("inf")).all()) for name in results.data_vars)
