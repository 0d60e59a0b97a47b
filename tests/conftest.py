"""What every test shares: no window system, and browser tests only where there is a browser."""

import os
import shutil

import pytest

os.environ.setdefault("MPLBACKEND", "Agg")

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
NO_BROWSER = "no Chromium on PATH: THE PAGE IS NOT TESTED (Debian: apt-get install chromium)"


@pytest.fixture(scope="session")
def chromium():
    """Path of the browser."""
    return CHROMIUM


def pytest_collection_modifyitems(items):
    if not CHROMIUM:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter):
    if any(NO_BROWSER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.section("browser tests skipped", sep="!", red=True)
        terminalreporter.line(NO_BROWSER)
