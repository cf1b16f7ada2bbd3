"""An answer that is kept for some seconds in a process."""

import pytest

from tickets import remembered
from tickets.remembered import Kept


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1000.0

    monkeypatch.setattr(remembered.time, "monotonic", lambda: Clock.now)
    return Clock


def counter(answers):
    return Kept(iter(answers).__next__, seconds=5)


def test_answer_is_kept_until_it_is_too_old(clock):
    kept = counter([None, "second"])

    first = kept.get()
    clock.now += 4.9
    still = kept.get()
    clock.now += 0.1

    assert (first, still, kept.get()) == (None, None, "second")


def test_answer_that_is_forgotten_is_worked_out_anew(clock):
    kept = counter(["first", "second"])
    kept.get()

    kept.forget()

    assert kept.get() == "second"


def test_answer_that_is_given_holds_as_long_as_it_is_said_to(clock):
    kept = counter(["worked out"])

    kept.keep("given", seconds=60)
    clock.now += 59
    given = kept.get()
    clock.now += 1

    assert (given, kept.get()) == ("given", "worked out")


def test_answer_that_cannot_be_worked_out_is_asked_for_again(clock):
    kept = counter([])

    for _ in range(2):
        with pytest.raises(StopIteration):
            kept.get()
