"""A script that starts workers must not start them again when the workers read it: seen and told before there are any.

Each worker reads the script that started it. Without `if __name__ == "__main__":` around its calls it would run them, too, and start workers in turn.
"""

import multiprocessing
import os
import sys
from typing import TYPE_CHECKING

from model.errors import EXIT_CODE

if TYPE_CHECKING:  # not every system has both
    from multiprocessing.context import ForkServerContext, SpawnContext

UNGUARDED = 71
"""Exit code by which a worker says that it was about to run the script it only had to read."""
ADVICE = 'put the calls of {script} under if __name__ == "__main__": - workers read it, too, and must not run it; nothing was computed'


def stop_if_only_read() -> None:
    """End a worker that is still reading the script that started it and has come upon a call to run an experiment."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):  # what multiprocessing itself goes by when it refuses
        os._exit(UNGUARDED)


def check(context: "ForkServerContext | SpawnContext") -> None:
    """Let one process read the script before many do; one line and exit code 2 if it would run it."""
    reader = context.Process(target=nothing)
    reader.start()
    reader.join()
    if reader.exitcode == UNGUARDED:
        print(ADVICE.format(script=os.path.basename(sys.modules["__main__"].__file__ or "")), file=sys.stderr)
        raise SystemExit(EXIT_CODE)


def nothing() -> None:
    """What a process does that had only to read the script."""
