"""A served page and a browser that may talk to nobody else."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split()
PATIENCE = 20_000
"""Milliseconds a browser waits for something to appear; long, since test machines are shared."""


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The page, served by the command a user types."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("page") / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen([sys.executable, "-m", "model.view", "--no-browser", "--port", str(port)], cwd=ROOT, stdout=output, stderr=output)
    try:
        wait_for(f"http://127.0.0.1:{port}/", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
    assert "Traceback" not in log.read_text()


def wait_for(url, server, log, seconds=120):
    """Until the page answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the page did not come up:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def tab(browser, address):
    """Opens tabs that share nothing; afterwards none may have asked a stranger for anything, or met an error."""
    contexts, strangers, errors = [], [], []

    def open_tab(path="/", **options):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: strangers.append(request.url) if not re.match(rf"{address}|data:|blob:", request.url) else None)
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address + path)
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert not strangers
    assert not errors
