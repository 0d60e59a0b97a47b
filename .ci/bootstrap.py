"""Prepare .venv from the lock file with nothing but a python3 at hand.

Finds CPython 3.12-3.14 and uv (or fetches a pinned uv into .ci/uv), runs `uv sync --frozen`, and leaves a stamp so that the
next call returns at once. Needs only the standard library of Python 3.8 or later.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".set-up"
PRIVATE = ROOT / ".ci" / "uv"
INPUTS = [ROOT / "pyproject.toml", ROOT / "uv.lock", Path(__file__)]

PYTHONS = ["3.12", "3.13", "3.14"]  # in order of preference; the same as requires-python
UV = "0.13.9"
UV_OLDEST = (0, 5)  # the first that reads this lock file and dependency groups
PIP_URL = (
    "https://files.pythonhosted.org/packages/44/3c/"
    "d717024885424591d5376220b5e836c2d5293ce2011523c9de23ff7bf068/pip-25.3-py3-none-any.whl"
)
PIP_SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"


def main() -> None:
    if ready():
        return
    began = time.monotonic()
    python = find_python()
    uv = find_uv(python or sys.executable)
    say(f"installing the locked packages into .venv with {python or 'a Python that uv finds or fetches'}")
    sync(uv, python)
    STAMP.write_text(fingerprint())
    say(f"done in {time.monotonic() - began:.0f} s")


def say(text: str) -> None:
    print(f"set-up: {text}", flush=True)


def stop(text: str) -> NoReturn:
    sys.exit(f"set-up: {text}")


def fingerprint() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in INPUTS)).hexdigest()


def ready() -> bool:
    return (VENV / "bin" / "python").exists() and STAMP.exists() and STAMP.read_text() == fingerprint()


def find_python() -> "str | None":
    """Path of a suitable CPython, on PATH or under pyenv; None where there is none."""
    home = Path.home() / ".pyenv" / "versions"
    for version in PYTHONS:
        on_path = [shutil.which(f"python{version}"), sys.executable, shutil.which("python3"), shutil.which("python")]
        for candidate in [*on_path, *sorted(glob.glob(f"{home}/{version}*/bin/python3"))]:
            found = candidate and identify(candidate, version)
            if found:
                return found
    return None


def identify(candidate: str, version: str) -> "str | None":
    """The real path of an interpreter if it runs and is CPython of this version (a shim may do neither)."""
    ask = "import sys, platform; print(platform.python_implementation(), '%d.%d' % sys.version_info[:2]); print(sys.executable)"
    try:
        answer = subprocess.run([candidate, "-c", ask], capture_output=True, text=True, timeout=30, check=False).stdout.splitlines()
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer[1] if len(answer) == 2 and answer[0] == f"CPython {version}" else None


def find_uv(python: str) -> str:
    """uv from PATH if recent enough, else the pinned one, fetched once."""
    for uv in [shutil.which("uv"), str(PRIVATE / "bin" / "uv")]:
        if uv and recent(uv):
            return uv
    say(f"fetching uv {UV} into .ci/uv")
    fetch_uv(python)
    return str(PRIVATE / "bin" / "uv")


def recent(uv: str) -> bool:
    try:
        version = subprocess.run([uv, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout.split()[1]
        return tuple(int(part) for part in version.split(".")[:2]) >= UV_OLDEST
    except (OSError, IndexError, ValueError, subprocess.TimeoutExpired):
        return False


def fetch_uv(python: str) -> None:
    part = PRIVATE.with_name(f"uv.{os.getpid()}")
    env = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [python, *pip(python), "install", "-qq", "--target", str(part), f"uv=={UV}"]
    try:
        if subprocess.run(command, env=env, check=False).returncode:
            stop("uv could not be fetched; is there a network? Or install it: https://docs.astral.sh/uv")
        shutil.rmtree(PRIVATE, ignore_errors=True)
        part.rename(PRIVATE)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def pip(python: str) -> "list[str]":
    """How to call pip: the interpreter's own, else a pinned wheel, which runs without being installed."""
    if not subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        return ["-m", "pip"]
    wheel = ROOT / ".ci" / PIP_URL.rsplit("/", 1)[1]
    if not wheel.exists():
        try:
            content = urllib.request.urlopen(PIP_URL, timeout=60).read()
        except OSError as error:
            stop(f"pip could not be fetched ({error}); install uv yourself: https://docs.astral.sh/uv")
        if hashlib.sha256(content).hexdigest() != PIP_SHA256:
            stop(f"{PIP_URL} is not the file expected; install uv yourself: https://docs.astral.sh/uv")
        wheel.write_bytes(content)
    return [f"{wheel}/pip"]


def sync(uv: str, python: "str | None") -> None:
    env = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")}
    env["UV_PROJECT_ENVIRONMENT"] = str(VENV)
    for name in ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS"):  # new and old name: trust what this machine trusts, as pip does
        env.setdefault(name, "1")
    command = [uv, "sync", "--frozen", "--python", python or PYTHONS[0]]
    if not sys.stderr.isatty():
        command.append("--quiet")
    if subprocess.run(command, env=env, cwd=ROOT, check=False).returncode:
        stop(f"uv could not install the packages (above); it needs the network and CPython {' or '.join(PYTHONS)}")


if __name__ == "__main__":
    main()
