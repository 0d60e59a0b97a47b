"""Worlds are folders: shipped ones run with exact books, a user's own rows act, and samarium moves nothing of the other elements."""

import numpy as np
import pandas as pd
import pytest

from model import InputError, Scenario, TradeModel
from model.folder import Folder, shipped
from model.world import World
from model.world.workshop import main

SUMS = ["sector", "region"]


def overlay(tmp_path, extends="magnets", **tables):
    """A folder that extends a world and gives some rows."""
    (tmp_path / "world.toml").write_text(f'name = "mine"\nextends = "{extends}"\n', encoding="utf-8")
    for name, rows in tables.items():
        pd.DataFrame(rows).to_csv(tmp_path / f"{name}.csv", index=False)
    return tmp_path


def traded(world, good):
    """Tonnes of a good in a world's links, by supplier."""
    links = world.tables["links"]
    return links[links.good == good].groupby("supplier").tonnes_base.sum()


def need(world, month="2024-01"):
    return TradeModel("truce_holds", seed=1, world=world).run_until(month).results().need


# ---------------------------------------------------------------------- own rows act
def test_doubled_demand_doubles_need_and_the_network_follows(tmp_path):
    world = overlay(tmp_path, demand=[{"sector": "wind", "country": "USA", "base_demand_t": 800}])
    before, after = need(None), need(world)
    pair = {"sector": "wind", "region": "USA"}
    assert float(after.sel(pair)[0]) == pytest.approx(2 * float(before.sel(pair)[0]), rel=1e-3)
    others = (after - before).drop_sel(sector="wind")
    assert float(abs(others).max()) < 1e-3 * float(before.max())


def test_what_makers_sell_and_mines_dig_follows_demand_and_worlds_are_told_apart_by_what_they_say(tmp_path):
    folder = overlay(tmp_path, demand=[{"sector": "ev_traction", "country": "USA", "base_demand_t": 3200}])
    world = World.load(folder)
    for good in ("magnet_high", "metal_NdPr", "oxide_Dy", "concentrate"):
        mine, usual = (traded(each, good).sum() for each in (world, World.load()))
        assert mine > 1.001 * usual, good
    assert World.load(folder) is world
    overlay(tmp_path, demand=[{"sector": "ev_traction", "country": "USA", "base_demand_t": 1700}])
    assert World.load(folder) is not world


def test_a_mine_that_makes_less_sells_less_and_others_more(tmp_path):
    world = World.load(overlay(tmp_path, firms=[{"entity": "Mt Weld", "production_base_t": 10000}]))
    sold = {key: traded(each, "concentrate") for key, each in (("mine", world), ("usual", World.load()))}
    assert sold["mine"]["Mt Weld"] < 0.5 * sold["usual"]["Mt Weld"]
    assert sold["mine"].sum() == pytest.approx(sold["usual"].sum(), rel=1e-3)


def test_an_overlay_without_rows_is_the_world_it_extends_bit_for_bit(tmp_path):
    one, other = (TradeModel("truce_holds", seed=1, world=world).run_until("2025-06").results() for world in (None, overlay(tmp_path)))
    assert all(np.array_equal(one[name].values, other[name].values, equal_nan=True) for name in one.data_vars if one[name].dtype.kind == "f")


def test_own_links_that_do_not_add_up_are_refused_with_both_figures(tmp_path):
    links = World.load().tables["links"].copy()
    row = links.index[links.buyer == "LAMP Kuantan"][0]
    links.loc[links.buyer == "LAMP Kuantan", "tonnes_base"] *= 0.5
    links.to_csv(tmp_path / "links.csv", index=False)
    with pytest.raises(InputError, match=r"links.csv row \d+.*28,000 t of concentrate.*14,000 t.*balance") as refused:
        World.load(overlay(tmp_path))
    assert row is not None and "\n" not in str(refused.value)


@pytest.mark.parametrize("world", ["magnet", "", 3, "/nowhere"])
def test_no_world_is_one_line(world):
    with pytest.raises(InputError) as refused:
        TradeModel("truce_holds", world=world)
    assert "world" in str(refused.value)


def test_a_world_that_extends_itself_is_refused(tmp_path):
    (tmp_path / "world.toml").write_text(f'extends = "{tmp_path}"\n', encoding="utf-8")
    with pytest.raises(InputError, match="circle"):
        Folder.open(tmp_path)


