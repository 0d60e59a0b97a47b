"""The page's server, asked as the page asks it, as other web sites would, and as programs would."""

import base64
import hashlib
import json
import os
import socket
import subprocess
import sys
from contextlib import closing
from html.parser import HTMLParser
from http.client import HTTPConnection
from uuid import uuid4

import pytest
from browser.serving import PATIENCE
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from model.view.guard import strict

CLOSE = "/_solara/api/close/a-tab?session_id=here"
"""What a tab says when it is closed."""
QUESTION = {"channel": "shell", "header": {"msg_id": "1", "msg_type": "kernel_info_request"}, "parent_header": {}, "metadata": {}, "content": {}}
"""The first thing a tab asks."""
FOREIGN = {
    "another site": "https://stranger.example",
    "the same name elsewhere": "http://127.0.0.1.stranger.example:{port}",
    "another port": "http://127.0.0.1:1{port}",
    "no port": "http://127.0.0.1",
    "another name of this machine": "http://localhost:{port}",
    "an encrypted page": "https://127.0.0.1:{port}",
    "a page without a name": "null",
    "nobody": "",
}
"""Origins that are not the page's own."""
UNSAFE = ["POST", "PUT", "PATCH", "DELETE"]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ROUTES = {
    *("/readyz", "/resourcez"),  # about the server itself: closed
    *("/", "/{fullpath}", "/{fullpath:path}", "/static", "/static/public", "/static/assets", "/jupyter/nbextensions", "/_solara/cdn"),  # pages and their files
    *("/jupyter/api/kernels/{kernel_id}/{name}", "/_solara/api/close/{kernel_id}"),  # a tab's socket, and its closing
    "/jupyter/api/kernels/{id}",  # the same two words whatever is asked
    "/_solara/api/evict/{kernel_id}",  # Solara itself answers 404 outside its own tests
}
"""Everything Solara serves."""


@pytest.fixture
def port(address):
    """Where the page is served."""
    return int(address.rpartition(":")[2])


def ask(port, path, method="GET", **headers):
    """The answer, and its text."""
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer, answer.read()


def open_socket(port, name="127.0.0.1", **headers):
    """A new tab's socket to the page's server, under a name of its machine."""
    address = f"ws://{name}:{port}/jupyter/api/kernels/{uuid4()}/channels?session_id=here"
    return connect(address, sock=socket.create_connection(("127.0.0.1", port)), additional_headers=headers, proxy=None)


def headers_of(port, origin):
    """The headers of a request from there."""
    return {"Origin": origin.format(port=port)} if origin else {}


def policy(answer):
    """Directives of an answer's policy and what each allows."""
    pairs = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: allowed for name, *allowed in pairs}


@pytest.mark.parametrize("origin", FOREIGN.values(), ids=FOREIGN)
def test_a_socket_from_elsewhere_is_refused(port, origin):
    with pytest.raises(InvalidStatus) as refused, open_socket(port, **headers_of(port, origin)):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_page_may_open_its_socket(port, name):
    with open_socket(port, name, Origin=f"http://{name}:{port}") as opened:
        opened.send(json.dumps(QUESTION))
        answers = [json.loads(opened.recv(PATIENCE)) for _ in range(3)]
    assert [answer["header"]["msg_type"] for answer in answers] == ["status", "kernel_info_reply", "status"]


