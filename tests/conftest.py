"""What every test shares: no window system, browser tests only where there is a browser, and one process for all that asks the page."""

import os
import shutil

import pytest
from xdist.scheduler import LoadFileScheduling

os.environ.setdefault("MPLBACKEND", "Agg")

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
NO_BROWSER = "no Chromium on PATH: THE PAGE IS NOT TESTED (Debian: apt-get install chromium)"
ASK_THE_PAGE = ("tests/browser/test_guard.py", "tests/browser/test_page.py", "tests/browser/test_strangers.py")
"""Files that share a server and a browser, which take seconds to start."""


class ByFile(LoadFileScheduling):
    """A file at a time on one core, and those that ask the page as if they were one."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return "the page" if file in ASK_THE_PAGE else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


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
