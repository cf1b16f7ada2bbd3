"""What the desk's buttons were pressed with, read and checked; or the sentence that refuses it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin.addresses import read_pk
from tickets.fields import MAX_TYPED, clean_email, clean_text
from tickets.models import Incident

MAX_BODY = MAX_TYPED  # characters; what clean_text reads
MAX_SAID = 500  # characters
OFFICE_OPENS = time(8, 0)
HOLDS: dict[str, str | Promise] = {
    "30m": gettext_lazy("for 30 minutes"),
    "2h": gettext_lazy("for 2 hours"),
    "tomorrow": gettext_lazy("until tomorrow 8:00"),
}


class Refusal(Exception):
    """The step is not done; `str()` says why, in the agent's language."""

    # Whose writing was pointed out: the same step, taken again, is not refused for it.
    told: frozenset[int] = frozenset()


def assignable() -> QuerySet[User]:
    """The active staff that may work on tickets."""
    may_change = Permission.objects.filter(codename="change_ticket", content_type__app_label="tickets")
    has_role = (
        Q(groups__permissions__in=may_change) | Q(user_permissions__in=may_change) | Q(is_superuser=True)
    )
    staff = User.objects.filter(has_role, is_active=True, is_staff=True)
    return staff.distinct().order_by("first_name", "username")


def read_body(data: QueryDict) -> str:
    """The text of the box as it would be stored; raises Refusal."""
    typed = data.get("body", "").strip()
    if len(typed) > MAX_BODY:
        raise Refusal(_("The text is longer than %(limit)s characters. Shorten it.") % {"limit": MAX_BODY})
    body = clean_text(typed)
    if not body:
        raise Refusal(_("Write the text first."))
    return body


def read_said(data: QueryDict) -> str:
    """The few words beside a reason or a decision, "" of none; raises Refusal."""
    try:
        said = clean_text(data.get("said", ""))
    except ValidationError as error:
        raise Refusal(_("Say it in fewer words.")) from error
    if len(said) > MAX_SAID:
        raise Refusal(_("Say it in fewer words."))
    return said


def hold_until(data: QueryDict) -> datetime:
    choice = data.get("hold", "")
    now = timezone.now()
    if choice == "tomorrow":
        tomorrow = timezone.localdate(now) + timedelta(days=1)
        return timezone.make_aware(datetime.combine(tomorrow, OFFICE_OPENS))
    if choice not in HOLDS:
        raise Refusal(_("Choose how long to hold the ticket."))
    return now + {"30m": timedelta(minutes=30), "2h": timedelta(hours=2)}[choice]


def chosen_agent(data: QueryDict) -> User | None:
    chosen = data.get("agent", "")
    if not chosen:
        return None
    pk = read_pk(chosen)
    agent = assignable().filter(pk=pk).first() if pk else None
    if agent is None:
        raise Refusal(_("This person cannot be given tickets (any more). Choose another."))
    return agent


def typed_address(data: QueryDict) -> str:
    typed = data.get("reply_email", "").strip()
    try:
        return clean_email(typed) if typed else ""
    except ValidationError as error:
        raise Refusal(_("This is no e-mail address. Nothing was changed.")) from error


def chosen_incident(data: QueryDict) -> Incident:
    pk = read_pk(data.get("incident", ""))
    incident = Incident.objects.filter(pk=pk).first() if pk else None
    if incident is None:
        raise Refusal(_("Choose an incident from the list."))
    return incident
