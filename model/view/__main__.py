"""python -m model.view: serves the page on this machine alone and opens it."""

import argparse
import logging
import os
import socket
import sys
import threading
import warnings
import webbrowser
from typing import Any

from model import TradeModel
from model.compiled import announce
from model.errors import InputError, tell_and_exit
from model.folder import shipped
from model.view import settings
from model.view.words import heading, wording

HOST = "127.0.0.1"
"""The page is for the person at this machine; it is never bound to another interface."""
SERVER_SETTINGS = {
    "SOLARA_APP": "model.view.app",
    "SOLARA_MODE": "production",
    "SOLARA_ASSETS_PROXY": "true",  # the page's shell comes from the installed files of solara-assets ...
    "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/",  # ... and never from anywhere else: nothing answers here
    "SOLARA_SERVER_HTTP_GZIP": "false",  # nothing travels far; compressing would keep the first visitor waiting
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_THEME_VARIANT": "light",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",  # a closed tab's model is forgotten after this
}


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("python -m model.view", description="Watch the trade network react, and compare two futures, in a browser.")
    parser.add_argument("--port", type=int, default=8765, help="port on this machine (default 8765)")
    parser.add_argument("--world", default=None, help=f"world that is shown: {', '.join(shipped())}, or the folder of one of your own (default {shipped()[0]})")
    parser.add_argument("--scenario", default=None, help="scenario Explore opens with: a name of the world or a .toml file, with patches as NAME+PATCH (default restrictions_resume, or the world's first)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    return parser.parse_args(given)


def check_port(port: int) -> None:
    """Refuses a port that cannot be had."""
    if not 1 <= port <= 65535:
        raise InputError(f"--port: {port} is no port; give 1024 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise InputError(f"--port: {port} cannot be used ({error.strerror}); give another with --port") from None


def serve(port: int, opened: bool) -> None:
    """Runs the server until Ctrl-C; the browser is opened once it answers."""
    import uvicorn
    from solara.server.starlette import app
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from model.view.guard import Guard

    address = f"http://{HOST}:{port}"
    own = Guard(TrustedHostMiddleware(app, allowed_hosts=[HOST, "localhost"]))  # other names that lead here belong to strangers
    patient: dict[str, Any] = {"ws_ping_interval": None, "ws_ping_timeout": None}  # a browser on this machine that is slow to answer is busy, not gone
    server = uvicorn.Server(uvicorn.Config(own, host=HOST, port=port, log_level="warning", server_header=False, **patient))

    def announce() -> None:
        while not server.started:
            if stopped.wait(0.05):
                return
        print(f"The page is at {address} (Ctrl-C ends it)", flush=True)
        if opened:
            webbrowser.open(address)

    stopped = threading.Event()
    threading.Thread(target=announce, daemon=True).start()
    try:
        server.run()
    except KeyboardInterrupt:
        print("The page is closed.")
    finally:
        stopped.set()


def main() -> None:
    given = arguments()
    with tell_and_exit():
        check_port(given.port)
        os.environ |= SERVER_SETTINGS | {settings.WORLD: given.world or "", settings.SCENARIO: given.scenario or ""}
        world, scenario = settings.here(), settings.opening()
        os.environ["SOLARA_THEME_TITLE"] = heading(wording(world).network)
        print("Preparing the model ...", flush=True)
        announce()
        TradeModel(scenario, world=world).step()  # compiles what is not yet compiled, so that the first visitor does not wait
    warnings.filterwarnings("ignore", "Cookies with samesite=none")  # about pages embedded in others; this one is not
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    serve(given.port, not given.no_browser)


if __name__ == "__main__":
    main()
