"""How long the fuzzing may take: a fixed number of examples in CI, minutes by command (`make fuzz`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.strategies import SearchStrategy

KEPT = Path(__file__).resolve().parent.parent.parent / "var" / "fuzz" / "examples"
# Nobody waits longer for an answer, whatever was sent.
DEADLINE = timedelta(seconds=5)
MARK = "is_fuzzed"


class LongRun:
    """The run by command. `seconds` is each target's part; 0 is the budget of CI."""

    seconds = 0.0


def plan(minutes: float) -> None:
    """Say before the targets are imported that they run for so many minutes in all; 0 is CI's budget."""
    LongRun.seconds = 60 * minutes


def divide(targets: int) -> None:
    """Give each of so many targets its part of the time."""
    LongRun.seconds /= max(1, targets)


def counted(test: Callable) -> Callable:
    """Decorate a test that makes its targets itself, for `divide`."""
    setattr(test, MARK, True)
    return test


def fuzzed(*, examples: int, part: float = 1, **strategies: SearchStrategy) -> Callable:
    """Decorate a test as a target: so many examples, the same ones every time.

    By command the same number of examples makes a round, and rounds with new ones follow each other
    until the target's time is over, or `part` of it. What failed is kept, is tried first in the next
    run, and is printed with the line that repeats it.
    """

    def decorate(test: Callable) -> Callable:
        target = settings(_budget(examples))(given(**strategies)(test))

        # It looks like the target to pytest: the same fixtures, a test of hypothesis.
        @wraps(target)
        def rounds(*args, **kwargs) -> None:
            until = time.monotonic() + LongRun.seconds * part
            target(*args, **kwargs)
            while time.monotonic() < until:
                target(*args, **kwargs)

        return counted(rounds)

    return decorate


def _budget(examples: int) -> settings:
    is_long = LongRun.seconds > 0
    return settings(
        max_examples=examples,
        deadline=DEADLINE,
        derandomize=not is_long,
        database=DirectoryBasedExampleDatabase(KEPT) if is_long else None,
        print_blob=True,
        # To explain it takes minutes more, and the example says enough.
        phases=set(Phase) - {Phase.explain},
        # Fixtures are made once for all examples: what a test needs anew it makes itself.
        suppress_health_check=list(HealthCheck),
    )
