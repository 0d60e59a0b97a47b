"""The game of a world: the ladder of regimes, what is licensed and taxed, and how each rung is seen ([game] in its world.toml)."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from model.errors import InputError

if TYPE_CHECKING:
    from model.world import World


class Game(NamedTuple):
    """What the players of a world move on: the ladder of regimes, the rung that counts as the full package, what China licenses and others tax in answer;
    severity and throughput of each rung, as announced and as perceived; what single countries can do instead of duties, rung by rung; firms to which China gives general licences."""

    rungs: tuple[str, ...]
    package: int
    licensed: tuple[str, ...]
    taxed: tuple[str, ...]
    severity: np.ndarray
    throughput: np.ndarray
    answers: dict[str, tuple[tuple[dict[str, Any], ...], ...]]
    general: tuple[str, ...]


def game_of(world: "World") -> Game:
    """The game of a world; `InputError` where it has none."""
    said, words = world.said.game, world.words
    if said is None:
        raise InputError(f"world.toml: game is missing, so no state of {world.name} can decide by itself; give it, or make its states scheduled")
    severity = np.array([words.terms[rung][0].announced_severity for rung in said.rungs])
    return Game(said.rungs, said.rungs.index(said.package), said.licensed, said.taxed, severity, np.array([words.perceived[rung] for rung in said.rungs]), dict(said.answers), said.general)


__all__ = ["Game", "game_of"]
