"""What a situation picked on the form is worth beside the words of the report: a hint, not a verdict."""

from collections.abc import Set

from triage.otp import OTP_FAMILY, OVERDUE, UNCHECKED, YOUNG
from triage.playbooks import OTHER, playbooks
from triage.report import SPAM

# How many times likelier a pick makes its category, and what that has before it is weighed: enough to decide
# where the words say little, too little against words that are all but certain.
WORTH = 20.0
FLOOR = 0.03
# "Something else" is what words are when they name no problem; the pick names one.
WORTH_OF_OTHER = 0.2
# A text of fewer words is sure of itself without reason ("gagal" is a refused form to a model).
ENOUGH_WORDS = 8
# With fewer than this ("ga bisa") nothing is said, and the pick is all there is.
A_WORD_OR_TWO = 2
ALONE = 0.95


def hint_in(situation: str) -> str:
    """The category that a picked situation speaks for, or "".

    That nothing on the list fits says nothing about the problem; a slug this release does not know neither.
    """
    return situation if situation in playbooks() and situation != OTHER else ""


def with_pick(shares: dict[str, float], picked: str, *, text: str) -> dict[str, float]:
    """The probabilities after hearing which situation was picked; they sum to 1.

    `shares` are those of the normalised text, the family of missing codes in one place.
    """
    if not picked:
        return shares
    # Which of the three it is, time decides and not the person.
    slug = OVERDUE if picked in OTP_FAMILY else picked
    words = len(text.split())
    if words <= A_WORD_OR_TWO:
        return {**dict.fromkeys(shares, 0.0), OTHER: 1 - ALONE, slug: ALONE}
    trust = min(1.0, words / ENOUGH_WORDS)
    weighed = {each: share**trust for each, share in shares.items()}
    weighed[slug] = max(weighed.get(slug, 0.0), FLOOR) * WORTH
    weighed[OTHER] = weighed.get(OTHER, 0.0) * WORTH_OF_OTHER
    total = sum(weighed.values())
    return {each: share / total for each, share in weighed.items()}


def says_missing(picked: str, said: Set[str]) -> bool:
    """Whether a code is said to be missing. To pick that says so too, unless the words tell of one."""
    by_pick = picked in (OVERDUE, YOUNG) and not said & {"code_refused", "code_late"}
    return ("code_absent" in said or by_pick) and "code_here" not in said


def says_in_spam(picked: str, said: Set[str], tried: Set[str]) -> bool:
    """Whether the mail is said to be in spam. To pick that says so too.

    Unless they looked there as well: then the pick may mean a folder in which they found nothing.
    """
    by_pick = picked == UNCHECKED and "code_absent" not in said and SPAM not in tried
    return ("found_in_spam" in said or by_pick) and "not_in_spam" not in said
