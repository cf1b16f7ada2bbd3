"""The budgets: the same examples every time in CI, new ones until the time is over by command."""

import time

import pytest
from hypothesis import strategies as st

from tests.fuzz import budget
from tests.fuzz.budget import LongRun, fuzzed


@pytest.fixture
def long_run(monkeypatch, tmp_path):
    monkeypatch.setattr(budget, "KEPT", tmp_path)
    monkeypatch.setattr(LongRun, "seconds", 1.0)


def target(seen, examples=20):
    @fuzzed(examples=examples, number=st.integers())
    def test(number):
        seen.append(number)

    return test


def test_ci_sees_the_same_examples_every_time(monkeypatch):
    monkeypatch.setattr(LongRun, "seconds", 0.0)
    first, again = [], []

    target(first)()
    target(again)()

    assert first == again
    assert len(first) == 20


def test_command_goes_on_with_new_examples_until_the_time_is_over(long_run):
    seen, began = [], time.monotonic()

    target(seen)()

    assert 1 <= time.monotonic() - began < 10
    assert len(seen) > 100
    assert len(set(seen)) > 50


def test_command_tries_first_what_failed_before(long_run):
    def run():
        tried = []

        @fuzzed(examples=200, number=st.integers())
        def test(number):
            tried.append(number)
            assert number < 1_000

        with pytest.raises(AssertionError):
            test()
        return tried

    run()

    assert run()[0] == 1_000


def test_minutes_are_divided_among_the_targets(monkeypatch):
    monkeypatch.setattr(LongRun, "seconds", 0.0)

    budget.plan(2)
    budget.divide(4)

    assert LongRun.seconds == 30
