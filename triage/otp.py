"""The three faces of "the code is not here": time and what was tried decide between them."""

from collections.abc import Mapping

from triage.contact import SMS
from triage.evidence import Evidence
from triage.playbooks import TYPO, playbooks
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


def settle_address(evidence: Evidence, probabilities: Mapping[str, float]) -> tuple[str, Reason] | None:
    """A mistake in the address, when it explains why no code came; None when it explains nothing.

    Only for who may be held, and when the wording is as sure as that takes: otherwise the agent sees the
    doubt among the reasons, and the code stays the matter.
    """
    share = sum(probabilities[slug] for slug in (*OTP_FAMILY, TYPO))
    if not evidence.address_in_doubt or evidence.forbids_hold or evidence.found_in_spam:
        return None
    if evidence.channel == SMS or share < playbooks()[TYPO].hold_confidence:
        return None
    return TYPO, Reason("address_slip")


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
