"""The commit this code is at, asked of the git repository that tracks it or read from a note left when the package was built.

Standard library only: the build of the package runs this file by itself.
"""

import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOTE = "COMMIT"
"""File in an installed package that names the commit it was built from."""
CODE = ("model", "experiments")


def commit(version: str) -> str:
    """The commit of the code that runs; what is known instead if nothing names one."""
    note = HERE / NOTE
    return checked_out() or (note.read_text(encoding="utf-8").strip() if note.exists() else f"unknown (installed, version {version})")


def checked_out(folder: Path = HERE) -> str:
    """The commit checked out, marked if the code differs from it; "" where no git repository tracks this file, as in an installed package."""
    try:
        git(folder, "ls-files", "--error-unmatch", Path(__file__).name)
        name = git(folder, "rev-parse", "HEAD")
        changed = git(folder.parent, "status", "--porcelain", "--", *CODE)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f"{name}+changes" if changed else name


def git(folder: Path, *words: str) -> str:
    """What git answers in a folder."""
    return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True).stdout.strip()
