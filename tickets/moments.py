"""Moments in words, on the requester's own clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tickets.models.ticket import SignupPrecision, Ticket
from triage.wording import clock_face


def clock(moment: datetime, *, zone: str) -> str:
    """Return for example "14.30 WIB"."""
    return clock_face(moment, zone=zone, language=get_language() or "id")


def in_words(moment: datetime, *, zone: str) -> str:
    """Return for example "today at 14:30 WIB" or "22 November 2026 at 14:30 WIB"."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    today = timezone.now().astimezone(ZoneInfo(zone)).date()
    at = clock(moment, zone=zone)
    if day == today:
        return _("today at %(clock)s") % {"clock": at}
    if day == today - timedelta(days=1):
        return _("yesterday at %(clock)s") % {"clock": at}
    if day == today + timedelta(days=1):
        return _("tomorrow at %(clock)s") % {"clock": at}
    return _("%(date)s at %(clock)s") % {"date": date_format(day, "j F Y"), "clock": at}


def signup_in_words(ticket: Ticket) -> str:
    """Return when the requester registered, as exactly as they said it."""
    if ticket.signup_precision == SignupPrecision.NOT_YET:
        return _("not yet")
    if ticket.signed_up_at is None:
        return _("not known")
    if ticket.signup_precision == SignupPrecision.DAY:
        return date_format(ticket.signed_up_at.astimezone(ZoneInfo(ticket.zone)).date(), "j F Y")
    return in_words(ticket.signed_up_at, zone=ticket.zone)
