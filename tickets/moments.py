"""Moments in words, on the requester's own clock."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
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


def in_full(day: date, at: time | None, *, zone: str) -> str:
    """Return for example "yesterday, 27 November 2026 at 14:30 WIB"; without an hour, the day."""
    text = _day_in_full(day, today=timezone.now().astimezone(ZoneInfo(zone)).date())
    if at is None:
        return text
    moment = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    return _("%(date)s at %(clock)s") % {"date": text, "clock": clock(moment, zone=zone)}


def _day_in_full(day: date, *, today: date) -> str:
    written = {"date": date_format(day, "j F Y")}
    if day == today:
        return _("today, %(date)s") % written
    if day == today - timedelta(days=1):
        return _("yesterday, %(date)s") % written
    if day == today + timedelta(days=1):
        return _("tomorrow, %(date)s") % written
    return written["date"]


def written_as(day: date, at: time | None) -> str:
    """The same for a column: "2026-11-27T14:30" or "2026-11-27"."""
    return f"{day.isoformat()}T{at:%H:%M}" if at else day.isoformat()


def claim_in_words(ticket: Ticket) -> str:
    """Return the time that was written and cannot be, in the reader's words, or ""."""
    day, _t, at = ticket.signup_claim.partition("T")
    if not day:
        return ""
    written = date_format(date.fromisoformat(day), "j F Y")
    if not at:
        return written
    moment = datetime.fromisoformat(ticket.signup_claim).replace(tzinfo=ZoneInfo(ticket.zone))
    return _("%(date)s at %(clock)s") % {"date": written, "clock": clock(moment, zone=ticket.zone)}


def briefly(moment: datetime, *, zone: str) -> str:
    """Return for example "14:30" of today, else "22 Nov": where there is room for a word or two."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.date() == timezone.now().astimezone(ZoneInfo(zone)).date():
        return date_format(local, "H:i" if get_language() == "en" else "H.i")
    return date_format(local.date(), "j M")


def weekday_in_words(moment: datetime, *, zone: str) -> str:
    """Return for example "Monday at 08:00 WIB" of a moment within the next days, else as in_words does."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    ahead = day - timezone.now().astimezone(ZoneInfo(zone)).date()
    if not timedelta(days=2) <= ahead <= timedelta(days=6):
        return in_words(moment, zone=zone)
    return _("%(weekday)s at %(clock)s") % {
        "weekday": date_format(day, "l"),
        "clock": clock(moment, zone=zone),
    }


def duration_in_words(duration: timedelta) -> str:
    """Return about how long, on the safe side: "about 35 minutes", "about 2 hours", "about 3 days"."""
    minutes = duration / timedelta(minutes=1)
    if minutes <= 5:
        return _("less than 5 minutes") if minutes < 5 else _("about 5 minutes")
    if minutes <= 55:
        return _("about %(number)d minutes") % {"number": 5 * math.ceil(minutes / 5)}
    hours = math.ceil(minutes / 60 - 0.25)
    if hours < 24:
        return ngettext("about %(number)d hour", "about %(number)d hours", hours) % {"number": hours}
    days = math.ceil(minutes / 1440 - 0.25)
    return ngettext("about %(number)d day", "about %(number)d days", days) % {"number": days}


def signup_in_words(ticket: Ticket) -> str:
    """Return when the requester registered, as exactly as they said it."""
    if ticket.signup_precision == SignupPrecision.NOT_YET:
        return _("not yet")
    if ticket.signed_up_at is None:
        return _("not known")
    if ticket.signup_precision == SignupPrecision.DAY:
        return date_format(ticket.signed_up_at.astimezone(ZoneInfo(ticket.zone)).date(), "j F Y")
    return in_words(ticket.signed_up_at, zone=ticket.zone)
