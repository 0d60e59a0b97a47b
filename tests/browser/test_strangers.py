"""Another web site in the visitor's browser: what it can do to the page, beside what the page itself can do."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from browser.serving import PATIENCE
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DRIVE = """(page) => new Promise((done) => {
    const socket = new WebSocket(page.replace("http", "ws") + "/jupyter/api/kernels/" + crypto.randomUUID() + "/channels?session_id=mine");
    const say = (type, content) => socket.send(JSON.stringify({
        channel: "shell", header: {msg_id: crypto.randomUUID(), msg_type: type}, parent_header: {}, metadata: {}, content}));
    socket.onopen = () => {
        say("comm_open", {comm_id: "1", target_name: "solara.control", data: {}});
        say("comm_msg", {comm_id: "1", data: {method: "run", path: "/", args: {themes: {light: {}, dark: {}}, dark: false}}});
    };
    socket.onmessage = ({data}) => { if (String(data).includes('"finished"')) done("runs a world"); };
    socket.onclose = () => done("refused");
})"""
"""Opens a socket to a page's server, as its shell does, and has it run the page."""
CHANGE = """(page) => fetch(page + "/_solara/api/close/a-tab?session_id=mine", {method: "POST", mode: "no-cors"}).then(() => "answered", () => "refused")"""
BORROW = """(page) => new Promise((done) => {
    const script = document.createElement("script");
    Object.assign(script, {src: page + "/_solara/cdn/requirejs@2.3.6/require.js", onload: () => done("answered"), onerror: () => done("refused")});
    document.head.append(script);
})"""
FRAME = """(page) => new Promise((done) => {
    const frame = document.createElement("iframe");
    Object.assign(frame, {src: page, onload: done});
    document.body.append(frame);
})"""
HOLD = """async (page) => {
    const opened = open(page);
    for (let tries = 0; tries < 600 && !opened.closed; tries++) await new Promise((next) => setTimeout(next, 100));
    return opened.closed;
}"""
"""Opens the page in a window and keeps hold of it; whether the hold is lost."""
SLIP = """(address) => {
    const text = document.createElement("div");
    text.innerHTML = `<img src="${address}/nothing/here" onerror="window.slipped = true">`;
    document.body.append(text);
    return new Promise((done) => text.firstChild.addEventListener("error", () => done(window.slipped === true)));
}"""
"""Writes text with a script in it into the page; whether the script runs."""


class Stranger(BaseHTTPRequestHandler):
    """An empty page."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A stranger</title><body>")

    def log_message(self, *_):
        pass


@pytest.fixture
def window(browser):
    """A window whose errors are its own affair."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    yield page
    context.close()


@pytest.fixture
def stranger(window):
    """A window that shows a page from another port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    window.goto(f"http://127.0.0.1:{server.server_port}")
    yield window
    server.shutdown()


@pytest.mark.parametrize(("what", "done"), [(DRIVE, "runs a world"), (CHANGE, "answered"), (BORROW, "answered")], ids=["drive", "change", "borrow"])
def test_a_stranger_is_refused_what_the_page_may_do(window, stranger, address, what, done):
    assert stranger.evaluate(what, address) == "refused"
    window.goto(address)
    assert window.evaluate(what, address) == done


def test_a_stranger_cannot_frame_the_page(stranger, address):
    stranger.evaluate(FRAME, address)
    (frame,) = stranger.frames[1:]
    assert not frame.url.startswith(address)


def test_a_stranger_loses_hold_of_the_page(stranger, address):
    with stranger.expect_popup() as opened:
        assert stranger.evaluate(HOLD, address)
    expect(opened.value.locator(".tn-top[style*=width]")).to_have_count(1)


def test_a_script_in_a_text_does_not_run(window, address):
    window.goto(address)
    assert not window.evaluate(SLIP, address)


def test_a_closed_tab_is_let_go(tab):
    page = tab()
    expect(page.locator(".tn-top[style*=width]")).to_have_count(1)
    with page.expect_response(lambda answer: "/_solara/api/close/" in answer.url) as closed:
        page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert closed.value.status == 200


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_tab_whose_connection_drops_goes_on(tab, address, name):
    page = tab(at=address.replace("127.0.0.1", name))
    step = page.get_by_role("button", name="Step", exact=True)
    step.click()
    expect(page.locator(".tn-title")).to_have_text("January 2024")
    page.evaluate("solara.debug.ws().close()")
    page.wait_for_function("solara.debug.reconnectCount === 1 && solara.debug.connectionStatus === 'connected'")
    step.click()
    expect(page.locator(".tn-title")).to_have_text("February 2024")
