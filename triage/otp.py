"""The three faces of "the code is not here": time and what was tried decide between them."""

from triage.contact import SMS
from triage.evidence import Evidence
from triage.reasons import Reason
from triage.report import RESENT, SPAM, WAITED

OTP_FAMILY = ("otp_not_received", "self_otp_waiting", "self_spam_folder")
OVERDUE, YOUNG, UNCHECKED = OTP_FAMILY

# Minutes after signup. A code may take ten; between ten and fifteen an unread spam folder is the likelier
# cause.
WAIT_LIMIT = 10
OVERDUE_LIMIT = 15


def settle(evidence: Evidence, *, is_sure: bool) -> tuple[str, Reason]:
    """The category the facts allow, and why. The order is the rule: whatever speaks for an agent comes first.

    The costly mistake is to send somebody back to wait or to look in spam who has done so, so a time we do
    not know counts as overdue.
    """
    minutes = evidence.sure_minutes
    if evidence.forbids_hold or not is_sure:
        return OVERDUE, Reason("otp_passed_on")
    if evidence.found_in_spam:
        return UNCHECKED, Reason("found_in_spam")
    if evidence.spam_unread and evidence.channel != SMS and (minutes is None or minutes >= WAIT_LIMIT):
        return UNCHECKED, Reason("spam_unread")
    if WAITED in evidence.tried:
        return OVERDUE, Reason("otp_waited")
    if {SPAM, RESENT} <= evidence.tried:
        return OVERDUE, Reason("otp_tried_all")
    if minutes is None:
        return OVERDUE, Reason("otp_time_unknown")
    return _by_the_clock(evidence, minutes)


def _by_the_clock(evidence: Evidence, minutes: int) -> tuple[str, Reason]:
    if minutes >= OVERDUE_LIMIT:
        return OVERDUE, Reason("otp_overdue", {"limit": OVERDUE_LIMIT})
    if minutes < WAIT_LIMIT:
        return YOUNG, Reason("otp_young", {"limit": WAIT_LIMIT})
    if evidence.channel == SMS:
        return OVERDUE, Reason("otp_late_by_sms", {"limit": WAIT_LIMIT})
    if SPAM in evidence.tried:
        return OVERDUE, Reason("otp_overdue", {"limit": WAIT_LIMIT})
    return UNCHECKED, Reason("otp_spam_unchecked")
