"""The page as a whole: its routes, its frame and its style."""

from collections.abc import Sequence
from html import escape

import solara
import solara.lab

from model.view.pages.compare import Compare
from model.view.pages.explore import Explore
from model.view.pages.history import History
from model.view.pages.results import Results
from model.view.settings import here
from model.view.widgets import ASSETS
from model.view.words import heading

STYLE = (ASSETS / "page.css").read_text(encoding="utf-8") + (ASSETS / "frame.css").read_text(encoding="utf-8")


@solara.component
def Frame(children: Sequence[solara.Element] = ()) -> None:
    """Brand, the four pages, the theme; then the page."""
    current, everything = solara.use_route(level=0)
    solara.Style(STYLE)
    with solara.Div(classes=["tn-page"]):
        with solara.Div(classes=["tn-head"]):
            solara.HTML(tag="div", unsafe_innerHTML=f"<b>{escape(heading(here().headline.word))} trade</b> network", classes=["tn-brand"])
            with solara.Div(classes=["tn-nav"]):
                for route in everything:
                    with solara.Link(route, classes=["tn-tab", *(["tn-here"] if current is route else [])]):
                        solara.Text(route.label)
            Lamp()
        solara.Div(children=list(children), classes=["tn-body"])


@solara.component
def Lamp() -> None:
    """Dark or light."""
    dark = bool(solara.lab.use_dark_effective())
    words, icon = ("Light colours", "mdi-weather-sunny") if dark else ("Dark colours", "mdi-weather-night")
    solara.Button(icon_name=icon, icon=True, on_click=lambda: setattr(solara.lab.theme, "dark", not dark), attributes={"aria-label": words, "title": words})


routes = [
    solara.Route("/", component=Explore, label="Explore", layout=Frame),
    solara.Route("compare", component=Compare, label="Compare"),
    solara.Route("results", component=Results, label="Results"),
    solara.Route("history", component=History, label="History"),
]
