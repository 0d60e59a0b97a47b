"""Experiments in any world, with firms and parts of one's own."""

import json
import sys
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.figure import Figure

from experiments import ensemble, headline, hindcast, observed, plugins, targets, truce_vs_resume
from experiments.plan import Plan
from model import InputError, Scenario
from model.schema import MEASURES
from model.world import World

OWN = """
    from model.agents import OEM
    from model.parts import Part

    class Alarmed(OEM):
        def believe(self):
            super().believe()
            self.belief = 1.0

    class Watcher(Part):
        def after_consume(self, model):
            self.seen = getattr(self, "seen", 0) + 1

    CAST = {"ev_traction@EU27": Alarmed}
    PARTS = [Watcher]
"""
BAD = {
    "not there": (None, "cannot be read (No such file or directory); name a Python file"),
    "no Python": ("CAST = {", "fails when imported (SyntaxError: "),
    "a fault of its own": ("1 / 0", "fails when imported (ZeroDivisionError: division by zero); mend it there"),
    "an exit": ("raise SystemExit(3)", "fails when imported (SystemExit: 3)"),
    "nothing in it": ("x = 1", "defines neither CAST nor PARTS nor a doctrine; write CAST = {firm: class}, PARTS = [part, ...] or a subclass"),
    "a cast that is none": ("CAST = [1]", "CAST is no table of firms"),
    "parts that are none": ("PARTS = 1", "PARTS is no list"),
    "a firm nobody knows": ("CAST = {'nobody': int}", "cast: 'nobody': no firm"),
}


def plugin(folder: Path, text: str) -> Path:
    """A plugin's file."""
    path = folder / "mine.py"
    path.write_text(textwrap.dedent(text))
    return path


def plan(path: Path | None = None, **changes) -> Plan:
    """Two short runs, with a plugin if one is named."""
    added = plugins.gathered([path] if path else [])
    given = {"cast": added.cast, "parts": added.parts, "plugins": added.files}
    return Plan((Scenario.load("truce_holds"),), **({"replicates": 2, "until": "2024-03", "parameters": "default"} | given | changes))


# ---- plugins


@pytest.mark.parametrize(("text", "advice"), BAD.values(), ids=BAD)
def test_a_plugin_that_cannot_be_used_is_one_line_and_leaves_nothing(text, advice, tmp_path, capsys):
    path = tmp_path / "mine.py" if text is None else plugin(tmp_path, text)
    with pytest.raises(SystemExit) as ended:
        truce_vs_resume.main(["--plugin", str(path), "--out", str(tmp_path / "out")])
    said = capsys.readouterr()
    assert ended.value.code == 2 and advice in said.err and said.err.count("\n") == 1 and not said.out
    assert "cast: " in said.err or f"--plugin: {path}" in said.err
    assert not (tmp_path / "out").exists()


def test_a_firm_is_left_to_one_plugin(tmp_path):
    paths = [plugin(tmp_path, OWN), (tmp_path / "other.py")]
    paths[1].write_text("CAST = {'ev_traction@EU27': object}")
    with pytest.raises(InputError, match="ev_traction@EU27 is played by another plugin, too"):
        plugins.gathered(paths)


@pytest.mark.slow
def test_firms_of_ones_own_play_in_every_process_alike(tmp_path):
    path = plugin(tmp_path, OWN)
    here, there, without = (
        ensemble.run(chosen, tmp_path / name, workers=workers, progress=False)
        for name, chosen, workers in (("here", plan(path), 1), ("there", plan(path), 2), ("without", plan(), 1))
    )
    xr.testing.assert_identical(here, there)
    mine, usual = (runs.belief.sel(region="EU27") for runs in (here, without))
    assert (mine > usual).all()


def test_the_key_knows_world_plugins_cast_and_parts(tmp_path):
    path = plugin(tmp_path, OWN)
    one = plan(path)
    before = {plan().key, one.key, plan(path, plugins=()).key, plan(path, parts=()).key, plan(path, cast={}).key}
    assert len(before) == 5 and plan(path).key == one.key
    path.write_text(path.read_text() + "\n# changed\n")
    assert plan(path).key not in before and list(one.checksums) == [str(path)]
    other = Plan((Scenario.load("truce_holds", "gallium"),), world=World.load("gallium"))
    assert other.key != Plan((Scenario.load("truce_holds"),)).key


def test_a_changed_plugin_is_read_again(tmp_path):
    path = plugin(tmp_path, "PARTS = [1]")
    first = plugins.load(path)
    assert plugins.load(path) is first and sys.modules[first.__name__] is first
    path.write_text("PARTS = [2, 3]")
    assert plugins.gathered([path]).parts == (2, 3)


# ---- draws


