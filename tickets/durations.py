"""Durations in short, for tables and axes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

# Seconds of each unit, the largest first, and how it is written in a table or under an axis.
UNITS = (
    (86400, gettext_lazy("%(number)s d")),
    (3600, gettext_lazy("%(number)s h")),
    (60, gettext_lazy("%(number)s min")),
    (1, gettext_lazy("%(number)s s")),
)


def short_duration(seconds: float | None) -> str:
    """`4 dtk`, `1 jam 35 mnt`: the two largest units, no seconds from ten minutes on; a dash for None."""
    if seconds is None:
        return "–"
    rest = round(seconds) if seconds < 600 else 60 * round(seconds / 60)
    parts: list[str] = []
    for size, form in UNITS:
        number, rest = divmod(rest, size)
        if number and len(parts) < 2:
            parts.append(str(form) % {"number": number})
        elif parts:
            break
    return " ".join(parts) or str(UNITS[-1][1]) % {"number": 0}
