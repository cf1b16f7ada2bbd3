"""Whether a confidence of 0.8 is right in eight cases of ten."""

from collections.abc import Sequence
from typing import Any

BINS = 10


def reliability(claims: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """Bins of (confidence, whether it was right), and the expected calibration error.

    ECE is the mean, over all claims, of how far the share that was right lies from the mean confidence in
    their bin of ten equally wide ones. None without claims.
    """
    bins = [_bin(number, claims) for number in range(BINS)]
    filled = [each for each in bins if each["count"]]
    missed = sum(each["count"] * abs(each["right"] - each["confidence"]) for each in filled)
    return {"ece": round(missed / len(claims), 4) if claims else None, "bins": filled}


def _bin(number: int, claims: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    # The last bin takes the confidence 1.0 as well.
    inside = [claim for claim in claims if min(int(claim[0] * BINS), BINS - 1) == number]
    count = len(inside)
    return {
        "from": number / BINS,
        "to": (number + 1) / BINS,
        "count": count,
        "confidence": round(sum(confidence for confidence, _ in inside) / count, 4) if count else 0.0,
        "right": round(sum(is_right for _, is_right in inside) / count, 4) if count else 0.0,
    }
