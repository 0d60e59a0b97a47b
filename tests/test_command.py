"""The experiment as a user meets it: bad input, the whole of it, and Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from experiments import __main__ as listing
from experiments import compare, figures, files, metrics, truce_vs_resume
from model import Patch, Scenario

SCENARIOS = ("truce_holds", "restrictions_resume")

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
    "a state that cannot answer": ('[doctrines]\nJPN = "reactively"\n', "doctrines.JPN"),
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
    questions, told = capsys.readouterr().out.split("\n\n")
    lines = questions.splitlines()
    assert all(name in told for name in (*Scenario.names(), *Patch.names()))
    assert [line.split()[2] for line in lines] == [f"experiments.{name}" for name in listing.QUESTIONS]
    assert all(line.endswith("?") for line in lines)


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> tuple[subprocess.CompletedProcess, object]:
    """The whole experiment, small, as a user runs it."""
    out = tmp_path_factory.mktemp("results") / "deep" / "truce_vs_resume"
    words = ["--replicates", "2", "--until", "2027-12", "--workers", "1", "--out", str(out)]
    return subprocess.run([sys.executable, "-m", "experiments.truce_vs_resume", *words], capture_output=True, text=True, timeout=300, check=False), out


def test_the_experiment_runs_from_end_to_end(done):
    finished, out = done
    assert finished.returncode == 0, finished.stderr
    assert "5-95 %" in finished.stdout and "restrictions resume" in finished.stdout
    cut = "The runs end in December 2027, so these windows are left out: 36, 108 months from November 2026 (“restrictions resume”)."
    assert cut in finished.stdout.splitlines() and cut in (out / "report.html").read_text()
    assert "2 replicates: the interval is rough." in finished.stdout and "while the controls still stand" in finished.stdout
    for line in finished.stdout.splitlines()[-4:]:
        assert os.path.exists(line)
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["complete"] and {"runs.nc", "summary.csv", "report.html"} <= set(manifest["outputs"])
    assert all(files.checksum(out / name) == known for name, known in manifest["outputs"].items())
    assert len(list((out / "figures").glob("*.png"))) >= 5
    assert not list(out.rglob("*.draft"))


def test_runs_carry_units_names_and_where_they_come_from(done):
    with xr.open_dataset(done[1] / "runs.nc", engine="h5netcdf") as runs:
        assert list(runs.scenario.values) == list(SCENARIOS) and runs.sizes["replicate"] == 2
        assert all(values.attrs.get("units") and values.attrs.get("long_name") for values in runs.data_vars.values())
        assert {"version", "commit", "command", "data_checksums", "headline", "observed"} <= set(runs.attrs)
        assert runs.china_exports.dims == ("scenario", "replicate", "month", "good", "destination")
        assert set(np.round(runs.drawn_capacity.sel(scenario="restrictions_resume").values, 6)) <= {0.3, 0.5, 0.7}


def test_the_summary_has_its_columns_and_speaks_of_everything_promised(done):
    table = pd.read_csv(done[1] / "summary.csv")
    assert list(table.columns) == compare.COLUMNS
    named = table.metric.str.partition("[")[0].unique()
    assert set(named) == {measure.__name__ for measure in metrics.METRICS}
    assert set(table.horizon) == {12} and set(table.start) == {"2026-11"} and set(table.end) == {"2027-10"}
    assert "inf" not in (done[1] / "summary.csv").read_text().replace("inflow", "")
    manifest = json.loads((done[1] / "manifest.json").read_text())
    assert manifest["windows"]["restrictions_resume"] == {"parts": "2026-11", "from": "2026-11", "until": {"12": "2027-10"}, "left_out": [36, 108]}


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
    truce_vs_resume.main(["--replicates", "2", "--until", "2027-12", "--workers", "1", "--out", str(out)])
    assert {path: path.stat().st_mtime_ns for path in (out / "parts").glob("*.nc")} == before
    assert (out / "summary.csv").read_bytes() == first


@pytest.mark.slow
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
