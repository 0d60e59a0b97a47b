"""The pictures of the page that the README shows: PYTHONPATH=tests python -m browser.pictures."""

import tempfile
from pathlib import Path

from browser.measure import visited
from browser.serving import PATIENCE, ROOT
from playwright.sync_api import Browser

FOLDER = ROOT / "results" / "page"
SHOTS = {
    "explore": ("/", "June 2027", (1280, 1150), "light"),
    "steer": ("/", "March 2027", (1440, 1150), "dark"),
    "compare": ("/compare", "April 2027", (1280, 1000), "light"),
    "history": ("/history", "June 2026", (1280, 1580), "light"),
}
"""For each picture the page, the month, the size (pixels) and the colours."""
REACH = """async (month) => {
    const title = () => document.querySelector(".tn-title").textContent, step = [...document.querySelectorAll("button")].find((each) => each.innerText.includes("Step"));
    while (!title().endsWith(month)) { const before = title(); step.click(); while (title() === before) await new Promise((next) => setTimeout(next, 5)); }
}"""
"""Steps until the map shows a month."""


def take(browser: Browser, address: str, name: str) -> None:
    """One picture."""
    path, month, (width, height), colours = SHOTS[name]
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(address + path)
    page.locator(".tn-grid canvas").last.wait_for()
    if colours == "dark":
        page.get_by_role("button", name="Dark colours").click()
    page.evaluate(REACH, month)
    if name == "steer":
        page.get_by_role("tab", name="Steer").click()
        page.get_by_role("button", name="Impose", exact=True).wait_for()
    page.wait_for_timeout(1000)  # charts and colours come to rest
    page.screenshot(path=FOLDER / f"{name}.png")
    page.context.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, visited(Path(folder) / "server.log") as (address, _, browser):
        for name in SHOTS:
            take(browser, address, name)
            print(FOLDER / f"{name}.png", flush=True)