def test_a_parameters_draw_does_not_depend_on_the_others(monkeypatch):
    whole = plan(parameters="ranges", replicates=10).draws
    fewer = plan(parameters="ranges", replicates=10)
    known = dict(list(fewer.world.parameters.items())[::3])
    monkeypatch.setattr(World, "parameters", property(lambda self: known))
    assert 0 < len(fewer.draws.columns) < len(whole.columns)
    pd.testing.assert_frame_equal(fewer.draws, whole[fewer.draws.columns])
    assert not np.allclose(*(whole.rank().iloc[:, at] for at in (0, 1)))


# ---- other worlds


@pytest.fixture(scope="module")
def gallium(tmp_path_factory) -> Path:
    """The whole experiment in another world, small."""
    out = tmp_path_factory.mktemp("gallium") / "out"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Figure, "savefig", lambda figure, path, **_: Path(path).write_bytes(b"drawn"))  # how files look is seen in test_command.py
        truce_vs_resume.main(["--world", "gallium", "--replicates", "1", "--parameters", "default", "--until", "2027-11", "--workers", "1", "--out", str(out)])
    return out


@pytest.mark.slow
def test_another_world_is_told_in_its_own_words(gallium):
    report, manifest = (gallium / "report.html").read_text(), json.loads((gallium / "manifest.json").read_text())
    assert "of gallium need outside China goes unmet" in report and "January 2022 to 2027-11" in report
    assert not [word for word in ("magnet need", "rare-earth", "electric-car") if word in report]
    assert manifest["world"] == "gallium" and "gallium/goods.csv" in manifest["data"] and manifest["plugins"] == {}
    assert "headline_exports" in set(pd.read_csv(gallium / "summary.csv").metric)


@pytest.mark.slow
def test_saved_runs_say_what_their_headlines_speak_of(gallium):
    with xr.open_dataset(gallium / "runs.nc", engine="h5netcdf") as runs:
        assert headline.of(runs) == headline.headline(World.load("gallium"))
        assert runs.attrs["world"] == "gallium" and str(runs.month.values[0]) == headline.of(runs).start == "2022-01"


def test_runs_that_do_not_say_so_are_refused_in_a_line():
    with pytest.raises(InputError, match=r"make them with experiments\.ensemble\.run"):
        headline.of(xr.Dataset())


def overlay(folder: Path, *lines: str) -> Path:
    """A world that is the usual one but for some lines of world.toml."""
    (folder / "world.toml").write_text("\n".join(['name = "mine"', 'extends = "magnets"', *lines]))
    return folder


def test_without_what_was_observed_the_hindcast_says_so_and_the_figure_is_left_out(tmp_path, capsys, monkeypatch):
    world = World.load()
    monkeypatch.setattr(world.words, "said", world.said.model_copy(update={"observed": None}))
    with pytest.raises(SystemExit) as ended:
        hindcast.main(["--out", str(tmp_path / "out")])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and said.count("\n") == 1 and "without [observed] in world.toml" in said
    assert not (tmp_path / "out").exists()
    assert observed.read(World.load()) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [('prices = { "NdPr oxide" = "oxide_Nd" }', 'world.toml: observed.prices: unknown good "oxide_Nd"; did you mean "oxide_NdPr"'), ('control = "April 2025"', 'world.toml: observed.control: "April 2025" is not a month')],
)
def test_a_slip_in_what_was_observed_is_one_line(line, said, tmp_path):
    with pytest.raises(InputError) as refused:
        observed.read(World.load(overlay(tmp_path, "[observed]", line)))
    assert said in str(refused.value)


def test_a_slip_in_the_measures_names_row_and_column(tmp_path):
    text = World.load().folder.file(MEASURES.file).read_text()
    (overlay(tmp_path) / MEASURES.file).write_text(text.replace(",trough,", ",trogh,"))
    with pytest.raises(InputError, match=r'measures\.csv row 5, column measure: unknown measure "trogh"; did you mean "trough"'):
        targets.measures(World.load(tmp_path))


@pytest.mark.parametrize(
    ("period", "months"),
    [("2025", 12), ("2025H1", 6), ("2025-05", 1), ("2025-05-01", 1), ("2025-08..2025-09", 2), ("2010..2018", 0), ("2011Q3", 0), ("soon", 0)],
)
def test_periods_are_months(period, months):
    assert len(observed.span(period)) == months


def test_what_was_observed_is_in_the_runs(tmp_path):
    runs = ensemble.run(plan(), tmp_path, progress=False)
    seen, said = observed.of(runs), observed.read(World.load())
    pd.testing.assert_series_equal(seen.monthly("USA"), said.monthly("USA"))
    assert len(seen.prices) == len(said.prices) > 10 and seen.shock == ["2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09"]
