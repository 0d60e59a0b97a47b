"""The figures of an experiment, one file each; each draws from the runs and states in its title what they show."""

from pathlib import Path

import matplotlib.pyplot as plt
import xarray as xr

from experiments import headline, observed
from experiments.figures import assumptions, capacity, difference, fans, hindcast, kinds, licences, losses, lost_exports, parts, prices, regions, sectors, served, shares
from experiments.figures.style import DOTS_PER_INCH
from experiments.files import written

FIGURES = {
    "fans": (fans, "What each scenario brings"),
    "difference": (difference, "What the alternative changes, replicate by replicate"),
    "sectors": (sectors, "Who runs short, and when"),
    "shares": (shares, "Who goes without how much of what it needs"),
    "losses": (losses, "Who loses what"),
    "kinds": (kinds, "What it costs, by kind"),
    "lost_exports": (lost_exports, "What becomes of what China no longer sells"),
    "served": (served, "Who serves whom"),
    "prices": (prices, "What it costs outside China"),
    "regions": (regions, "What it costs in each region"),
    "licences": (licences, "What the licence office does"),
    "parts": (parts, "What leaves China inside parts"),
    "capacity": (capacity, "What is left in the long run"),
    "assumptions": (assumptions, "What the unknowns decide"),
    "hindcast": (hindcast, "How the same runs meet the exports of the past"),
}
"""File name, module and heading of each figure, in the order of the report."""


def left_out(runs: xr.Dataset) -> dict[str, str]:
    """Figures that cannot be drawn of these runs, and why."""
    reasons = {} if headline.of(runs).parts else {"parts": f"In the world {headline.of(runs).world} nothing is traded inside parts, so their figure is left out."}
    if observed.of(runs):
        return reasons
    return reasons | {"hindcast": f"Of the world {headline.of(runs).world} nothing observed is known to hold the runs against, so the figure of the past is left out."}


def draw_all(runs: xr.Dataset, folder: Path) -> list[Path]:
    """Write every figure that can be drawn as PNG, 150 dots an inch; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [save(module.draw(runs), folder / f"{name}.png") for name, (module, _) in FIGURES.items() if name not in left_out(runs)]


def save(figure: plt.Figure, path: Path) -> Path:
    """Write a figure in one move and let go of it."""
    with written(path) as draft:
        figure.savefig(draft, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    plt.close(figure)
    return path
