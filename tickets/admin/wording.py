"""Times, shares and what was tried, in the agent's words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tickets.models import Ticket
from tickets.models.ticket import SignupPrecision
from tickets.queue_counts import COUNT_CAP
from triage.contact import (
    CAMPUS,
    COMPANY,
    GOVERNMENT,
    SCHOOL,
    carrier_name,
    carrier_of,
    kind_of_mailbox,
    provider_name,
    provider_of,
)
from triage.misspelling import suggested_domain
from triage.playbooks import playbooks
from triage.report import DEVICE, RESENT, SPAM, WAITED
from triage.wording import duration, known_language, words, zone_of

TRIED = {
    WAITED: gettext_lazy("waited"),
    SPAM: gettext_lazy("spam folder"),
    RESENT: gettext_lazy("resend"),
    DEVICE: gettext_lazy("other device"),
}
MAILBOXES = {
    CAMPUS: gettext_lazy("campus mailbox"),
    SCHOOL: gettext_lazy("school mailbox"),
    GOVERNMENT: gettext_lazy("government mailbox"),
    COMPANY: gettext_lazy("company mailbox"),
}


def age(passed: timedelta) -> str:
    return duration(int(passed.total_seconds() // 60), at_least=False, language=get_language() or "id")


def percent_of(share: float) -> int:
    return round(100 * share)


def shown_count(count: int | None, *, cap: int = COUNT_CAP) -> str:
    """Spell a capped count: 999+ from the cap on, nothing where none was made."""
    if count is None:
        return ""
    return f"{cap - 1}+" if count >= cap else str(count)


def tried_in_short(tried: Iterable[str]) -> str:
    return " · ".join(str(label) for key, label in TRIED.items() if key in tried)


def since_signup(ticket: Ticket) -> str:
    """How long ago they signed up, as of now: the longer, the less there is to wait for."""
    if ticket.signup_precision == SignupPrecision.NOT_YET:
        return _("not registered yet")
    if ticket.signed_up_at is None:
        return _("not known")
    if ticket.signup_precision == SignupPrecision.DAY:
        return _in_days(ticket.signed_up_at, zone=ticket.zone)
    return age(timezone.now() - ticket.signed_up_at)


def _in_days(moment: datetime, *, zone: str) -> str:
    zone_info = zone_of(zone)
    days = (timezone.now().astimezone(zone_info).date() - moment.astimezone(zone_info).date()).days
    if days < 1:
        return _("today")
    return (
        duration(days * 24 * 60, at_least=False, language=get_language() or "id")
        if days > 1
        else _("yesterday")
    )


def before_report(ticket: Ticket) -> str:
    """How long before the report they signed up; "" when that is not known to the minute."""
    if ticket.signup_precision != SignupPrecision.MINUTE or ticket.signed_up_at is None:
        return ""
    return age(max(ticket.created_at - ticket.signed_up_at, timedelta()))


def signup_moment(ticket: Ticket) -> str:
    """The signup time on the requester's own clock."""
    if ticket.signed_up_at is None:
        return since_signup(ticket)
    local = ticket.signed_up_at.astimezone(zone_of(ticket.zone))
    day = date_format(local, "j M Y", use_l10n=False)
    if ticket.signup_precision == SignupPrecision.DAY:
        return day
    zone = words()["zones"].get(ticket.zone, "")
    return f"{day}, {date_format(local, _('H:i'), use_l10n=False)} {zone}".strip()


def picked_on_form(ticket: Ticket) -> str:
    """The words by which the requester said what happened, "" when nothing was picked."""
    playbook = playbooks().get(ticket.situation)
    return playbook.choice(known_language(get_language() or "")) if playbook else ticket.situation


def moment(value: datetime) -> str:
    """The office's clock: the hour alone for today, with the date for other days."""
    local = timezone.localtime(value)
    clock = date_format(local, _("H:i"), use_l10n=False)
    if local.date() == timezone.localdate():
        return clock
    form = "j M" if local.year == timezone.localdate().year else "j M Y"
    return f"{date_format(local, form, use_l10n=False)}, {clock}"


def mailbox(address: str) -> str:
    """Who runs a mailbox: the provider's name, or the kind of organisation; "" for nobody we know."""
    if suggested_domain(address):
        return ""
    return provider_name(provider_of(address)) or str(MAILBOXES.get(kind_of_mailbox(address), ""))


def carrier(phone: str) -> str:
    return carrier_name(carrier_of(phone))
