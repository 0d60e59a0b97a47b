"""Mesa's own tools work with a TradeModel: its seeds, its clock, its collector of data, its batches and its page."""

import ipywidgets
import numpy as np
import pandas as pd
import pytest
import solara
from mesa import DataCollector, batch_run
from mesa.visualization import SolaraViz, make_plot_component
from worlds import CHINESE, STILL, USERS, chain_links, equal, facts, oxide_world

from model import InputError, Scenario, TradeModel
from model.agents import OEM, Refiner, State
from model.headlines import HEADLINES
from model.names import CHINA

SHORT = STILL.model_copy(update={"last_month": "2024-03"})
BATCH = {"number_processes": 1, "display_progress": False}


class Small(TradeModel):
    """A tiny world of three months, made of what Mesa's tools hand over."""

    def __init__(self, scenario=SHORT, seed=1, **choices):
        super().__init__(scenario, seed=seed, **facts(chain_links(CHINESE, USERS)), **choices)


class Collecting(Small):
    """One that collects for itself."""

    def __init__(self, scenario=SHORT, seed=1):
        super().__init__(scenario, seed)
        self.datacollector = DataCollector({"drawn": "seed", "seen": "month"}, agent_reporters={"name": "name", "capacity": "capacity", "stage": "stage"})

    def step(self):
        super().step()
        self.datacollector.collect(self)


# ---------------------------------------------------------------------- seeds and scenarios
@pytest.mark.parametrize("given", [3, np.int64(3), np.uint8(3)])
def test_whole_numbers_of_every_kind_are_seeds(given):
    model = Small(seed=given)
    assert model.seed == 3 and type(model.seed) is int and model.results().seed == 3


def test_a_seed_that_is_left_open_is_drawn_and_recorded():
    one, other = Small(seed=None).run(), Small(seed=None).run()
    assert one.seed != other.seed and one.results().seed == one.seed
    assert equal(Small(seed=one.seed).run(), one)


def test_what_mesa_calls_rng_is_the_seed():
    assert Small(rng=5).seed == 5 and Small(seed=None, rng=5).seed == 5
    children = np.random.SeedSequence(7).spawn(2)
    first, second, again = (Small(rng=child).seed for child in (*children, children[0]))
    assert first == again != second
    source = np.random.default_rng(7)
    assert Small(seed=source).seed != Small(seed=source).seed


@pytest.mark.parametrize("given", [{"seed": -1}, {"seed": 1.5}, {"seed": "1"}, {"seed": True}, {"rng": "x"}, {"seed": 2, "rng": 3}])
def test_what_is_no_seed_is_told_in_a_line(given):
    with pytest.raises(InputError, match=r"TradeModel: (seed|rng): "):
        Small(**given)


def test_a_scenario_may_be_named(tmp_path):
    assert Small("open_trade").course == Scenario.load("open_trade")
    path = tmp_path / "short.toml"
    path.write_text(SHORT.to_toml())
    assert Small(path).last == Small(str(path)).last == 2
    with pytest.raises(InputError, match='did you mean "open_trade"'):
        Small("open_trad")
    with pytest.raises(InputError, match="TradeModel: scenario: 7 is not a Scenario"):
        Small(7)


def test_mesas_place_for_a_scenario_is_empty_and_says_where_ours_is():
    model = Small()
    with pytest.raises(AttributeError, match="course"):
        model.scenario
    with pytest.raises(AttributeError, match="cannot be changed"):
        model.scenario = Scenario.load("history")


# ---------------------------------------------------------------------- the clock
def test_running_ends_with_the_last_month():
    model, seen = Small(), []
    while model.running:
        model.step()
        seen.append((model.month, model.running))
    assert seen == [("2024-01", True), ("2024-02", True), ("2024-03", False)] and (model.steps, model.time) == (3, 3.0)


def test_run_model_runs_to_the_end_and_no_further():
    model = Small()
    model.run_model()
    model.run_model()
    assert model.month == "2024-03" and equal(model, Small().run())


