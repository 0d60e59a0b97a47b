"""What a person reads when a file, a value or a command cannot be used: one line that says where, what and what to do."""

import difflib
import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

EXIT_CODE = 2
"""Exit code of a command that was given something it cannot use (the shell's custom for wrong usage)."""

SHOWN = 15
"""Most words an error lists."""
LONGEST = 60
"""Most characters an error repeats of what was given."""


LOG = logging.getLogger("model")


class InputError(ValueError):
    """Something given to the model cannot be used. The text is one line: "FILE: FIELD: what is wrong; what to do"."""

    def __init__(self, text: object) -> None:
        printable = "".join(letter if letter.isprintable() else " " for letter in str(text))
        super().__init__(" ".join(printable.split()))


def nearest(word: object, words: Iterable[object]) -> str | None:
    """The one of `words` spelt most like `word`, whatever the case; None if none comes close."""
    spelt = {str(known).lower(): str(known) for known in words}
    close = difflib.get_close_matches(str(word).lower(), list(spelt), n=1, cutoff=0.5)
    return spelt[close[0]] if close else None


def short(said: object) -> str:
    """What was given, cut off where it grows too long to be repeated."""
    text = str(said)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def unknown(what: str, word: object, words: Iterable[object]) -> str:
    """The sentence for a name nobody knows, with the nearest known one or, failing that, some to choose from."""
    known = [str(each) for each in words]
    guess = nearest(word, known)
    some = ", ".join(known[:SHOWN]) + (f", ... ({len(known)} in all)" if len(known) > SHOWN else "")
    advice = f'did you mean "{guess}"?' if guess else f"use one of {some}" if known else "there is none here"
    return f'unknown {what} "{short(word)}"; {advice}'


@lru_cache
def warn(text: str) -> None:
    """What can be used but does nothing: one line on stderr, said once however many runs meet it."""
    LOG.warning("%s", InputError(text))


@contextmanager
def tell_and_exit() -> Iterator[None]:
    """Around a command's work: an `InputError` becomes its line on stderr and exit code 2, without a traceback."""
    try:
        yield
    except InputError as error:
        print(error, file=sys.stderr)
        raise SystemExit(EXIT_CODE) from None
