"""What is said to who has as many tickets as they may, and to who hands out more."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import ngettext

from tickets import capacity


def at_capacity(error: capacity.AtCapacity) -> str:
    sentence = ngettext(
        "You hold %(limit)s open ticket, as many as you may. Answer it or give it back, then take another.",
        "You hold %(limit)s open tickets, as many as you may. Answer or give back one, then take another.",
        error.limit,
    )
    return sentence % {"limit": error.limit}


def beyond_capacity(user: User) -> str:
    """Warn that the person now has more than they may take; "" for who has not."""
    if not capacity.is_exceeded(user):
        return ""
    held, limit = capacity.open_count(user), capacity.limit_of(user)
    sentence = ngettext(
        "%(name)s now holds %(held)s open ticket; the limit is %(limit)s.",
        "%(name)s now holds %(held)s open tickets; the limit is %(limit)s.",
        held,
    )
    return sentence % {"name": user.get_full_name() or user.get_username(), "held": held, "limit": limit}
