"""The experiment as a user meets it: plans, metrics by hand-worked numbers, bad input, results that are whole, resumable and the same every time."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import active_children

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from experiments import __main__ as listing
from experiments import compare, ensemble, figures, files, horizons, metrics, targets, truce_vs_resume
from experiments.plan import Plan
from model import Scenario
from model.parameters import PARAMETERS
from synthetic import synthetic_runs

SCENARIOS = ("truce_holds", "restrictions_resume")


def plan(**changes) -> Plan:
    """A small plan over the first months after the scenarios part."""
    return Plan(tuple(Scenario.load(name) for name in SCENARIOS), **({"replicates": 2, "seed": 3, "until": "2026-12"} | changes))


@pytest.fixture(scope="module")
def straight(tmp_path_factory) -> tuple[xr.Dataset, dict[str, bytes]]:
    """The small plan run without interruption in one process: data and bytes of its parts."""
    folder = tmp_path_factory.mktemp("straight")
    runs = ensemble.run(plan(), folder, workers=1, progress=False)
    return runs, {path.name: path.read_bytes() for path in folder.glob("*.nc")}


# ---- plans


def test_each_parameter_is_drawn_once_from_each_slice_of_its_range():
    drawn = plan(replicates=20).draws
    for name, values in drawn.items():
        low, high = PARAMETERS[name].low, PARAMETERS[name].high
        slices = np.floor((values - low) / (high - low) * 20).astype(int)
        assert sorted(slices) == list(range(20)), name
    assert set(drawn.columns) == {each.name for each in PARAMETERS.values() if each.low < each.high}


def test_a_replicate_means_the_same_draw_in_every_scenario_unless_scenario_or_setting_fixes_it():
    one = plan(settings={"belief_down": 0.02})
    truce, resume = (one.scenario(scenario, 1) for scenario in one.scenarios)
    assert truce.parameters == resume.parameters
    assert truce.parameters["belief_down"] == 0.02
    assert truce.parameters["cover_scale"] == one.draws.loc[1, "cover_scale"]
    balanced = Scenario.load("balanced")
    assert one.scenario(balanced, 1).parameters["demand_growth_scale"] == balanced.parameters["demand_growth_scale"]


def test_luck_of_a_replicate_does_not_depend_on_how_many_there_are():
    assert [plan(replicates=3).model_seed(i) for i in range(3)] == [plan(replicates=9).model_seed(i) for i in range(3)]
    assert len({plan().model_seed(i) for i in range(100)}) == 100


def test_the_key_tells_plans_apart():
    keys = {plan().key, plan(seed=4).key, plan(until="2026-11").key, plan(settings={"belief_down": 0.02}).key, plan(parameters="default").key}
    assert len(keys) == 5 and plan().key == plan().key


# ---- metrics and differences


def test_paired_differences_are_taken_replicate_by_replicate():
    result = compare.paired(np.array([1.0, 10.0, 100.0]), np.array([2.0, 12.0, 103.0]))
    assert result["difference_median"] == 2 and result["baseline_median"] == 10 and result["alternative_median"] == 12
    assert result["difference_low"] == pytest.approx(1.1) and result["difference_high"] == pytest.approx(2.9)


def test_what_never_happens_has_no_difference():
    result = compare.paired(np.array([np.inf, np.inf, 5.0]), np.array([2.0, 3.0, 4.0]))
    assert np.isinf(result["baseline_median"]) and result["replicates"] == 1 and result["difference_median"] == -1


def test_first_stop_and_recovery_by_hand():
    calm, brief, lasting = [0] * 8, [0, 1, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1, 0]
    stopped = xr.DataArray(np.array([calm, brief, lasting], bool), dims=["replicate", "month"])
    assert metrics.first_month(stopped).values.tolist() == [np.inf, 2, 7]
    assert metrics.recovery_month(stopped).values.tolist() == [0, 5, np.inf]


def test_flows_are_summed_and_states_are_the_last_months():
    runs = synthetic_runs(replicates=2)
    table = compare.summary(runs)
    year = runs.sel(scenario="restrictions_resume").isel(month=(runs.month >= "2026-11") & (runs.month <= "2027-10"))
    abroad = year.unmet_demand.sel(sector=~year.sector.str.startswith("nonmagnet").values, region=year.region != "CHN")
    expected = float(abroad.sum(["month", "sector", "region"]).median())
    assert compare.row(table, "unmet_demand", 12, "restrictions_resume").alternative_median == pytest.approx(expected, rel=1e-5)
    capacity = float(runs.outside_capacity.sel(scenario="truce_holds", stage="magnet", month="2035-10").median())
    assert compare.row(table, "outside_capacity[magnet]", 108, "restrictions_resume").baseline_median == pytest.approx(capacity, rel=1e-6)
    assert sorted(table.horizon.unique()) == [12, 36, 108]


def test_horizons_the_runs_do_not_reach_are_left_out():
    assert horizons.horizons(synthetic_runs(1, until="2029-12")) == [12, 36]
    assert horizons.horizons(synthetic_runs(1, until="2027-02")) == [4]
    assert horizons.end_month(synthetic_runs(1), 12) == "2027-10" and horizons.end_month(synthetic_runs(1), 108) == "2035-10"


def test_targets_are_judged_by_their_band():
    past = synthetic_runs(3, until="2026-06", scenarios=("history",)).isel(scenario=0)
    table = targets.compared(past).set_index(["quantity", "period"])
    trough = table.loc[("months from control to export trough", "2025-04..2025-05")]
    assert (trough.model, trough.verdict) == (1, "within")  # the made-up trough is in May 2025
    assert table.loc[("magnet exports to EU27", "2024"), "verdict"] == "outside"  # the made-up exports are a third of those observed
    assert {"within", "outside", "not measured"} == set(table.verdict)


# ---- ensembles


def test_parts_cover_every_replicate_once():
    for replicates in (1, 7, 8, 9, 100, 333):
        blocks = ensemble.parts(plan(replicates=replicates))
        assert [each for block in blocks for each in block] == list(range(replicates))
        assert max(map(len, blocks)) <= 10 and len(blocks) >= min(replicates, 5)


def test_an_interrupted_ensemble_goes_on_where_it_stopped(straight, tmp_path, monkeypatch):
    runs, parts = straight
    kept, lost = sorted(parts)
    (tmp_path / kept).write_bytes(parts[kept])
    (tmp_path / lost).write_bytes(parts[lost][:2000])  # cut short
    computed = []
    monkeypatch.setattr(ensemble, "replicate_runs", lambda *which, real=ensemble.replicate_runs: computed.append(which[1]) or real(*which))
    xr.testing.assert_identical(ensemble.run(plan(), tmp_path, workers=1, progress=False), runs)
    assert computed == [1]


def test_parts_of_another_plan_are_never_used(straight, tmp_path):
    runs, parts = straight
    for name, content in parts.items():
        (tmp_path / name).write_bytes(content)
    other = ensemble.run(plan(seed=4), tmp_path, workers=1, progress=False)
    assert not np.array_equal(other.model_seed, runs.model_seed)


def test_two_workers_give_the_same_bits_as_one_even_if_one_is_killed(straight, tmp_path):
    killed = []

    def kill_the_first():
        while not killed:
            for worker in active_children()[:1]:
                os.kill(worker.pid, signal.SIGKILL)
                killed.append(worker.pid)
            time.sleep(0.01)

    killer = threading.Thread(target=kill_the_first)
    killer.start()
    runs = ensemble.run(plan(), tmp_path, workers=2, progress=False)
    killer.join()
    assert killed
    xr.testing.assert_identical(runs, straight[0])
    assert all(runs[name].values.tobytes() == straight[0][name].values.tobytes() for name in runs.data_vars if runs[name].dtype.kind == "f")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(straight[1])


def test_workers_that_keep_dying_end_in_a_clear_error(tmp_path, monkeypatch):
    def always_broken(*_):
        raise ensemble.BrokenProcessPool
        yield

    monkeypatch.setattr(ensemble, "pooled", always_broken)
    with pytest.raises(ensemble.WorkersLost, match="killed 4 times in a row, 2 parts are missing"):
        ensemble.run(plan(), tmp_path, workers=2, progress=False)


def test_an_error_in_a_run_says_which(tmp_path, monkeypatch):
    def fail(self, month):
        raise ArithmeticError("Dy: 3 g too many")

    monkeypatch.setattr(ensemble.TradeModel, "run_until", fail)
    with pytest.raises(ArithmeticError) as caught:
        ensemble.run(plan(), tmp_path, workers=1, progress=False)
    assert "truce_holds, replicate 0" in caught.value.__notes__[0]
    assert not list(tmp_path.iterdir())


# ---- files


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    files.write_text(tmp_path / "kept.txt", "old")
    with pytest.raises(RuntimeError), files.written(tmp_path / "kept.txt") as draft:
        draft.write_text("half")
        raise RuntimeError
    assert (tmp_path / "kept.txt").read_text() == "old" and len(list(tmp_path.iterdir())) == 1


# ---- the command


BAD = {
    "unknown scenario": (["--scenarios", "truce_holds", "restrictions_resum"], 'did you mean "restrictions_resume"'),
    "one scenario": (["--scenarios", "truce_holds"], "at least one alternative"),
    "twice the same": (["--scenarios", "truce_holds", "truce_holds"], "name each scenario once"),
    "unknown parameter": (["--set", "belief_dow=0.02"], 'did you mean "belief_down"'),
    "parameter out of range": (["--set", "belief_down=9"], "belief_down: 9.0 is out of range; give 0 to 1 (1/month)"),
    "a parameter twice": (["--set", "belief_down=0.02", "--set", "belief_down=0.03"], "belief_down is set twice; give it one value"),
    "not a number": (["--set", "belief_down=slow"], "not NAME=VALUE with a number"),
    "nan": (["--set", "belief_down=nan"], "belief_down"),
    "no replicates": (["--replicates", "0"], "outside 1 to 10,000; choose a number in between"),
    "too many replicates": (["--replicates", "99999999999"], "outside 1 to 10,000; choose a number in between"),
    "replicates not a number": (["--replicates", "many"], "--help shows the options"),
    "negative seed": (["--seed", "-1"], "use 0 or more"),
    "no workers": (["--workers", "0"], "use 1 or more"),
    "until no month": (["--until", "2030-13"], "write it like 2030-06"),
    "until too early": (["--until", "2026-10"], "choose a month in between"),
    "until too late": (["--until", "2036-01"], "choose a month in between"),
    "unknown option": (["--replicate", "3"], "--help shows the options"),
    "unknown choice": (["--parameters", "wild"], "--help shows the options"),
}


@pytest.mark.parametrize("words, advice", BAD.values(), ids=BAD)
def test_bad_input_is_one_line_and_leaves_nothing(words, advice, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        truce_vs_resume.main([*words, "--out", str(tmp_path / "out")])
    said = capsys.readouterr()
    assert ended.value.code == 2 and advice in said.err and said.err.count("\n") == 1 and "Traceback" not in said.err and not said.out
    assert not (tmp_path / "out").exists()


SCENARIO = 'name = "mine"\nsentence = "Something happens."\nextends = "truce_holds"\n'
WRONG = {
    "a flood that hits nobody": (
        '[[events]]\ndate = "2029-11"\ninstrument = "SupplyShock"\nname = "flood"\nfactor = 0.5\nmonths = 3\nentities = ["Nobody Ltd"]\n', "Nobody Ltd",
    ),
    "a state that cannot answer": ('[doctrines]\nJPN = "reactive"\n', "doctrines.JPN"),
    "an end before the beginning": ('last_month = "2025-01"\n', "mine ends in 2025-01, before scenarios are compared; set its last_month to 2026-11 or later"),
}  # fmt: skip


@pytest.mark.parametrize("text, advice", WRONG.values(), ids=WRONG)
def test_a_scenario_that_cannot_run_is_refused_before_anything_is_said_or_written(text, advice, tmp_path, capsys):
    (tmp_path / "mine.toml").write_text(SCENARIO + text)
    with pytest.raises(SystemExit) as ended:
        truce_vs_resume.main(["--scenarios", "truce_holds", str(tmp_path / "mine.toml"), "--replicates", "1", "--out", str(tmp_path / "out")])
    said = capsys.readouterr()
    assert ended.value.code == 2 and advice in said.err and said.err.count("\n") == 1 and not said.out
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.doc").write_text("years of work")
    for out, advice in ((tmp_path, "name an empty or a new folder"), (tmp_path / "thesis.doc", "is a file"), (tmp_path / "thesis.doc" / "in", "cannot write")):
        with pytest.raises(SystemExit) as ended:
            truce_vs_resume.main(["--replicates", "1", "--out", str(out)])
        line = capsys.readouterr().err
        assert ended.value.code == 2 and advice in line and line.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_the_questions_are_listed_one_a_line(capsys):
    listing.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[2] for line in lines] == [f"experiments.{name}" for name in listing.QUESTIONS]
    assert all(line.endswith("?") for line in lines)


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> tuple[subprocess.CompletedProcess, object]:
    """The whole experiment, small, as a user runs it."""
    out = tmp_path_factory.mktemp("results") / "deep" / "truce_vs_resume"
    words = ["--replicates", "4", "--until", "2027-12", "--workers", "1", "--out", str(out)]
    return subprocess.run([sys.executable, "-m", "experiments.truce_vs_resume", *words], capture_output=True, text=True, timeout=300), out


def test_the_experiment_runs_from_end_to_end(done):
    finished, out = done
    assert finished.returncode == 0, finished.stderr
    assert "5-95 %" in finished.stdout and "restrictions resume" in finished.stdout
    for line in finished.stdout.splitlines()[-4:]:
        assert os.path.exists(line)
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["complete"] and {"runs.nc", "summary.csv", "report.html"} <= set(manifest["outputs"])
    assert all(files.checksum(out / name) == known for name, known in manifest["outputs"].items())
    assert len(list((out / "figures").glob("*.png"))) >= 5
    assert not list(out.rglob("*.draft"))


def test_runs_carry_units_names_and_where_they_come_from(done):
    with xr.open_dataset(done[1] / "runs.nc", engine="h5netcdf") as runs:
        assert list(runs.scenario.values) == list(SCENARIOS) and runs.sizes["replicate"] == 4
        assert all(values.attrs.get("units") and values.attrs.get("long_name") for values in runs.data_vars.values())
        assert {"version", "commit", "command", "data_checksums"} <= set(runs.attrs)
        assert runs.china_exports.dims == ("scenario", "replicate", "month", "good", "destination")
        assert set(np.round(runs.drawn_capacity.sel(scenario="restrictions_resume").values, 6)) <= {0.3, 0.5, 0.7}


def test_the_summary_has_its_columns_and_speaks_of_everything_promised(done):
    table = pd.read_csv(done[1] / "summary.csv")
    assert list(table.columns) == compare.COLUMNS
    named = table.metric.str.partition("[")[0].unique()
    assert set(named) == {measure.__name__ for measure in metrics.METRICS}
    assert set(table.horizon) == {12}


def test_the_report_stands_alone(done):
    text = (done[1] / "report.html").read_text()
    figures = len(list((done[1] / "figures").glob("*.png")))
    assert text.count("data:image/png;base64,") == figures >= 5
    assert "http" not in text.replace("http-equiv", "") and "<script" not in text and "src=\"figures" not in text


def test_the_same_command_again_computes_nothing(done, monkeypatch):
    monkeypatch.setattr(figures, "draw_all", lambda runs, folder: [])
    out = done[1]
    before = {path: path.stat().st_mtime_ns for path in (out / "parts").glob("*.nc")}
    first = (out / "summary.csv").read_bytes()
    truce_vs_resume.main(["--replicates", "4", "--until", "2027-12", "--workers", "1", "--out", str(out)])
    assert {path: path.stat().st_mtime_ns for path in (out / "parts").glob("*.nc")} == before
    assert (out / "summary.csv").read_bytes() == first


def test_ctrl_c_keeps_whole_parts_and_says_how_to_go_on(tmp_path):
    words = ["--replicates", "40", "--until", "2026-12", "--workers", "1", "--out", str(tmp_path / "out")]
    running = subprocess.Popen([sys.executable, "-m", "experiments.truce_vs_resume", *words], stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("out/parts/*.nc")) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 130 and "the same command goes on from there" in said and "Traceback" not in said
    assert list(tmp_path.glob("out/parts/*.nc")) and not list(tmp_path.rglob(".*.draft"))
    assert not (tmp_path / "out" / "runs.nc").exists()
