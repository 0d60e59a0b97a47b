"""Results: figures and tables of the experiments that were run, and any two sets of runs laid over each other."""

import base64
from html import escape
from pathlib import Path

import solara

from model.view import fan, findings, pictures, words
from model.view.findings import Findings
from model.view.settings import RESULTS, here
from model.view.words import wording

OVERLAY = "Lay two runs over each other"


@solara.component
def Results() -> None:
    solara.Title(f"Results: {wording(here()).network}")
    found = solara.use_memo(findings.browse, [])
    chosen, choose = solara.use_state(found[0].name if found else "")
    if not found:
        Nothing()
        return
    with solara.Div(classes=["tn-controls"]):
        solara.Select("Results of", value=chosen, values=[each.name for each in found], on_value=choose, dense=True, classes=["tn-scenario"])
    folder = next(each for each in found if each.name == chosen)
    Overlay([path for each in found for path in each.runs])
    Figures(folder).key(f"figures {chosen}")
    Tables(folder).key(f"tables {chosen}")


@solara.component
def Nothing() -> None:
    """What to do while there are no results."""
    with solara.Div(classes=["tn-card"]):
        solara.HTML(tag="h2", unsafe_innerHTML="No results yet", classes=["tn-h2"])
        solara.Text("Run the experiment with make run, or python -m experiments.truce_vs_resume; its figures and tables appear here.", classes=["tn-soft"])


@solara.component
def Figures(here: Findings) -> None:
    """Every figure of a folder."""
    if not here.figures:
        solara.Text("This folder holds no figures.", classes=["tn-soft"])
        return
    with solara.Div(classes=["tn-gallery"]):
        for path in here.figures:
            picture(path)


def picture(path: Path) -> solara.Element:
    """One figure with its name."""
    data = base64.b64encode(findings.read(path)).decode()
    name = escape(path.stem.replace("_", " "))
    return solara.HTML(tag="figure", unsafe_innerHTML=f'<img alt="{name}" src="data:image/png;base64,{data}"><figcaption>{name}</figcaption>')


@solara.component
def Tables(here: Findings) -> None:
    """One table at a time."""
    names = [path.name for path in here.tables]
    chosen, choose = solara.use_state(names[0] if names else "")
    wanted, search = solara.use_state("")
    if not names:
        return
    solara.HTML(tag="h2", unsafe_innerHTML="Tables", classes=["tn-h2"])
    with solara.Div(classes=["tn-controls"]):
        solara.Select("Table", value=chosen, values=names, on_value=choose, dense=True, classes=["tn-scenario"])
        solara.InputText("Show rows with", value=wanted, on_value=search, continuous_update=True, dense=True, classes=["tn-scenario"])
    head, *rows = findings.table(next(path for path in here.tables if path.name == chosen)) or [[]]
    kept = [row for row in rows if wanted.lower() in " ".join(row).lower()]
    Grid(head, kept[: findings.MOST_ROWS])
    if len(kept) > findings.MOST_ROWS:
        solara.Text(f"The first {findings.MOST_ROWS} of {len(kept)} rows; name words to see others.", classes=["tn-soft"])
    if not kept:
        solara.Text("No row holds these words.", classes=["tn-soft"])


@solara.component
def Grid(head: list[str], rows: list[list[str]]) -> None:
    """Rows as a table."""
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    titles = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in head)
    solara.HTML(tag="div", unsafe_innerHTML=f"<table><thead><tr>{titles}</tr></thead><tbody>{cells}</tbody></table>", classes=["tn-table"])


@solara.component
def Overlay(files: list[Path]) -> None:
    """Two sets of runs in the same panels: medians and bands."""
    choices = solara.use_memo(lambda: offered(files), [files])
    names = list(choices)
    first, choose_first = solara.use_state(names[0] if names else "")
    second, choose_second = solara.use_state(names[-1] if names else "")
    with solara.Div(classes=["tn-card"]):
        solara.HTML(tag="h2", unsafe_innerHTML=OVERLAY, classes=["tn-h2"])
        if not names:
            solara.Text("No runs are kept here. make run, or an experiment with --out results/runs/NAME, writes runs.nc files that can be compared.", classes=["tn-soft"])
            return
        with solara.Div(classes=["tn-controls"]):
            solara.Select("First", value=first, values=names, on_value=choose_first, dense=True, classes=["tn-wide"])
            solara.Select("Second", value=second, values=names, on_value=choose_second, dense=True, classes=["tn-wide"])
        Pair([choices[first], choices[second]], [first, second])


def offered(files: list[Path]) -> dict[str, tuple[Path, str]]:
    """Every scenario of every file of runs of this world, by what it is called."""
    pairs = [(path, name) for path in files for name in findings.scenarios(path, here().name)]
    return {f"{words.scenario(name)}, {path.parent.relative_to(RESULTS)}": (path, name) for path, name in pairs}


@solara.component
def Pair(chosen: list[tuple[Path, str]], labels: list[str]) -> None:
    """The panels of two sets of runs."""
    same = chosen[0][0] == chosen[1][0]
    told = [words.scenario(name) if same else label for label, (_, name) in zip(labels, chosen, strict=True)]
    panels, values, length = solara.use_memo(lambda: fan.overlay(here(), [(label, findings.run(*each)) for label, each in zip(told, chosen, strict=True)]), [labels])
    pictures.sheet(panels, values, length, length, start=fan.earliest(here()), group="overlay")
