"""Leaves a note in the built package of the commit it was built from, for there is no git where it will be installed."""

import runpy
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitNote(BuildHookInterface):
    """Adds experiments/COMMIT where a git repository tracks the sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        asked = runpy.run_path(str(Path(self.root) / "experiments" / "commit.py"))
        name = asked["checked_out"]()
        if name and version != "editable":  # an editable package is the checkout itself
            note = Path(tempfile.mkdtemp()) / asked["NOTE"]
            note.write_text(f"{name}\n", encoding="utf-8")
            build_data["force_include"][str(note)] = f"experiments/{note.name}"
