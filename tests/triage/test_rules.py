"""The rule table: what is read, what is refused, and that the shipped one cannot fall silent."""

from itertools import pairwise, product
from pathlib import Path

import pytest
from django.conf import settings

from triage.rules import (
    FOUND_FLAGS,
    REPORT_FLAGS,
    RULES,
    BrokenRules,
    complaints,
    decision,
    is_blocked_by,
    minute,
    read_rules,
    rules,
    vocabulary,
)

TABLES = """
blocking = ["account_restricted"]
[[person]]
reason = "fix_failed"
when = { fix_failed = true }
[[words]]
reason = "refused_not_missing"
when = { category = "otp_not_received", code_refused = true }
category = "form_rejected"
[[hold]]
reason = "fix_already_tried"
when = { exhausted = true }
"""
LAST = '[[code]]\nreason = "last"\ncategory = "otp_not_received"\n'


def code_rule(reason, *, when, category="otp_not_received"):
    return f'[[code]]\nreason = "{reason}"\nwhen = {{ {when} }}\ncategory = "{category}"\n'


@pytest.fixture
def read(tmp_path):
    def read(code):
        path = tmp_path / "rules.toml"
        path.write_text(TABLES + code, encoding="utf-8")
        return read_rules(path)

    return read


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        (code_rule("odd", when="weather = true"), "code rule 1 odd: unknown fact 'weather'"),
        (code_rule("odd", when='tried = ["prayed"]'), "tried names an unknown key"),
        (code_rule("odd", when='channel = "pigeon"'), "channel cannot be ['pigeon']"),
        (code_rule("odd", when='found_in_spam = "yes"'), "found_in_spam cannot be ['yes']"),
        (code_rule("odd", when="minutes = { after = 3 }"), "minutes have from, below"),
        (code_rule("odd", when="minutes = { from = 300 }"), "minutes have from, below"),
        (code_rule("odd", when="sure = true", category="self_sleep"), "needs a known category"),
        (code_rule("odd", when="sure = true") + 'hold = "no"\n', "unknown keys ['hold']"),
        ('[[code]]\ncategory = "otp_not_received"\n', "code rule 1 : 'reason'"),
        ("[[code", "cannot be read"),
        ("", "needs exactly blocking and the tables"),
    ],
)
def test_rules_that_make_no_sense_are_refused(read, code, complaint):
    with pytest.raises(BrokenRules) as refusal:
        read(code)

    assert complaint in str(refusal.value)


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        (
            code_rule("odd", when='tried = ["spam"], untried = ["spam", "resent"]') + LAST,
            "code rule odd: its conditions contradict each other",
        ),
        (
            code_rule("odd", when="minutes = { from = 10, below = 10 }") + LAST,
            "code rule odd: its conditions contradict each other",
        ),
        (
            code_rule("wide", when='tried = ["spam"]')
            + code_rule("narrow", when='tried = ["spam", "resent"], sure = true')
            + LAST,
            "code rule narrow: the rules before it leave it nothing to decide",
        ),
        (
            # Neither of the first two covers the third alone.
            code_rule("yes", when="sure = true")
            + code_rule("no", when="sure = false")
            + code_rule("third", when='channel = "sms"'),
            "code rule third: the rules before it leave it nothing to decide",
        ),
        (
            code_rule("young", when="minutes = { below = 10 }")
            + code_rule("old", when="minutes = { from = 10 }"),
            "code: some reports meet no rule; the last rule needs no conditions",
        ),
    ],
)
def test_rules_that_can_never_speak_are_complained_about(read, code, complaint):
    assert list(complaints(read(code))) == [complaint]


def test_unknown_minutes_are_covered_only_by_name(read):
    old = code_rule("old", when="minutes = { from = 10, or_unknown = true }")

    assert list(complaints(read(old + code_rule("young", when="minutes = { below = 10 }")))) == []


def test_shipped_rules_are_in_order():
    assert list(complaints(rules())) == []


def test_blocking_names_only_known_categories(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(
        RULES.read_text(encoding="utf-8").replace('"self_typo",', '"self_tpyo",'), encoding="utf-8"
    )

    with pytest.raises(BrokenRules, match="blocking names unknown categories"):
        read_rules(path)


@pytest.mark.parametrize(
    ("category", "other", "blocked"),
    [
        ("otp_not_received", "already_registered", True),
        ("already_registered", "otp_not_received", False),
        ("otp_not_received", "self_typo", True),
        ("brand_new", "form_rejected", True),
        ("form_rejected", "brand_new", False),
        ("form_rejected", "form_rejected", False),
    ],
)
def test_is_blocked_by_follows_the_order(category, other, blocked):
    assert is_blocked_by(category, other) is blocked


def decided(**facts):
    plain = dict.fromkeys(REPORT_FLAGS, False)
    given = {"code_absent": True, "sure": True, "for_agent": False, "channel": "email", **facts}
    return decision("code", {**plain, **given}).category != "otp_not_received"


FLAGS = ("found_in_spam", "spam_unread", "code_refused", "code_absent", "code_late")
TRIED = sorted(vocabulary("code")["tried"], key=sorted)


@pytest.mark.parametrize("channel", ["", "email", "sms"])
def test_neither_time_nor_trying_brings_a_missing_code_back_to_the_requester(channel):
    """Every state of the table: whoever an agent gets now, an agent gets later too."""
    for tried, *values in product(TRIED, *[(True, False)] * len(FLAGS)):
        flags = dict(zip(FLAGS, values, strict=True))
        course = [decided(**flags, tried=tried, minutes=minutes, channel=channel) for minutes in range(61)]
        assert not [pair for pair in pairwise(course) if pair == (False, True)], (tried, flags)
        for more in (other for other in TRIED if tried < other):
            # Looking into the spam folder answers "not looked yet".
            read = {"spam_unread": False} if "spam" in more else {}
            later = [
                decided(**{**flags, **read}, tried=more, minutes=m, channel=channel) for m in range(0, 61, 3)
            ]
            assert not [m for m, (a, b) in enumerate(zip(course[::3], later, strict=True)) if b and not a], (
                tried,
                more,
                flags,
            )


def test_minute_makes_all_long_times_alike():
    assert [minute(None), minute(3), minute(60), minute(9999)] == [None, 3, 60, 60]


def test_guide_names_every_fact_a_rule_may_ask_for():
    guide = Path(settings.BASE_DIR, "docs/triage.md").read_text(encoding="utf-8")

    facts = {fact for table in FOUND_FLAGS for fact in vocabulary(table)}
    assert {fact for fact in facts if f"`{fact}`" not in guide} == set()