def test_instruments_of_another_world_are_refused():
    scenario = Scenario.load("truce_holds", "gallium")
    with pytest.raises(InputError, match=r"gallium|ga_4N"):
        TradeModel(scenario, world="magnets")


# ---------------------------------------------------------------------- gallium
@pytest.mark.parametrize("world", shipped())
def test_every_shipped_world_tells_the_same_storylines(world):
    assert {"history", "truce_holds", "restrictions_resume", "open_trade", "balanced"} <= set(Scenario.names(world))


@pytest.mark.parametrize("world", [name for name in shipped() if name != "magnets"])
def test_another_world_runs_with_exact_books_through_its_own_past(world):
    model = TradeModel("restrictions_resume", seed=1, world=world).run_until("2026-12")
    results = model.results()
    assert model.ledger.imbalance() == dict.fromkeys(model.chain.elements, 0.0)
    assert results.month.values[0] == model.facts.start == "2022-01"
    exports = results.china_exports.sum(["good", "destination"]).to_series()
    assert exports["2023-08":"2023-09"].max() < 0.05 * exports["2022-01":"2022-12"].mean() < exports["2024-01":"2024-12"].mean()


@pytest.mark.parametrize("world", [name for name in shipped() if name != "magnets"])
def test_another_world_stands_still_where_nothing_happens(world):
    results = TradeModel("balanced", seed=1, world=world).run_until("2023-12").results()
    need = results.need.sum(SUMS)
    assert float(need[-1]) == pytest.approx(float(need[0]), rel=5e-3)
    assert float(results.unmet_demand.sum()) < 1e-3 * float(results.need.sum())
    drift = abs(results.price / results.price[0] - 1)
    assert float(drift.max()) < 0.02


def test_single_firms_and_cohorts_agree_in_gallium():
    one, other = (TradeModel("history", seed=1, world="gallium", agentwise=agentwise).run_until("2023-12").results() for agentwise in (True, False))
    assert all(np.array_equal(one[name].values, other[name].values, equal_nan=True) for name in one.data_vars if one[name].dtype.kind == "f")


def test_a_by_product_does_not_answer_to_its_own_price():
    model = TradeModel("history", seed=1, world="gallium")
    assert (model.columns["alumina_liquor"]["answer"][model.rows["alumina_liquor"]] == 0).all()


def test_scrap_follows_the_use_that_leaves_it():
    model = TradeModel("open_trade", seed=1, world="gallium").run_until("2026-12")
    rows = model.rows["recycle_wafer"]
    used = model.use_of(model.chain.by_name["recycle_wafer"].follows)
    made = model.output[:, rows].sum() / (model.facts.base_flow[np.isin(model.trade.seller, range(rows.start, rows.stop))].sum())
    assert used > 1.1 and made > 1.05


# ---------------------------------------------------------------------- samarium
SAMARIUM = ("oxide_Sm", "metal_Sm", "magnet_smco")


def test_samarium_drives_nothing_of_the_other_elements(tmp_path):
    """Three times the need for SmCo, and NdPr, Dy and Tb are the same bit for bit."""
    rows = World.load().tables["demand"].query("good == 'magnet_smco'")
    more = [{"sector": row.sector, "country": row.country, "growth_pct_per_year": 20} for row in rows.itertuples()]
    one, other = (TradeModel("restrictions_resume", seed=1, world=world).run_until("2027-12").results() for world in (None, overlay(tmp_path, demand=more)))
    goods = [good for good in one.good.values if good not in (*SAMARIUM, "scrap_smco")]
    sectors = [sector for sector in one.sector.values if not sector.startswith(("smco", "smfen", "nonmagnet_sm"))]
    for name in ("china_exports", "price", "licence_queue", "need", "unmet_demand", "output_loss"):
        chosen = {"good": goods} if "good" in one[name].dims else {"sector": sectors}
        assert np.array_equal(one[name].sel(chosen).values, other[name].sel(chosen).values), name
    assert float(other.need.sel(sector="smco_industry").sum()) > 1.2 * float(one.need.sel(sector="smco_industry").sum())


