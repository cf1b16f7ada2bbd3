"""Which of the three faces of "the code is not here" the facts allow."""

import pytest

from tests.triage.reports import NOW, report
from triage.evidence import gather
from triage.otp import OVERDUE, as_one
from triage.rules import decision, objections


def settled(*, is_sure=True, **given):
    facts = gather(report(**given), now=NOW).for_rules()
    for_agent = bool(objections("person", facts))
    rule = decision("code", {**facts, "sure": is_sure, "for_agent": for_agent})
    return rule.category, rule.reason


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"minutes": 2}, ("self_otp_waiting", "otp_young")),
        ({"minutes": 9}, ("self_otp_waiting", "otp_young")),
        ({"minutes": 2, "tried": frozenset({"resent"})}, ("self_otp_waiting", "otp_young")),
        ({"minutes": 2, "tried": frozenset({"waited"})}, ("otp_not_received", "otp_waited")),
        ({"minutes": 2, "text": "otp ga masuk udah 20 menit"}, ("otp_not_received", "otp_waited")),
        ({"minutes": 2, "tried": frozenset({"spam", "resent"})}, ("otp_not_received", "otp_tried_all")),
        ({"minutes": 12, "contact": "siti@gmail.com"}, ("self_spam_folder", "otp_spam_unchecked")),
        ({"minutes": 12, "contact": "+6281234567890"}, ("otp_not_received", "otp_late_by_sms")),
        (
            {"minutes": 12, "contact": "siti@gmail.com", "tried": frozenset({"spam"})},
            ("otp_not_received", "otp_overdue"),
        ),
        ({"minutes": 15}, ("otp_not_received", "otp_overdue")),
        ({"minutes": 5000}, ("otp_not_received", "otp_overdue")),
        ({}, ("otp_not_received", "otp_time_unknown")),
        ({"text": "email otp masuk ke folder spam"}, ("self_spam_folder", "found_in_spam")),
        ({"text": "email otp masuk ke folder spam", "minutes": 60}, ("self_spam_folder", "found_in_spam")),
        (
            {"text": "otp masuk ke folder spam, kodenya salah terus", "tried": frozenset({"resent"})},
            ("otp_not_received", "otp_tried_all"),
        ),
        (
            {"text": "otp di email belum masuk, belum cek spam", "minutes": 30},
            ("self_spam_folder", "spam_unread"),
        ),
        (
            {"text": "otp di email belum masuk, belum cek spam", "minutes": 2},
            ("self_otp_waiting", "otp_young"),
        ),
        (
            {"text": "otp di email belum masuk udah 1 jam, belum cek spam", "minutes": 5},
            ("self_spam_folder", "spam_unread"),
        ),
        ({"text": "sms otp belum masuk, belum cek spam", "minutes": 30}, ("otp_not_received", "otp_overdue")),
        ({"text": "kode otp selalu datang telat", "minutes": 2}, ("otp_not_received", "code_too_late")),
        (
            {"text": "otp belum masuk, yang lama kode otp salah", "minutes": 2},
            ("otp_not_received", "otp_passed_on"),
        ),
        ({"text": "kode otp gimana ini", "minutes": 2}, ("otp_not_received", "otp_not_said_missing")),
        (
            {"text": "kode otp belum masuk, eh sudah dapat kode otp", "minutes": 2},
            ("otp_not_received", "otp_not_said_missing"),
        ),
        ({"minutes": 2, "earlier_tickets": 1}, ("otp_not_received", "otp_passed_on")),
        ({"minutes": 2, "fix_failed": True}, ("otp_not_received", "otp_passed_on")),
        ({"minutes": 2, "with_agent": True}, ("otp_not_received", "otp_passed_on")),
        ({"minutes": 2, "is_sure": False}, ("otp_not_received", "otp_passed_on")),
    ],
)
def test_rules_let_facts_decide_about_a_missing_code(facts, verdict):
    assert settled(**facts) == verdict


def test_as_one_adds_the_family_up():
    shares = as_one({"otp_not_received": 0.25, "self_otp_waiting": 0.5, "other": 0.25})

    assert shares == {"other": 0.25, OVERDUE: 0.75}
