"""2024 to mid-2026 as it happened: the model's own history against customs, price reports and published shares.

Bands are those of validation_targets.csv and of the patterns published for the 2025 licences; a band that is missed is marked
as such with the figure found, and is not widened.
"""

import numpy as np
import pandas as pd
import pytest

from model import Scenario, TradeModel
from model.folder import Folder
from model.names import month_name

MAGNETS = ["magnet_standard", "magnet_high", "magnet_extreme"]
CARS = ["ev_traction", "auto_other"]
DATA = Folder.open()
YEAR = [month_name(i) for i in range(12)]
QUARTER = ["2025-01", "2025-02", "2025-03"]
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module", params=SEEDS)
def run(request):
    """Results of one run of history."""
    return TradeModel(Scenario.load("history"), seed=request.param).run().results()


def exports(run):
    """Chinese magnet exports by month and destination, t."""
    return run.china_exports.sel(good=MAGNETS).sum("good")


def index(run, destination=None):
    """Exports over their mean of the first quarter of 2025, all destinations or one."""
    flow = exports(run).sum("destination") if destination is None else exports(run).sel(destination=destination)
    return flow / flow.sel(month=QUARTER).mean("month")


def customs(importer):
    """Chinese magnet exports of 2024 on record, t."""
    table = pd.read_csv(DATA.file("trade_flows.csv"), dtype=str)
    rows = (table.exporter == "CHN") & (table.importer == importer) & (table.period == "2024") & table["product"].str.contains("850511")
    return float(table[rows].tonnes.iloc[0])


def target(quantity, period=None):
    """Observed value and tolerance of validation_targets.csv."""
    table = pd.read_csv(DATA.file("validation_targets.csv"), dtype={"period": str})
    rows = table.quantity.str.startswith(quantity) & ((table.period == period) if period else True)
    found = table[rows]
    assert len(found) == 1
    return found.observed_value.iloc[0], found.tolerance.iloc[0]


def test_exports_of_2024_are_those_on_record(run):
    flow = exports(run).sel(month=YEAR).sum("month")
    assert float(flow.sum()) == pytest.approx(customs("WLD"), rel=0.1)


def test_so_are_those_to_each_large_importer():
    """Where chance does not move prices; with it single importers of single seeds stray further (Japan's 2,490 to 2,650 t of 2,400)."""
    run = TradeModel(Scenario.load("history").with_parameters({"price_volatility": 0.0}), seed=1).run_until("2024-12").results()
    flow = exports(run).sel(month=YEAR).sum("month")
    for importer in ("USA", "EU27", "JPN"):
        assert float(flow.sel(destination=importer)) == pytest.approx(customs(importer), rel=0.1), importer


@pytest.mark.parametrize(("stage", "quantity"), [("mine", "CHN share of REE mining"), ("refine", "CHN share of REE separation"), ("magnet", "CHN share of NdFeB magnets")])
def test_chinas_share_of_each_stage_in_2024(run, stage, quantity):
    value, tolerance = target(quantity)
    share = 100 * float(run.china_share.sel(month=YEAR, stage=stage).mean())
    assert share == pytest.approx(value, abs=tolerance)


def test_exports_fall_to_a_trough_in_may_and_recover_by_july(run):
    flow = index(run).to_series()["2025-04":"2025-12"]
    assert flow.idxmin() in ("2025-04", "2025-05", "2025-06")  # within two months of April
    recovered = flow[flow.idxmin() :] >= 0.95
    assert recovered.any() and "2025-06" <= recovered.idxmax() <= "2025-08"  # months 3 to 5


def test_exports_follow_the_record_from_april_to_september(run):
    observed = np.array([0.52, 0.24, 0.63, 1.10, 1.21, 1.13])
    found = index(run).sel(month=slice("2025-04", "2025-09")).values
    assert np.sqrt(np.mean((found - observed) ** 2)) <= 0.10


@pytest.mark.parametrize("month", ["2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09"])
def test_exports_of_each_month_lie_in_their_band(run, month):
    value, tolerance = target("CHN magnet exports, index", month)
    flow = exports(run).sum("destination")
    assert 100 * float(flow.sel(month=month) / flow.sel(month=YEAR).mean()) == pytest.approx(value, abs=tolerance)


def test_the_united_states_are_hit_hardest_in_may(run):
    may = exports(run).sel(month="2025-05") / exports(run).sel(month=QUARTER).mean("month")
    assert may.idxmin().item() == "USA"
    assert float(may.sel(destination="USA")) < 0.15
    assert 0.1 <= float(may.sel(destination="JPN")) <= 0.3
    assert 0.2 <= float(may.sel(destination="EU27")) <= 0.4


def car_losses(run):
    """Share of car makers' need that was not met outside China: by sector and region, and of all together."""
    abroad = [region for region in run.region.values if region != "CHN"]
    short, need = (run[name].sel(sector=CARS, region=abroad) for name in ("unmet_demand", "need"))
    return (short / need).fillna(0), short.sum(["sector", "region"]) / need.sum(["sector", "region"])


def test_the_first_lines_stop_in_the_second_or_third_month(run):
    worst = car_losses(run)[0].max(["sector", "region"]).to_series()
    assert worst[:"2025-03"].max() < 0.005
    assert (worst["2025-04":] > 0.005).idxmax() in ("2025-05", "2025-06")


def test_losses_stay_local(run):
    assert 0.005 <= float(car_losses(run)[1].max()) <= 0.06


def gap(run, good, month):
    """Asked price outside China over the Chinese quote."""
    prices = run.price.sel(good=good, month=month)
    return float(prices.sel(market="ROW_asked") / prices.sel(market="CHN"))


MISSED = pytest.mark.xfail(strict=True, reason="asked Dy price in May 2025 is 1.9 to 2.0 times the Chinese one: the model's ask is slower than the market's")


@pytest.mark.parametrize(
    ("month", "low", "high"), [pytest.param("2025-05", 2.3, 5.0, marks=MISSED), ("2025-08", 2.5, 5.5), ("2025-12", 2.5, 6.5)]
)
def test_dysprosium_is_dear_outside_china(run, month, low, high):
    assert low <= gap(run, "oxide_Dy", month) <= high


@pytest.mark.xfail(strict=True, reason="the ask is 1.39 times the Chinese price at its highest, seeds 1 to 8")
def test_neodymium_hardly_parts_from_the_chinese_price():
    largest = []
    for seed in range(1, 9):
        run = TradeModel(Scenario.load("history"), seed=seed).run_until("2025-12").results()
        largest.append(max(gap(run, "oxide_NdPr", month_name(i)) for i in range(12, 24)))
    assert np.mean(largest) <= 1.35


def test_most_dysprosium_is_bought_near_the_chinese_price(run):
    prices = run.price.sel(good="oxide_Dy", month=slice("2025-01", "2025-12"))
    assert 1.0 <= float((prices.sel(market="ROW_realised") / prices.sel(market="CHN")).mean()) <= 1.5


def test_the_closure_of_kachin_starves_chinese_separators():
    closed = Scenario.load("history")
    opened = closed.with_events(event for event in closed.events if "Kachin" not in event.name)
    runs = [TradeModel(scenario).run_until("2025-03").results() for scenario in (closed, opened)]
    stocks = [float(run.inventory.sel(kind="Refiner", good="concentrate")[-1]) for run in runs]
    assert stocks[0] < 0.98 * stocks[1]
