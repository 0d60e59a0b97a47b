"""A served page and a browser that may talk to nobody else."""

import re

import pytest
from browser.serving import FLAGS, PATIENCE, served


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The page, served once for all that is asked of it."""
    log = tmp_path_factory.mktemp("page") / "server.log"
    with served(log, ("-m", "tests.browser.awkward")) as (address, _):
        yield address
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="session")
def browser(chromium):
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


VIEWPORT = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def visitor(browser):
    """A visitor whose browser keeps the page's files from one tab to the next."""
    return browser.new_context(viewport=VIEWPORT)


@pytest.fixture
def tab(browser, visitor, address):
    """Opens tabs, the first as the visitor and others as strangers to it; afterwards none may have asked a stranger for anything, or met an error."""
    opened, strangers, errors = [], [], []

    def open_tab(path="/", at=address, **options):
        again = opened or options
        page = (browser.new_context(viewport=VIEWPORT, **options) if again else visitor).new_page()
        opened.append(page.context if again else page)
        page.set_default_timeout(1000 * PATIENCE)
        page.on("request", lambda request: strangers.append(request.url) if not re.match(rf"{at}|data:|blob:", request.url) else None)
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(at + path)
        return page

    yield open_tab
    for each in opened:
        each.close()
    assert not strangers
    assert not errors
