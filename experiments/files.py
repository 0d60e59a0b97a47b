"""Result folders: claimed before anything is computed, written file by file so that none is ever half there."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.errors import InputError

MANIFEST = "manifest.json"


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`; it takes `path`'s place when the block ends well and vanishes when it does not."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        yield draft
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file in one move."""
    with written(path) as draft:
        draft.write_text(text, encoding="utf-8")


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
    if folder.is_dir() and any(folder.iterdir()) and read_json(folder / MANIFEST).get("experiment") != experiment:
        raise InputError(f"--out: {folder} holds files that are not results of {experiment}; name an empty or a new folder")


def claim(folder: Path, manifest: dict) -> None:
    """Make the folder and mark it with the run's manifest; drafts of an interrupted run are swept away."""
    try:
        (folder / "parts").mkdir(parents=True, exist_ok=True)
        write_json(folder / MANIFEST, manifest)
    except OSError as error:
        raise InputError(f"--out: cannot write in {folder} ({error.strerror}); name a folder you may write in") from None
    for draft in folder.rglob(".*.draft"):
        draft.unlink(missing_ok=True)
