"""Filters and tags of the desk's templates."""

import re
from collections.abc import Mapping
from datetime import datetime

from django import template
from django.contrib.auth.models import User
from django.utils.html import conditional_escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from tickets.admin import wording
from tickets.admin.roles import role_name
from triage.secrets import PLACEHOLDER

register = template.Library()

BADGES = {
    "new": "blue",
    "suspended": "amber",
    "open": "amber",
    "self_fix": "grey",
    "pending": "grey",
    "resolved": "green",
    "closed": "green",
    "merged": "grey",
    "spam": "red",
    "queued": "blue",
    "sending": "blue",
    "sent": "green",
    "failed": "red",
    "suppressed": "grey",
    "running": "blue",
    "undoing": "blue",
    "finished": "green",
    "filed": "green",
    "unreadable": "amber",
    "expired": "grey",
    "withdrawn": "grey",
    "received": "amber",
    "lapsed": "grey",
    "match": "green",
    "mismatch": "red",
}

ATTENTION = {
    "triage_failed": _("Triage failed"),
    "mail_failed": _("Mail failed"),
    "other_sender": _("Other sender"),
}
SUPPRESSIONS = {
    "no_address": _("no mail address is known"),
    "address_hour": _("this address was mailed within the last hour"),
    "address_day": _("this address was mailed often today"),
    "just_told": _("this mailbox was told of the merge within the last hour"),
    "ip_hour": _("many reports from this connection within an hour"),
    "network_hour": _("many reports from this network within an hour"),
    "everyone_hour": _("very many automatic replies within an hour"),
    "address_bounced": _("mail to this address came back"),
    "address_complained": _("the owner of this address marked our mail as spam"),
    "address_blocked": _("this address is not to be mailed"),
    "mail_sender_hour": _("this sender mailed often within an hour"),
    "mail_domain_hour": _("many mails from this sender's domain within an hour"),
    "mail_everyone_hour": _("very many mails within an hour"),
    "withdrawn": _("it was taken back before it went out"),
    "no_reply_wanted": _("the mail asks for no automatic answer"),
}


@register.filter
def badge(code: str) -> str:
    """The CSS class of a state's badge; its word stands in the badge itself."""
    return f"badge--{BADGES.get(code, 'grey')}"


@register.filter
def role(name: str) -> str:
    return role_name(name)


@register.filter
def attention(code: str) -> str:
    return str(ATTENTION.get(code, code))


@register.filter
def suppression(code: str) -> str:
    return str(SUPPRESSIONS.get(code, code))


@register.filter
def moment(value: datetime) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), wording.moment(value))


@register.filter
def with_secrets(text: str, secrets: Mapping[int, str]) -> SafeString:
    """The text with what stands for a secret set apart; `secrets` are the pages that show them, by number."""
    parts, until = [], 0
    for match in PLACEHOLDER.finditer(text):
        parts += [conditional_escape(text[until : match.start()]), _masked(match, secrets)]
        until = match.end()
    return mark_safe("".join([*parts, conditional_escape(text[until:])]))  # noqa: S308 - each part is escaped


def _masked(match: re.Match[str], secrets: Mapping[int, str]) -> SafeString:
    name = match.group()[1:-1]
    page = secrets.get(int(match["number"] or 0))
    if not page:
        return format_html('<span class="secret">{}</span>', name)
    return format_html('<a class="secret" href="{}" title="{}">{}</a>', page, _("Show, with a reason"), name)


@register.filter
def person(user: User) -> str:
    return user.get_full_name() or user.get_username()


@register.filter
def under(rows: Mapping, key: object) -> object:
    """What a mapping holds under a key that a loop gives; "" for nothing."""
    return rows.get(key, "")


@register.simple_tag
def link_query(query: dict[str, str], **changes: str) -> str:
    """The query string with some values changed; "" takes one out."""
    return "?" + urlencode({key: value for key, value in {**query, **changes}.items() if value})
