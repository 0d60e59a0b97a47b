"""A served page, as a user's command serves it, and a browser to look at it with."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ("-m", "model.view")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE = 60
"""Seconds a browser waits for something to appear; long, since machines are shared, and free while all is well."""
START = 10 * PATIENCE
"""Seconds a server is given to start; the first one compiles the model."""


@contextmanager
def served(log: Path, command: tuple[str, ...] = COMMAND):
    """The address of the page and its server's process, for as long as it is used."""
    port = free_port()
    with log.open("w") as output:
        server = subprocess.Popen([sys.executable, *command, "--no-browser", "--port", str(port)], cwd=ROOT, stdout=output, stderr=output)
    try:
        wait_for(f"http://127.0.0.1:{port}/", server, log)
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(PATIENCE)
        finally:
            server.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    """Until the page answers."""
    end = time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=PATIENCE).read()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the page did not come up:\n{log.read_text()}")
