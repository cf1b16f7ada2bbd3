"""Macros filled in for one ticket: the placeholders there are, what each becomes, which macro fits.

A placeholder is replaced once, by a value from the list here. There is no template language:
what the requester typed can neither reach an attribute nor bring placeholders of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tickets import desk
from tickets.models import Macro, Message, Ticket
from tickets.models.macro import AfterReply
from tickets.models.ticket import SignupPrecision
from tickets.moments import signup_in_words
from triage.wording import zone_of

PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
# A device is what the requester says it is; with a link in it, a reply would carry their advertisement.
LINK = re.compile(r"://|@|\w\.[^\W\d]{2,}")
KNOWN_SIGNUP = {SignupPrecision.MINUTE, SignupPrecision.DAY}
# Hours on the requester's clock from which a greeting holds.
MORNING, NOON, AFTERNOON, EVENING = 3, 11, 15, 18


@dataclass(frozen=True)
class Placeholder:
    meaning: str | Promise  # for who writes the macro
    fill_in: Callable[[Ticket, User], str]


def render(macro: Macro, ticket: Ticket, *, by: User) -> str:
    """The macro's text in the ticket's language, with this ticket's data in place of the placeholders."""
    with translation.override(ticket.language):
        return PLACEHOLDER.sub(lambda match: _filled_in(match, ticket, by), macro.body(ticket.language))


def reply_with(ticket: Ticket, *, macro: Macro, by: User) -> Message:
    """Answer with the macro and do what it does besides; one that leaves this open waits for the requester.

    Raises what the verbs of tickets/desk.py raise: NotYours, HoldsSecrets, ForbiddenTransition.
    """
    answer = desk.reply_and_resolve if macro.after == AfterReply.RESOLVE else desk.reply_and_wait
    return answer(ticket, body=render(macro, ticket, by=by), by=by)


def nearest_first(category: str) -> list[Macro]:
    """Every macro in use: the category's own first, then those for all, then the rest."""
    return sorted(Macro.objects.usable(), key=lambda macro: _distance(macro, category))


def unknown_placeholders(body: str) -> list[str]:
    """What stands in braces and is no placeholder; also braces that do not close."""
    rest = PLACEHOLDER.sub(lambda match: "" if match[1] in PLACEHOLDERS else match[0], body)
    return list(dict.fromkeys(re.findall(r"\{[^{}\n]*\}?|\}", rest)))


def sample_ticket(language: str) -> Ticket:
    """A made-up ticket, not stored, to try a macro on."""
    return Ticket(
        reference="KS-7F3K-92QX",
        language=language,
        registered_email="budi.s@contoh.id",
        signup_precision=SignupPrecision.MINUTE,
        signed_up_at=timezone.now() - timedelta(minutes=20),
        device="Samsung A15, Android 14",
    )


def _filled_in(match: re.Match[str], ticket: Ticket, by: User) -> str:
    placeholder = PLACEHOLDERS.get(match[1])
    return placeholder.fill_in(ticket, by) if placeholder else match[0]


def _distance(macro: Macro, category: str) -> int:
    if macro.category:
        return 0 if macro.category == category else 2
    return 1


def _greeting(ticket: Ticket, by: User) -> str:
    hour = timezone.now().astimezone(zone_of(ticket.zone)).hour
    if MORNING <= hour < NOON:
        return _("Good morning")
    if NOON <= hour < AFTERNOON:
        return pgettext("from 11 to 15", "Good afternoon")
    if AFTERNOON <= hour < EVENING:
        return pgettext("from 15 to 18", "Good afternoon")
    return _("Good evening")


def _contact(ticket: Ticket, by: User) -> str:
    return ticket.contact or _("the contact you registered with")


def _signup(ticket: Ticket, by: User) -> str:
    is_known = ticket.signed_up_at is not None and ticket.signup_precision in KNOWN_SIGNUP
    return signup_in_words(ticket) if is_known else _("recently")


def _device(ticket: Ticket, by: User) -> str:
    return _("your device") if not ticket.device or LINK.search(ticket.device) else ticket.device


def _agent(ticket: Ticket, by: User) -> str:
    return by.get_full_name() or _("our staff")


PLACEHOLDERS: dict[str, Placeholder] = {
    "greeting": Placeholder(gettext_lazy("Greeting by the requester's clock"), _greeting),
    "reference": Placeholder(gettext_lazy("Ticket number"), lambda ticket, by: ticket.reference),
    "contact": Placeholder(gettext_lazy("Registered e-mail or phone"), _contact),
    "signup": Placeholder(gettext_lazy("When they signed up, by their clock"), _signup),
    "device": Placeholder(gettext_lazy("Device"), _device),
    "agent": Placeholder(gettext_lazy("Name of the agent who replies"), _agent),
    "brand": Placeholder(gettext_lazy("Name of the service"), lambda ticket, by: settings.BRAND_NAME),
}
