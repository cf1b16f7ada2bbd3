"""What an error message on a screenshot is worth beside the words of the report."""

from collections.abc import Sequence

from triage.otp import OTP_FAMILY, OVERDUE
from triage.playbooks import OTHER

# How many times likelier a message on the screen makes its category. With the floor below it wins against
# unsure words, sides with one of the top guesses, and loses against words that are all but certain.
WORTH = 20.0
# What a category has before its message is weighed: words that say nothing must not keep it at nothing.
FLOOR = 0.03
# "Something else" is what words are when they name no problem; the message names one.
WORTH_OF_OTHER = 0.2


def with_screens(shares: dict[str, float], screens: Sequence[str]) -> dict[str, float]:
    """The probabilities after looking at the screenshots; they sum to 1."""
    if not screens:
        return shares
    seen = {_one(slug) for slug in screens}
    weighed = {
        slug: max(shares.get(slug, 0.0), FLOOR) * WORTH if slug in seen else shares[slug]
        for slug in {**shares, **dict.fromkeys(seen)}
    }
    if OTHER not in seen:
        weighed[OTHER] = weighed.get(OTHER, 0.0) * WORTH_OF_OTHER
    total = sum(weighed.values())
    return {slug: share / total for slug, share in weighed.items()}


def contradicts(screens: Sequence[str], category: str) -> bool:
    """Whether screenshots show messages, and none of this category."""
    return bool(screens) and _one(category) not in {_one(slug) for slug in screens}


def _one(slug: str) -> str:
    """Every face of a missing code is one thing to a screen."""
    return OVERDUE if slug in OTP_FAMILY else slug
