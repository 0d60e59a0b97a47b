"""Keeps strangers out: another web site, open in the visitor's browser, can neither drive the page, nor show it as its own, nor read from it."""

import base64
import hashlib
import mimetypes
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

SAFE = {"GET", "HEAD", "OPTIONS"}
"""Methods that change nothing; a browser sends them without saying for whom."""
CLOSED = {"/readyz", "/resourcez"}
"""Pages of the server about itself: whether it runs; its threads, models, sockets, processor and memory."""

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""What may be done with an answer that is no page."""
PAGE = "; ".join([
    "default-src 'none'",
    "script-src 'self' 'unsafe-eval' blob: {scripts}",  # the shell compiles its templates in the browser; maps and charts arrive as blobs
    "style-src 'self' 'unsafe-inline'",  # the shell writes its colours and sizes into the page
    "img-src 'self' data:",  # figures of the results arrive with the text
    "font-src 'self' data:",
    "connect-src 'self' ws://{host}",  # not every browser counts the socket as 'self'
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
])  # fmt: skip
"""What a page may load, run and reach: itself alone, and of the scripts written into it only those it was served with."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer the Fetch standard lets the page's own changes come from "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SCRIPT = re.compile(br"""<script(?![^>]*\s(?:src=|type="(?!module)))[^>]*>(.*?)</script>""", re.DOTALL)
"""A script written into a page; neither one from a file nor data."""
TYPES = {".js": "text/javascript", ".css": "text/css"}
"""What a browser that must not guess needs to be told, whatever this machine's own list of types says."""
STARTS = {"http.response.start", "websocket.http.response.start"}


class Guard:
    """Stands before everything the server answers (ASGI): refuses what another site asks, and sends nothing without its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        for ending, kind in TYPES.items():
            mimetypes.add_type(kind, ending)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        await (refusal(scope) or self.app)(scope, receive, Sealed(scope, send))


def refusal(scope: Scope) -> ASGIApp | None:
    """The answer to a request that is refused; None for one that may pass."""
    if foreign(scope):
        socket = scope["type"] == "websocket"
        return WebSocketClose(WS_1008_POLICY_VIOLATION) if socket else PlainTextResponse("Only the page itself may ask this.\n", status_code=403)
    if scope["path"] in CLOSED:
        return PlainTextResponse("There is no such page.\n", status_code=404)
    return None


def foreign(scope: Scope) -> bool:
    """Whether a request comes from another site: another name or another port, or from nobody where a browser would have said from whom.

    Browsers name the origin of every socket and of every request that may change something. What names none is a program; it has no
    business here, and a door that nobody needs is shut.
    """
    headers = Headers(scope=scope)
    origins = set(headers.getlist("origin"))
    if not origins:
        return scope["type"] == "websocket" or scope["method"] not in SAFE
    return origins != {f"http://{headers.get('host')}"}


class Sealed:
    """Sends an answer on once its beginning is known, with the headers it needs."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.host, self.send = Headers(scope=scope).get("host"), send
        self.start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] in STARTS:
            self.start = message
            return
        if self.start:
            await self.send(sealed(self.start, message.get("body", b""), self.host))
            self.start = None
        await self.send(message)


def sealed(start: Message, body: bytes, host: str | None) -> Message:
    """The start of an answer to `host` whose text begins with `body`, with its headers; a page comes in one piece, scripts in a further piece would not run."""
    headers = MutableHeaders(scope=start)
    page = headers.get("content-type", "").startswith("text/html")
    headers.update(HEADERS | {"Content-Security-Policy": PAGE.format(scripts=checksums(body), host=host) if page else NOTHING})
    cookies = headers.getlist("set-cookie")
    del headers["set-cookie"]
    for cookie in cookies:
        headers.append("set-cookie", strict(cookie))
    return start


def checksums(page: bytes) -> str:
    """The scripts written into a page, as its policy names them."""
    digests = (base64.b64encode(hashlib.sha256(code).digest()).decode() for code in SCRIPT.findall(page))
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def strict(cookie: str) -> str:
    """A cookie that no script can read, and that no other site's request carries."""
    kept = [part for part in cookie.split("; ") if part.partition("=")[0].lower() not in {"httponly", "samesite"}]
    return "; ".join([*kept, "HttpOnly", "SameSite=Strict"])
