"""When our staff answers, in words for the public pages."""

from __future__ import annotations

from django import template
from django.conf import settings

from tickets import waits
from tickets.moments import duration_in_words, weekday_in_words

register = template.Library()


@register.simple_tag
def usual_wait() -> dict[str, str | int] | None:
    """Return how long people waited lately, in words; None when too few answers stand behind it."""
    usual = waits.usual()
    if usual is None:
        return None
    half, most = duration_in_words(usual.half), duration_in_words(usual.most)
    return {"days": usual.days, "half": half, "most": most}


@register.simple_tag
def staff_back(zone: str = settings.TIME_ZONE) -> str:
    """Return when our staff is there again, on the clock of a zone; "" while they are."""
    at = waits.back_at()
    return weekday_in_words(at, zone=zone) if at else ""
