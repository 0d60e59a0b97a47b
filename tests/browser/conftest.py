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


@pytest.fixture
def tab(browser, address):
    """Opens tabs that share nothing; afterwards none may have asked a stranger for anything, or met an error."""
    contexts, strangers, errors = [], [], []

    def open_tab(path="/", at=address, **options):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.on("request", lambda request: strangers.append(request.url) if not re.match(rf"{at}|data:|blob:", request.url) else None)
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(at + path)
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert not strangers
    assert not errors
