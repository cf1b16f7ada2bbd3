"""Which of the three faces of "the code is not here" the facts allow."""

import pytest

from tests.triage.reports import NOW, report
from triage.evidence import gather
from triage.otp import settle


def settled(*, is_sure=True, **facts):
    category, reason = settle(gather(report(**facts), now=NOW), is_sure=is_sure)
    return category, reason.code


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
        ({}, ("otp_not_received", "otp_time_unknown")),
        ({"text": "email otp masuk ke folder spam"}, ("self_spam_folder", "found_in_spam")),
        ({"text": "email otp masuk ke folder spam", "minutes": 60}, ("self_spam_folder", "found_in_spam")),
        (
            {"text": "otp di email belum masuk, belum cek spam", "minutes": 30},
            ("self_spam_folder", "spam_unread"),
        ),
        (
            {"text": "otp di email belum masuk, belum cek spam", "minutes": 2},
            ("self_otp_waiting", "otp_young"),
        ),
        ({"text": "sms otp belum masuk, belum cek spam", "minutes": 30}, ("otp_not_received", "otp_overdue")),
        ({"minutes": 2, "earlier_tickets": 1}, ("otp_not_received", "otp_passed_on")),
        ({"minutes": 2, "fix_failed": True}, ("otp_not_received", "otp_passed_on")),
        ({"minutes": 2, "is_sure": False}, ("otp_not_received", "otp_passed_on")),
    ],
)
def test_settle_lets_facts_decide(facts, verdict):
    assert settled(**facts) == verdict