def test_every_step_beyond_the_end_is_told():
    model = Small().run()
    for _ in range(3):
        for step in (model.step, model.timed_step, lambda: model.run_for(1)):
            with pytest.raises(InputError, match="the scenario ends in 2024-03"):
                step()
    assert model.month == "2024-03" and model.results().sizes["month"] == 3


def test_a_month_broken_off_by_an_error_is_not_passed_over(monkeypatch):
    model = Small()
    model.step()
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(model.trade, "adapt", lambda: 1 / 0)
        model.step()
    for step in (model.step, model.run):
        with pytest.raises(InputError, match="2024-02 was broken off"):
            step()


def test_an_error_after_the_month_does_not_stop_the_clock(monkeypatch):
    model = Collecting()
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(model.datacollector, "collect", lambda _: 1 / 0)
        model.step()
    assert model.month == "2024-01"
    assert equal(model.run(), Small().run()) and model.datacollector.model_vars["seen"] == ["2024-02", "2024-03"]


def test_an_event_of_mesas_calendar_takes_place():
    model, seen = Small(), []

    def look():
        seen.append(model.month)

    model.schedule_event(look, at=2.0)
    model.run()
    assert seen == ["2024-02"]


# ---------------------------------------------------------------------- the collector
def test_a_collector_reads_the_columns_of_all_firms_as_attributes():
    model = Collecting().run()
    table = model.datacollector.get_agent_vars_dataframe().loc[3].set_index("name")
    for firm in model.firms.agents:
        assert table.capacity[firm.name] == firm.capacity
    assert set(table.stage.dropna()) == {"mine", "refine", "metal", "magnet", "recycle"}
    assert table.capacity[[state.name for state in model.states.agents]].isna().all()
    assert model.datacollector.get_model_vars_dataframe().seen.tolist() == ["2024-01", "2024-02", "2024-03"]


def test_columns_of_one_kind_are_asked_of_that_kind():
    model, collector = Small(), DataCollector(agenttype_reporters={Refiner: {"capacity": "capacity"}, OEM: {"loss": "loss"}})
    model.step()
    collector.collect(model)
    assert len(collector.get_agenttype_vars_dataframe(OEM)) == len(USERS)
    assert collector.get_agenttype_vars_dataframe(Refiner).capacity.tolist() == [agent.capacity for agent in model.agents_by_type[Refiner]]


def test_a_state_has_nothing_that_no_firm_has():
    state = next(agent for agent in Small().agents if isinstance(agent, State))
    assert np.isnan(state.belief) and not hasattr(state, "loss") and not hasattr(state, "appetite")


def test_the_headlines_are_those_of_the_results():
    model = TradeModel("restrictions_resume", seed=2).run_until("2024-06")
    table, results = model.datacollector.get_model_vars_dataframe(), model.results()
    assert tuple(table.columns) == ("scenario", "seed", *HEADLINES) and table.month.tolist() == results.month.values.tolist()
    assert set(table.scenario) == {"restrictions_resume"} and set(table.seed) == {2}
    abroad = results.drop_sel(region=CHINA).sel(sector=list(model.facts.headline.sectors))
    for name in ("need", "unmet_demand", "output_loss"):
        assert table[name].tolist() == pytest.approx(abroad[name].sum(["sector", "region"]).values)
    exports = results.china_exports.sel(good=list(model.facts.headline.goods)).sum(["good", "destination"])
    assert table.exports.tolist() == pytest.approx(exports.values) and table.unmet_demand.min() > 0
    assert np.array_equal(table.output, results.outside_output.sel(stage="magnet")) and np.array_equal(table.china_share, results.china_share.sel(stage="magnet"))


# ---------------------------------------------------------------------- batches
def test_a_batch_draws_a_seed_for_each_iteration_and_says_it():
    with pytest.warns(DeprecationWarning, match="iterations"):
        rows = pd.DataFrame(batch_run(Small, {"scenario": [SHORT]}, iterations=3, **BATCH))
    assert rows.month.tolist() == ["2024-03"] * 3 and rows.scenario.tolist() == ["balanced"] * 3
    assert rows.seed.nunique() == 3
    assert rows.need.tolist() == [Small(seed=seed).run().datacollector.model_vars["need"][-1] for seed in rows.seed]


