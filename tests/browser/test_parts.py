"""The page's parts without a browser: what is told is what the model holds, and nothing outside the results folder is read."""

import json
import socket
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from browser.serving import START

from model import Patch, Scenario, Tariff
from model.chain import USE
from model.errors import InputError
from model.names import month_index
from model.view import __main__ as command
from model.view import fan, findings, form, inspector, measures, money, news, observations, series
from model.view.controls import MOST_BYTES, uploaded
from model.view.pages.compare import decided
from model.view.playback import seed_of
from model.view.run import Run, Stopped
from model.view.words import number, wording
from model.world import World

WORLD = World.load()
GOODS = WORLD.chain.goods


@pytest.fixture(scope="module")
def run():
    """The resumed restrictions, half a year in."""
    found = Run(Scenario.load("restrictions_resume"))
    while found.model.month != "2027-05":
        found.step()
    return found


@pytest.fixture
def fresh():
    return Run(Scenario.load("balanced"))


def firms(run):
    return np.frombuffer(run.frame.snapshot.firms, np.float32).reshape(len(run.names), -1)


def test_lanes_carry_all_trade_across_borders(run):
    trade, country = run.model.trade, run.model.country_of
    abroad = country[trade.seller] != country[trade.buyer]
    shipped = np.frombuffer(run.frame.snapshot.flows, np.float32).reshape(-1, 2)
    assert shipped[:, 0].sum() == pytest.approx((trade.flow / trade.content)[abroad].sum() / 1e6, rel=1e-5)
    assert shipped[:, 1].sum() == pytest.approx((run.model.licensing.paper.standing / trade.content)[abroad].sum() / 1e6, rel=1e-5)
    assert shipped[:, 1].sum() > 100


def test_map_shows_the_shortages_of_the_results(run):
    users = run.model.rows[USE]
    table = firms(run)[users]
    missing = (table[:, 0] / 12 * table[:, 4]).sum()
    assert missing == pytest.approx(float(run.frame.results.unmet_demand.isel(month=-1).sum()), rel=1e-4)
    assert missing > 0


def test_a_short_industry_says_where_its_input_is(run):
    name = max(run.frame.snapshot.short, key=lambda each: "@" in each and run.frame.snapshot.short[each])
    lines = run.observer.shortfalls(name)
    assert lines and all(line.missing > 0 and line.good in GOODS for line in lines)
    assert sum(line.queue + line.supplier + line.transit for line in lines) > 0
    assert all(line.no_capacity + line.no_feed <= line.supplier * (1 + 1e-12) for line in lines)


def test_an_observer_tells_what_the_results_tell(run):
    last, observer = run.frame.results.isel(month=-1), run.observer
    assert np.allclose(observer.need(), last.need) and np.allclose(observer.unmet(), last.unmet_demand)
    assert np.allclose(observer.cover().fillna(0.0), last.cover) and np.allclose(observer.prices(), last.price)
    assert (observer.waiting() >= last.licence_queue.values - 1e-6).all()  # results count exports from China alone
    assert np.nanmax(observer.shortage()) > 0


def test_an_observer_tells_who_supplies_whom(run):
    bought = [each for each in run.observer.partners("JL Mag") if each.sells]
    for good in {each.good for each in bought}:
        assert sum(each.share for each in bought if each.good == good) == pytest.approx(1)
    exposed = run.observer.exposure()
    assert exposed["CHN"].max() == pytest.approx(1) and 0 <= np.nanmin(exposed) <= np.nanmax(exposed) <= 1 + 1e-12
    books = run.observer.books()
    assert list(books.columns) == list(WORLD.chain.elements) and books.loc["inputs"].min() > 0


def test_a_world_without_observations_shows_none(tmp_path):
    (tmp_path / "world.toml").write_text('name = "bare"\nextends = "magnets"\n')
    observed = observations.Observations(World.load(tmp_path))
    assert observed.missing == () and observed.exports("WLD")  # an overlay has those of the world it extends
    bare = observations.Observations(SimpleNamespace(folder=SimpleNamespace(file=lambda name: tmp_path / name), headline=WORLD.headline, names=WORLD.names, first=0))
    assert bare.missing == ("trade_flows.csv", "prices.csv") and not bare.exports("WLD") and not bare.prices("oxide_Dy", "CHN")


def test_another_world_is_told_in_its_own_words():
    world = World.load("gallium")
    found = Run(Scenario.load("restrictions_resume", world), world=world)
    found.step()
    assert found.frame.snapshot.month == world.start and found.months == found.frame.results.sizes["month"] + month_index(found.scenario.last_month) - world.first
    titles = [panel["title"] for panel in found.panels]
    assert f"Chinese {world.headline.word} exports" in titles
    assert list(found.atlas.world["goods"].values()) == list(wording(world).goods.values())
    assert all(event["month"] >= 0 for event in found.frame.events)
    choices = {field["name"]: field["choices"] for field in form.fields_of("Tariff", world.words)}
    assert set(choices["goods"]) == {"*", *world.chain.goods}


