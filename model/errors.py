"""What a person reads when a file, a value or a command cannot be used: one line that says where, what and what to do."""

import difflib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

EXIT_CODE = 2
"""Exit code of a command that was given something it cannot use (the shell's custom for wrong usage)."""

SHOWN = 15
"""Most words an error lists."""
LONGEST = 60
"""Most characters an error repeats of a word it does not know."""


class InputError(ValueError):
    """Something given to the model cannot be used. The text is one line: "FILE: FIELD: what is wrong; what to do"."""

    def __init__(self, text: object):
        printable = "".join(letter if letter.isprintable() else " " for letter in str(text))
        super().__init__(" ".join(printable.split()))


def nearest(word: object, words: Iterable[object]) -> str | None:
    """The one of `words` spelt most like `word`, whatever the case; None if none comes close."""
    spelt = {str(known).lower(): str(known) for known in words}
    close = difflib.get_close_matches(str(word).lower(), list(spelt), n=1, cutoff=0.5)
    return spelt[close[0]] if close else None


def unknown(what: str, word: object, words: Iterable[object]) -> str:
    """The sentence for a name nobody knows, with the nearest known one or, failing that, some to choose from."""
    known = [str(each) for each in words]
    guess = nearest(word, known)
    some = ", ".join(known[:SHOWN]) + (f", ... ({len(known)} in all)" if len(known) > SHOWN else "")
    advice = f'did you mean "{guess}"?' if guess else f"use one of {some}"
    said = str(word) if len(str(word)) <= LONGEST else f"{str(word)[:LONGEST]}..."
    return f'unknown {what} "{said}"; {advice}'


@contextmanager
def tell_and_exit() -> Iterator[None]:
    """Around a command's work: an `InputError` becomes its line on stderr and exit code 2, without a traceback."""
    try:
        yield
    except InputError as error:
        print(error, file=sys.stderr)
        raise SystemExit(EXIT_CODE) from None