def test_samarium_is_licensed_since_april_2025_and_defence_is_served_first():
    model = TradeModel("restrictions_resume", seed=1).run_until("2027-12")
    results = model.results()
    exports = results.china_exports.sel(good=list(SAMARIUM)).sum("destination")
    assert (exports.sel(month="2025-05") < 0.2 * exports.sel(month="2025-03")).all()
    sectors = model.facts.tables["sectors"].set_index("sector")
    assert sectors.allocation_priority["smco_defence"] == 1 and sectors.redesign_ceiling["smco_defence"] == 0
    assert results.need.sel(sector="smco_defence", region="USA").values[0] == pytest.approx(150 / 12, rel=0.02)


def test_samarium_of_2024_is_that_of_its_balance():
    links = World.load().tables["links"]
    exports = links.query("supplier_country == 'CHN' and buyer_country != 'CHN'").groupby("good").tonnes_base.sum()
    assert [round(exports[good]) for good in SAMARIUM] == [258, 87, 836]


# ---------------------------------------------------------------------- from the command line
@pytest.fixture
def command(capsys):
    """Runs `python -m model.world` with some words: exit code, what it said and what it complained of."""

    def run(*words):
        code = 0
        try:
            main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_world_of_ones_own_from_new_to_balanced(tmp_path, command):
    folder = tmp_path / "ore"
    assert "a copy of gallium" in command("new", folder)[1]
    assert command("check", folder)[1].startswith("ore: balanced")
    demand = pd.read_csv(folder / "demand.csv", dtype=str, keep_default_na=False)
    demand.loc[0, "base_demand_t"] = "70"
    demand.to_csv(folder / "demand.csv", index=False)
    code, _, complaint = command("check", folder)
    assert code == 2 and "rf_power@CHN: 70 t of ga_6N needed, 50 t in the links" in complaint
    pd.concat([demand, demand.iloc[[1]].assign(country="CHE", base_demand_t="0.5")]).to_csv(folder / "demand.csv", index=False)
    code, _, complaint = command("check", folder)
    assert code == 2 and "no lane from CHE to SVK" in complaint and "balance" in complaint
    code, said, _ = command("balance", folder)
    assert code == 0 and "2 lanes added" in said
    assert command("check", folder)[1].startswith("ore: balanced")
    assert TradeModel("truce_holds", seed=1, world=folder).run_until("2022-03").ledger.imbalance() == {"Ga": 0.0}


SLIPS = [
    ("processes.csv", ",purify,use,", ",refinery,use,", 'processes.csv row 2, column sized_by: unknown process "refinery"'),
    ("processes.csv", ",slag,", ",dross,", 'column losses_to: unknown account "dross"'),
    ("processes.csv", "rf_power", "rf_pover", 'column follows_use_of: unknown sector "rf_pover"; did you mean "rf_power"'),
    ("pipeline.csv", ",ga_4N,", ",ga_6N,", "column good: alumina_liquor does not make ga_6N; name one of ga_4N"),
    ("world.toml", 'control = "2023-08"', 'control = "Aug 2023"', 'world.toml: observed.control: "Aug 2023" is not a month'),
    ("world.toml", "[headline]", "[headlines]", 'world.toml: headlines: unknown field "headlines"; did you mean "headline"'),
    ("world.toml", 'stage = "refine"', 'stage = "refining"', 'world.toml: headline.stage: unknown stage "refining"'),
    ("trade_flows.csv", ",fitted,regimes.csv LIC_START gallium", ",fitted,", "trade_flows.csv row 8, column why: empty on a row that is fitted"),
    ("scenarios/restrictions_resume.toml", '"ga_4N"', '"ga_4M"', 'unknown good "ga_4M"'),
]


@pytest.mark.parametrize(("file", "right", "wrong", "told"), SLIPS)
def test_a_slip_in_a_world_is_told_by_its_check(tmp_path, command, file, right, wrong, told):
    folder = tmp_path / "slip"
    command("new", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong), encoding="utf-8")
    code, said, complaint = command("check", folder)
    assert code == 2 and not said and told in complaint and len(complaint.strip().splitlines()) == 1


@pytest.mark.parametrize(("words", "told"), [(("check", "nowhere"), "unknown world"), (("balance", "gallium"), "shipped world"), (("mend", "x"), "--help"), ((), "--help")])
def test_a_wrong_command_is_one_line(command, words, told):
    code, said, complaint = command(*words)
    assert code == 2 and not said and told in complaint and len(complaint.strip().splitlines()) == 1