def test_a_batch_runs_scenarios_by_name_over_given_seeds_month_by_month():
    rows = pd.DataFrame(batch_run(Small, {"scenario": ["balanced", "open_trade"]}, rng=[1, 2], max_steps=3, data_collection_period=1, **BATCH))
    assert rows.groupby(["scenario", "seed"]).month.apply(list).to_dict() == {
        (name, seed): ["2024-01", "2024-02", "2024-03"] for name in ("balanced", "open_trade") for seed in (1, 2)
    }
    needs = rows.groupby(["scenario", "seed"]).need.apply(list)
    assert needs["open_trade", 1] != needs["open_trade", 2]
    assert needs["open_trade", 1] == Small("open_trade", 1).run_until("2024-03").datacollector.model_vars["need"]


def test_a_batch_takes_what_a_model_collects_itself():
    rows = pd.DataFrame(batch_run(Collecting, {}, rng=[None], data_collection_period=1, **BATCH))
    agents = Small().agents
    assert len(rows) == 3 * len(agents) and set(rows.name) == {agent.name for agent in agents}
    assert rows.drawn.nunique() == 1 and rows.drawn[0] > 1
    assert rows.capacity.notna().sum() == 3 * sum(not isinstance(agent, State) for agent in agents)


@pytest.mark.slow
def test_a_batch_in_two_processes_gives_the_rows_of_one():
    one, two = (batch_run(TradeModel, {"scenario": "history"}, rng=[1, 2, 3], max_steps=2, number_processes=n, display_progress=False) for n in (1, 2))
    assert sorted(one, key=lambda row: row["RunId"]) == sorted(two, key=lambda row: row["RunId"]) and len(one) == 3


# ---------------------------------------------------------------------- the page
def widgets(widget):
    """A widget and those in it."""
    yield widget
    for part in getattr(widget, "children", ()):
        if isinstance(part, ipywidgets.Widget):
            yield from widgets(part)


@pytest.fixture
def shown():
    """Shows a page of Mesa's, and gives its buttons and sliders by their label."""
    open_pages = []

    def show(page):
        box, context = solara.render(solara.AppLayout(children=[page]), handle_error=False)
        open_pages.append(context)

        def part(label):
            return next(each for each in widgets(box) if label in (*getattr(each, "children", ()), getattr(each, "label", None)))

        return part

    yield show
    for context in open_pages:
        context.close()


@pytest.mark.parametrize("kind", [Small, Collecting])
def test_mesas_page_steps_and_starts_again_with_what_was_chosen(shown, kind):
    seen = []
    choices = {
        "seed": {"type": "SliderInt", "value": 1, "min": 1, "max": 5, "step": 1, "label": "luck"},
        "scenario": {"type": "Select", "value": "balanced", "values": ["balanced", "open_trade"], "label": "future"},
    }
    plot = make_plot_component("unmet_demand" if kind is Small else "drawn")
    part = shown(SolaraViz(kind(SHORT), components=[plot, lambda model: seen.append((model.course.name, model.seed, model.month))], model_params=choices))
    part("Step").click()
    assert seen[-1] == ("balanced", 1, "2024-01")
    part("luck").v_model = 4
    part("Reset").click()
    assert seen[-1] == ("balanced", 4, None)
    part("future").v_model = "open_trade"
    part("Reset").click()
    part("Step").click()
    assert seen[-1] == ("open_trade", 4, "2024-01")


def test_mesas_page_stops_at_the_last_month(shown):
    part = shown(SolaraViz(Small(), components=[]))
    for _ in range(3):
        assert not part("Step").disabled
        part("Step").click()
    assert part("Step").disabled and part("▶").disabled


def test_a_model_needs_no_datacollector_to_be_simulated():
    assert "datacollector" not in vars(oxide_world())