def test_charts_draw_the_results(run):
    panels, values = run.panels, np.frombuffer(run.frame.values, np.float32).reshape(-1, run.frame.length)
    assert sum(len(panel["series"]) for panel in panels) == len(values)
    shares = next(panel for panel in panels if panel["title"] == "China's share of output")["series"]
    assert values[shares[0]["row"], -1] == pytest.approx(float(run.frame.results.china_share.sel(stage="mine").isel(month=-1)), rel=1e-5)
    assert panels == series.panels(WORLD, run.frame.results.sector.values.tolist())


def test_news_tells_what_was_decided(run):
    told = {month: " ".join(line.text for line in lines) for month, lines in run.frame.told}
    assert "October package" in told["2026-11"]


def test_a_queue_is_told_when_it_changes():
    def results(before, after):
        tonnes, waits = np.zeros((2, len(GOODS))), np.full((2, len(GOODS)), 2.0)
        tonnes[:, GOODS.index("magnet_high")] = before, after
        return xr.Dataset({"licence_queue": (("month", "good"), tonnes), "licence_wait": (("month", "good"), waits)}, {"good": list(GOODS)})

    assert [line.text for line in news.queues(results(0, 300), wording(WORLD))] == ["300 t wait for an export licence; High-grade magnets about 2.0 months."]
    assert not news.queues(results(300, 310), wording(WORLD)) and not news.queues(results(0, 0), wording(WORLD))
    assert news.queues(results(300, 200), wording(WORLD))


def test_two_futures_say_whose_decision_it_was():
    shared, renewed, package = ({"month": month, "label": label, "weight": 1} for month, label in ((10, "duty"), (34, "renewed"), (34, "package")))
    frames = SimpleNamespace(events=(shared, renewed)), SimpleNamespace(events=(shared, package))
    told = decided(frames, ["truce_holds", "restrictions_resume"])
    assert [event["label"] for event in told] == ["duty", "renewed (Truce holds)", "package (Restrictions resume)"]


def test_firms_and_their_partners(run):
    found = inspector.links(run, "JL Mag")
    assert {link.sells for link in found} == {True, False}
    told = inspector.shown(run, "JL Mag")
    assert {link["good"] for link in told["links"]} <= run.atlas.world["goods"].keys()
    json.dumps(told), json.dumps(run.atlas.world)


def test_steering_keeps_what_has_happened(fresh):
    fresh.step()
    duty = Tariff(date="2024-02", name="duty", importer="USA", origins=["CHN"], goods=["magnet_high"], rate=0.5)
    fresh.impose(duty)
    fresh.step()
    fresh.impose(duty.model_copy(update={"rate": 0.1}))
    fresh.step()
    fresh.end("duty, changed 2024-03")
    events = {event.name: (event.date, event.until, event.rate) for event in Scenario.from_toml(fresh.history().to_toml()).events}
    assert events == {"duty": ("2024-02", "2024-03", 0.5), "duty, changed 2024-03": ("2024-03", "2024-04", 0.1)}


def test_the_past_cannot_be_steered(fresh):
    fresh.step()
    with pytest.raises(InputError, match="2024-01 is over; give 2024-02"):
        fresh.impose(Tariff(date="2024-01", importer="USA", origins=["CHN"], goods=["magnet_high"], rate=0.5))


def test_without_a_truce_there_is_none_to_break(fresh):
    fresh.step()
    with pytest.raises(InputError, match="none stands in 2024-02; take a scenario with one"):
        fresh.break_truce()
    assert not fresh.steered


def test_a_model_error_is_told_with_its_month(fresh):
    fresh.step()
    fresh.model.ledger.book["inputs"] = fresh.model.ledger.book["inputs"] + 1.0
    with pytest.raises(Stopped, match=r"2024-02.*inputs"):
        fresh.step()


@pytest.mark.parametrize(
    ("values", "field"),
    [({"rate": "lots"}, "rate"), ({"rate": "11"}, "rate"), ({"importer": "Mars"}, "importer"), ({"until": "2023-01"}, "until"), ({"goods": []}, "goods")],
)
def test_a_form_names_the_field(values, field):
    good = {"date": "2024-05", "importer": "USA", "origins": ["CHN"], "goods": ["magnet_high"], "rate": "0.25"}
    assert form.read("Tariff", good, WORLD.words).rate == 0.25
    with pytest.raises(InputError) as refused:
        form.read("Tariff", good | values, WORLD.words)
    assert form.culprit(refused.value)[0] == field


def test_a_form_keeps_what_it_does_not_show():
    licence = next(each for each in Scenario.load("truce_holds").events if each.part_of == "truce" and hasattr(each, "reference_month"))
    licence = licence.changed(reference_month="2025-03")
    again = form.read(type(licence).__name__, form.filled(licence), WORLD.words)
    assert again.reference_month == "2025-03" and again.part_of == "truce" and again.source == licence.source


