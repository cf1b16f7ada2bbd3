"""Why our mail did not arrive, in words an agent understands."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.bounces import undelivered_of
from tickets.mail.status_codes import blames_address, reading_of
from tickets.models import Message
from triage.report import MAILBOX_FULL, UNKNOWN_DOMAIN, UNKNOWN_USER

WHY: dict[str, str | Promise] = {
    UNKNOWN_USER: gettext_lazy("there is no such mailbox"),
    UNKNOWN_DOMAIN: gettext_lazy("its domain does not exist or takes no mail"),
    MAILBOX_FULL: gettext_lazy("the mailbox is full"),
}


def why_undelivered(status: str) -> str:
    """Say what an RFC 3463 code means, with the code for who knows it."""
    why = WHY.get(reading_of(status))
    if why is None and blames_address(status):
        why = _("its mail system refuses it")
    elif why is None:
        why = _("its mail system refuses our mail, whatever the address")
    return f"{why} ({status})" if status else str(why)


def came_back(messages: Iterable[Message]) -> dict[str, str]:
    """Return why the last mail to an address came back, by address in lower case; messages oldest first."""
    return {each.address.lower(): why_undelivered(each.status) for each in undelivered_of(messages)}
