"""Result folders: claimed before anything is computed, written file by file so that none is ever half there."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import SoftFileLock, Timeout

from model.errors import InputError

MANIFEST = "manifest.json"
LOCK = ".lock"
"""The file that is there while a process writes to a folder; it names the process."""
PATIENCE = 1.0
"""Seconds to wait for a folder: time enough to take over the lock of a process that died."""


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`; it takes `path`'s place when the block ends well and vanishes when it does not."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        yield draft
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one move."""
    with written(path) as draft:
        draft.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write a text file in one move."""
    write_bytes(path, text.encode())


def write_json(path: Path, content: dict) -> None:
    """Write a JSON file in one move, indented for readers."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> dict:
    """What a JSON file holds; nothing if there is no such file or it is not JSON."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check(folder: Path, experiment: str) -> None:
    """Refuse a result folder that is a file or holds something other than this experiment's results."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file; name a folder")
    if folder.is_dir() and any(path.name != LOCK for path in folder.iterdir()) and read_json(folder / MANIFEST).get("experiment") != experiment:
        raise InputError(f"--out: {folder} holds files that are not results of {experiment}; name an empty or a new folder")


@contextmanager
def claimed(folder: Path, manifest: dict) -> Iterator[None]:
    """Make the folder, hold it while the block runs, and mark it with the run's manifest; drafts of an interrupted run are swept away."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out: cannot write in {folder} ({error.strerror}); name a folder you may write in") from None
    with held(folder):
        sweep(folder)
        sweep(folder / "figures")
        write_json(folder / MANIFEST, manifest)
        yield


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """No other process writes to the folder while the block runs. The lock of a process that died is taken over."""
    lock = SoftFileLock(folder / LOCK)
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        raise InputError(taken(folder, lock.pid)) from None
    except PermissionError as error:
        raise InputError(f"--out: cannot write in {folder} ({error.strerror}); name a folder you may write in") from None
    try:
        yield
    finally:
        lock.release()


def taken(folder: Path, process: int | None) -> str:
    """Who writes to the folder, since when, and what to do."""
    path = folder / LOCK
    since = f" since {datetime.fromtimestamp(path.stat().st_mtime):%Y-%m-%d %H:%M:%S}" if path.exists() else ""
    who = f"process {process}" if process else f"another process (delete {path} if there is none)"
    return f"--out: {folder} is being written by {who}{since}; wait or name another --out"


def sweep(folder: Path) -> None:
    """Remove what an interrupted run left half written. Only for who holds the folder."""
    for draft in folder.glob(".*.draft"):
        draft.unlink(missing_ok=True)