@pytest.mark.parametrize("text", ["", "1.5", "x", "-1", "99999999999"])
def test_a_seed_that_is_none(text):
    with pytest.raises(InputError, match=r"^seed: "):
        seed_of(text)


def test_an_upload_opens_no_file():
    with pytest.raises(InputError, match="unknown scenario"):
        uploaded({"name": "a.toml", "size": 30, "text": 'name = "a"\nsentence = "b"\nextends = "../regimes.csv"'}, WORLD)
    with pytest.raises(InputError, match="at most"):
        uploaded({"name": "a.toml", "size": 3, "text": "#" * (MOST_BYTES + 1)}, WORLD)


def test_results_stay_in_their_folder(tmp_path):
    (tmp_path / "results" / "figures").mkdir(parents=True)
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    (tmp_path / "results" / "link.csv").symlink_to(secret)
    (tmp_path / "results" / "summary.csv").write_text("metric,value\nx,1\n")
    (tmp_path / "results" / "figures" / "one.png").write_bytes(b"png")
    folder = tmp_path / "results"
    (found,) = findings.browse(folder)
    assert [path.name for path in found.tables] == ["summary.csv"] and [path.name for path in found.figures] == ["one.png"]
    assert findings.table(found.tables[0], folder) == [["metric", "value"], ["x", "1"]]
    for path in (secret, folder / ".." / "secret.csv", folder / "link.csv"):
        with pytest.raises(PermissionError):
            findings.read(path, folder)


def test_pair_and_fan_agree(run):
    _, values = fan.pair(WORLD, [run.frame.results, run.frame.results], ["a", "b"])
    rows = np.frombuffer(values, np.float32).reshape(2 * len(measures.measures(WORLD)), -1)
    assert np.array_equal(rows[::2], rows[1::2], equal_nan=True) and rows[0].max() > 0
    many = run.frame.results.expand_dims(scenario=["a", "b"]).expand_dims(replicate=3, axis=1)
    change = np.frombuffer(fan.differences(WORLD, many)[1], np.float32)
    assert not np.nan_to_num(change).any()
    levels = np.frombuffer(fan.fans(WORLD, many)[1], np.float32).reshape(len(measures.measures(WORLD)), 2, 3, -1)
    assert np.allclose(levels[:, 0, 0], rows[::2], equal_nan=True)


def test_the_command_refuses_in_one_line():
    """As a person starts it: in a process of its own."""
    words = [sys.executable, "-m", "model.view", "--no-browser", "--scenario", "truce_hold"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=START, check=False)
    assert done.returncode == 2 and 'did you mean "truce_holds"?' in done.stderr and len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(("port", "told"), [("99999", "is no port"), ("TAKEN", "cannot be used")])
def test_the_command_refuses_a_port_that_cannot_be_had_in_one_line(port, told, monkeypatch, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        given = str(taken.getsockname()[1]) if port == "TAKEN" else port
        monkeypatch.setattr("sys.argv", ["model.view", "--no-browser", "--port", given])
        with pytest.raises(SystemExit) as ended:
            command.main()
    said = capsys.readouterr()
    assert ended.value.code == 2 and told in said.err and len(said.err.strip().splitlines()) == 1 and not said.out


def test_observations_have_month_value_and_source():
    observed = observations.Observations(WORLD)
    points = observed.exports("WLD") + observed.prices("oxide_Dy", "ROW_asked")
    assert len(points) > 15 and all(p.first <= p.last and p.value > 0 and p.source for p in points)
    assert next(p.value for p in points if p.first == p.last == 16) == 1238


def test_what_an_instrument_has_cost_reads_as_money_so_far(run):
    """Mountain Pass has been paid its floor since October 2025; what costs nothing says nothing."""
    treasury, book = run.model.treasury, run.model.book.instruments
    paid = {entry.name: million for entry, million in treasury.entries.items() if entry.kind == "PriceFloor"}
    ((name, million),) = paid.items()
    assert money.so_far(treasury, book[name]).startswith(f"{number(million)} million USD paid by United States")
    assert money.so_far(treasury, book["Mining quota"]) == ""


def test_a_portfolio_laid_over_a_run_begins_with_the_coming_month_as_a_whole():
    playing = Run(Scenario.load("truce_holds"))
    while playing.model.month != "2026-08":
        playing.step()
    before = len(playing.model.book.instruments)
    patch = Patch.load("stockpile")
    playing.lay(patch)
    added = [each for each in playing.model.book.instruments.values() if type(each).__name__ == "Stockpile" and each.date == "2026-09"]
    assert len(added) == len(patch.events) == len(playing.model.book.instruments) - before
    with pytest.raises(InputError):
        playing.lay(patch.model_copy(update={"parameters": {"belief_down": 0.1}}))