@pytest.mark.parametrize("origin", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("method", UNSAFE)
def test_a_change_from_elsewhere_is_refused(port, method, origin):
    assert ask(port, CLOSE, method, **headers_of(port, origin))[0].status == 403


def test_a_tab_may_say_that_it_is_closed(port):
    assert ask(port, CLOSE, "POST", Origin=f"http://127.0.0.1:{port}")[0].status == 200


@pytest.mark.parametrize("origin", FOREIGN.values(), ids=FOREIGN)
def test_only_who_types_the_address_reads_the_page(port, origin):
    assert ask(port, "/", **headers_of(port, origin))[0].status == (403 if origin else 200)


def test_two_origins_are_none(port):
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.putrequest("POST", CLOSE)
        for origin in (f"http://127.0.0.1:{port}", "https://stranger.example"):
            connection.putheader("Origin", origin)
        connection.endheaders()
        assert connection.getresponse().status == 403


ANSWERS = {
    "page": ("/", {}, 200),
    "another page": ("/compare", {}, 200),
    "script": ("/_solara/cdn/requirejs@2.3.6/require.js", {}, 200),
    "style": ("/static/highlight.css", {}, 200),
    "nothing": ("/nothing/here", {}, 404),
    "closed": ("/resourcez", {}, 404),
    "refused": ("/", {"Origin": "https://stranger.example"}, 403),
    "name of a stranger": ("/", {"Host": "stranger.example"}, 400),
}


@pytest.mark.parametrize(("path", "headers", "status"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_says_what_may_be_done_with_it(port, path, headers, status):
    answer, _ = ask(port, path, **headers)
    assert answer.status == status
    assert {name: answer.headers.get_all(name) for name in HEADERS} == {name: [value] for name, value in HEADERS.items()}
    assert policy(answer)["frame-ancestors"] == ["'none'"] and policy(answer)["default-src"] == ["'none'"]
    assert "Server" not in answer.headers


def test_a_name_of_a_stranger_opens_no_socket(port):
    name = "stranger.example"
    with pytest.raises(InvalidStatus) as refused, open_socket(port, name, Origin=f"http://{name}:{port}"):
        pass
    assert refused.value.response.status_code == 400 and refused.value.response.headers["X-Frame-Options"] == "DENY"


class Scripts(HTMLParser):
    """The scripts written into a page that a browser would run."""

    def __init__(self, page):
        super().__init__()
        self.found, self.within = [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.within = tag == "script" and "src" not in given and given.get("type", "module") == "module"

    def handle_data(self, data):
        if self.within:
            self.found.append(data)

    def handle_endtag(self, tag):
        self.within = False


@pytest.mark.parametrize("path", ["/", "/compare", "/results", "/history"])
def test_a_page_runs_the_scripts_it_came_with_and_no_others(port, path):
    answer, page = ask(port, path)
    written = {f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" for code in Scripts(page.decode()).found}
    allowed = set(policy(answer)["script-src"])
    assert len(written) > 3
    assert allowed == written | {"'self'", "'unsafe-eval'", "blob:"}
    assert policy(answer)["connect-src"] == ["'self'", f"ws://127.0.0.1:{port}"]


@pytest.mark.parametrize(("path", "kind"), [("/_solara/cdn/requirejs@2.3.6/require.js", "text/javascript"), ("/static/highlight.css", "text/css")])
def test_files_are_called_what_they_are(port, path, kind):
    assert ask(port, path)[0].headers.get_content_type() == kind


@pytest.mark.parametrize(("name", "cookies"), [("127.0.0.1", 1), ("localhost", 2)])
def test_the_session_is_for_the_page_alone(port, name, cookies):
    given = ask(port, "/", Host=f"{name}:{port}")[0].headers.get_all("Set-Cookie")
    assert len(given) == cookies
    for cookie in given:
        flags = [part.strip().lower() for part in cookie.split(";")]
        assert "httponly" in flags and [flag for flag in flags if flag.startswith("samesite")] == ["samesite=strict"]


def test_a_cookie_keeps_what_else_it_says():
    assert strict("a=b; Path=/; SameSite=none; secure; HttpOnly") == "a=b; Path=/; secure; HttpOnly; SameSite=Strict"


@pytest.mark.parametrize("path", ["/readyz", "/resourcez", "/resourcez?verbose", "/%72esourcez", "/resourcez/", "//resourcez", "/docs", "/openapi.json"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_server_does_not_tell_of_itself(port, path, method):
    answer, text = ask(port, path, method)
    assert answer.status == 404 and b"{" not in text


def test_solara_serves_nothing_else():
    told = "from solara.server.starlette import app; print(*(route.path for route in app.routes), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", told], env=os.environ | {"SOLARA_ASSETS_PROXY": "true"}, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) | {"/"} == ROUTES
