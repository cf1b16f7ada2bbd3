"""A sketch of many durations, from which their median and other quantiles can be told."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

# DDSketch (Masson, Rim and Lee, VLDB 2019): buckets that grow by the same factor, so that each
# quantile is right to ACCURACY of itself, and sketches of hours and days add up to those of weeks.
ACCURACY = 0.02
GROWTH = (1 + ACCURACY) / (1 - ACCURACY)


class Sketch:
    """Counts of durations by bucket; anything under a second is one second."""

    def __init__(self, buckets: Mapping[str, int] | None = None) -> None:
        self.buckets: Counter[int] = Counter({int(key): count for key, count in (buckets or {}).items()})

    def add(self, seconds: float) -> None:
        self.buckets[math.ceil(math.log(max(1.0, seconds), GROWTH))] += 1

    @property
    def count(self) -> int:
        return self.buckets.total()

    def quantile(self, share: float) -> float | None:
        """Seconds that this share of the durations does not exceed; None of nothing."""
        if not self.buckets:
            return None
        rank = share * (self.count - 1)
        passed = 0
        for bucket in sorted(self.buckets):
            passed += self.buckets[bucket]
            if passed > rank:
                return max(1.0, 2 * GROWTH**bucket / (GROWTH + 1))
        raise AssertionError("a rank is below the count")

    def as_json(self) -> dict[str, int]:
        return {str(bucket): count for bucket, count in sorted(self.buckets.items())}


def merged(sketches: Iterable[Mapping[str, int]]) -> Sketch:
    """One sketch of all that were stored."""
    total = Sketch()
    for buckets in sketches:
        total.buckets.update(Sketch(buckets).buckets)
    return total
