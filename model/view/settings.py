"""What the command line decides for everybody who opens the page."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"
"""The only folder whose files the page shows."""


@dataclass(frozen=True)
class Settings:
    """scenario: the one Explore opens with (a shipped name, or a file's path)."""

    scenario: str = "restrictions_resume"


SETTINGS = Settings(os.environ.get("MAGNET_TRADE_SCENARIO", Settings.scenario))
