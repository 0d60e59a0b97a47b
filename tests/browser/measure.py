"""How fast the page is and how much memory it keeps, in a real browser: PYTHONPATH=tests python -m browser.measure [opening] [playing] [resets]."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from browser.serving import FLAGS, PATIENCE, served
from playwright.sync_api import Browser, Page, sync_playwright

PAGES = {"Explore": ("/", ".tn-grid canvas"), "Compare": ("/compare", ".tn-grid canvas"), "Results": ("/results", ".tn-gallery img"), "History": ("/history", ".tn-grid canvas")}
"""Where each page is, and its last part to appear."""
SECONDS = 10
"""How long a speed is watched."""
CYCLE = """async (times) => {
    const button = (name) => [...document.querySelectorAll(".tn-buttons button")].find((each) => each.innerText.includes(name));
    const shows = async (start) => {
        while (document.querySelector(".tn-title").textContent.startsWith("Before") !== start) await new Promise((next) => setTimeout(next, 5));
    };
    for (let i = 0; i < times; i++) { button("Step").click(); await shows(false); button("Reset").click(); await shows(true); }
}"""
"""Steps and resets, again and again."""


@contextmanager
def visited(log: Path) -> Iterator[tuple[str, int, Browser]]:
    """A server just started (its address and process id), and a browser."""
    with served(log) as (address, server), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        chromium.new_context().new_page().goto("about:blank")
        yield address, server.pid, chromium
        chromium.close()


def opened(browser: Browser, address: str, name: str) -> tuple[Page, float]:
    """A page in a browser that has never seen it, and the seconds until it is whole."""
    path, last = PAGES[name]
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(1000 * PATIENCE)
    begun = time.perf_counter()
    page.goto(address + path, wait_until="commit")
    page.locator(last).last.wait_for()
    return page, time.perf_counter() - begun


def opening(browser: Browser, address: str, _: int) -> None:
    """The first, second and third opening of each page."""
    for name in PAGES:
        seconds = []
        for _ in range(3):
            page, took = opened(browser, address, name)
            page.context.close()
            seconds.append(took)
        print(f"{name}: opens in " + ", ".join(f"{each:.2f}" for each in seconds) + " s", flush=True)


def playing(browser: Browser, address: str, _: int) -> None:
    """Months and frames a second."""
    for speed in (8, 20):
        page, _ = opened(browser, address, "Explore")
        page.get_by_label("Speed").press("Enter")
        page.locator(".menuable__content__active").get_by_role("option", name=f"{speed} months/s", exact=True).click()
        page.get_by_role("button", name="Play").click()
        page.wait_for_timeout(1000)
        counts = [progress(page)]
        page.wait_for_timeout(1000 * (SECONDS if speed < 10 else SECONDS // 2))
        counts.append(progress(page))
        clock, frames, months = (after - before for before, after in zip(*counts, strict=True))
        page.context.close()
        print(f"at {speed} months a second: {months / clock:.1f} months and {frames / clock:.0f} frames a second", flush=True)


def progress(page: Page) -> tuple[float, int, int]:
    """Seconds, frames drawn, months past."""
    return tuple(page.evaluate("""() => {
        const [month, year] = document.querySelector(".tn-title").textContent.split(" ");
        return [performance.now() / 1000, Number(document.querySelector(".tn-map").dataset.frames), 12 * Number(year) + new Date(month + " 1, 2000").getMonth()];
    }"""))  # fmt: skip


def resets(browser: Browser, address: str, server: int, times: int = 1000, every: int = 100) -> list[tuple[int, float, float]]:
    """Memory while a world is stepped and reset: (resets, MB of the server, MB of the page's scripts)."""
    page, _ = opened(browser, address, "Explore")
    developer, measured = page.context.new_cdp_session(page), []
    for done in range(0, times + 1, every):
        if done:
            page.evaluate(CYCLE, every)
        developer.send("HeapProfiler.collectGarbage")
        measured.append((done, resident(server), developer.send("Runtime.getHeapUsage")["usedSize"] / 1e6))
        print("{} resets: server {:.0f} MB, page {:.1f} MB".format(*measured[-1]), flush=True)
    return measured


def resident(process: int) -> float:
    """Memory a process holds (MB)."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


MEASURES = {each.__name__: each for each in (opening, playing, resets)}

if __name__ == "__main__":
    for name in sys.argv[1:] or MEASURES:
        with tempfile.TemporaryDirectory() as folder, visited(Path(folder) / "server.log") as (address, server, browser):
            MEASURES[name](browser, address, server)
