"""The three faces of "the code is not here"; the rules of the table "code" decide between them."""

OTP_FAMILY = ("otp_not_received", "self_otp_waiting", "self_spam_folder")
OVERDUE, YOUNG, UNCHECKED = OTP_FAMILY


def as_one(shares: dict[str, float]) -> dict[str, float]:
    """The same probabilities with the family's in one place, under the name of the overdue code."""
    others = {slug: share for slug, share in shares.items() if slug not in OTP_FAMILY}
    return {**others, OVERDUE: sum(shares.get(slug, 0.0) for slug in OTP_FAMILY)}
