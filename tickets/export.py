"""Tickets and figures of some days, as CSV that is made while it is sent.

Memory holds one CHUNK, and every query is short, so that neither the number of tickets nor the statement
timeout limits an export. It is no snapshot: a ticket that changes meanwhile is in it as it then is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import F, Min, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tickets.models import Figures, Ticket
from tickets.models.figures import ALL, Grain
from tickets.models.ticket import Channel, Priority, Resolution, Status
from tickets.periods import days_between, window
from tickets.sketch import Sketch
from tickets.spreadsheet import BYTE_ORDER_MARK, lines
from triage.playbooks import playbooks

CHUNK = 500  # tickets; their texts are up to 10,000 characters each
DAYS_AT_ONCE = 31


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The days, both included, and the category; ALL for every one."""

    first: date
    last: date
    category: str = ALL


class Column(NamedTuple):
    head: str
    value: Callable[[Any], object]


@dataclass
class Export:
    """Text to send piece by piece; `rows` says how many rows have gone out so far."""

    columns: list[Column]
    chunks: Iterator[list[Any]]
    rows: int = 0

    def __iter__(self) -> Iterator[str]:
        yield BYTE_ORDER_MARK + lines([[column.head for column in self.columns]])
        for chunk in self.chunks:
            text = lines([column.value(row) for column in self.columns] for row in chunk)
            self.rows += len(chunk)
            yield text


def export_tickets(selection: Selection) -> Export:
    """The tickets that came in on these days, spam included, the oldest first.

    Texts are as they are stored: what was masked stays masked.
    """
    return Export(_ticket_columns(), _ticket_chunks(selection))


def export_figures(selection: Selection) -> Export:
    """What was counted of these days: a row for each day and category, and one for all of them."""
    return Export(_figure_columns(), _figure_chunks(selection))


def _ticket_chunks(selection: Selection) -> Iterator[list[Ticket]]:
    of_status = (Ticket.objects.filter(status=status).aggregate(at=Min("created_at")) for status in Status)
    oldest = min((found["at"] for found in of_status if found["at"]), default=None)
    for start in _days(selection, oldest=oldest):
        end, place = window(Grain.DAY, start).end, (start, 0)
        while chunk := list(_tickets(selection, after=place, until=end)):
            yield chunk
            place = (chunk[-1].created_at, chunk[-1].pk)


def _tickets(selection: Selection, *, after: tuple[datetime, int], until: datetime) -> QuerySet[Ticket]:
    """The next CHUNK of a day; by every status, because the index begins with it."""
    later = TupleGreaterThan((F("created_at"), F("id")), after)
    tickets = Ticket.objects.filter(
        later, status__in=Status.values, created_at__gte=after[0], created_at__lt=until
    )
    if selection.category != ALL:
        tickets = tickets.filter(category=selection.category)
    with_references = tickets.annotate(
        follows_reference=F("follows__reference"), merged_reference=F("merged_into__reference")
    )
    shown = with_references.select_related("assignee").defer("screen_text", "user_agent")
    return shown.order_by("created_at", "id")[:CHUNK]


def _figure_chunks(selection: Selection) -> Iterator[list[Figures]]:
    days = _days(selection, oldest=Figures.objects.aggregate(at=Min("start"))["at"])
    for place in range(0, len(days), DAYS_AT_ONCE):
        part = days[place : place + DAYS_AT_ONCE]
        rows = Figures.objects.filter(grain=Grain.DAY, start__gte=part[0], start__lte=part[-1])
        if selection.category != ALL:
            rows = rows.filter(category=selection.category)
        if chunk := list(rows.order_by("start", "category")):
            yield chunk


def _days(selection: Selection, *, oldest: datetime | None) -> list[datetime]:
    """The days that may hold something: nobody waits for the centuries before the first ticket."""
    if oldest is None:
        return []
    return days_between(max(selection.first, timezone.localdate(oldest)), selection.last)


# The words of the columns are looked up before the first piece is sent: by the time of the last one,
# the request and its language are gone.


def _ticket_columns() -> list[Column]:
    categories = _categories()
    status, channel, priority, resolution = map(_words, (Status, Channel, Priority, Resolution))
    zone = timezone.localtime().tzname()

    def at(head: str, name: str) -> Column:
        return Column(f"{head} ({zone})", lambda ticket: _moment(getattr(ticket, name)))

    return [
        Column(_("Number"), lambda ticket: ticket.reference),
        at(_("Received"), "created_at"),
        Column(_("Channel"), lambda ticket: channel[ticket.channel]),
        Column(_("Language"), lambda ticket: ticket.language),
        Column(_("Status"), lambda ticket: status[ticket.status]),
        Column(_("Category"), lambda ticket: categories.get(ticket.category, ticket.category)),
        Column(_("Confidence in %"), lambda ticket: _percent(ticket.confidence)),
        Column(_("Priority"), lambda ticket: priority[ticket.priority]),
        Column(_("Agent"), lambda ticket: ticket.assignee.get_username() if ticket.assignee else ""),
        Column(_("Registered e-mail"), lambda ticket: ticket.registered_email),
        Column(_("Registered phone"), lambda ticket: ticket.registered_phone),
        Column(_("Reply address"), lambda ticket: ticket.reply_email),
        at(_("Signed up"), "signed_up_at"),
        Column(_("Tried"), lambda ticket: " ".join(sorted(ticket.tried))),
        Column(_("Device"), lambda ticket: ticket.device),
        Column(_("Description"), lambda ticket: ticket.description),
        at(_("Automatic reply"), "first_auto_reply_at"),
        at(_("First answer by an agent"), "first_agent_reply_at"),
        at(_("Answer promised by"), "response_due_at"),
        at(_("Resolution promised by"), "resolution_due_at"),
        at(_("Resolved"), "resolved_at"),
        Column(_("Resolved by"), lambda ticket: resolution.get(ticket.resolution, "")),
        at(_("Closed"), "closed_at"),
        Column(_("Follows"), lambda ticket: ticket.follows_reference or ""),
        Column(_("Merged into"), lambda ticket: ticket.merged_reference or ""),
    ]


def _figure_columns() -> list[Column]:
    categories = {**_categories(), ALL: _("all"), "": _("Without category")}

    def minutes(name: str, share: float) -> Callable[[Figures], object]:
        return lambda row: _minutes(Sketch(getattr(row, name)).quantile(share))

    counts = {
        "arrived": _("Came in"),
        "resolved_agent": _("Resolved by agents"),
        "resolved_requester": _("Resolved by requesters"),
        "resolved_assumed": _("Assumed resolved"),
        "came_back": _("Came back within 72 hours"),
        "fix_confirmed": _("Self-help confirmed"),
        "fix_assumed": _("Self-help assumed"),
        "fix_failed": _("Self-help failed"),
        "fix_silent": _("Self-help without an answer"),
        "response_met": _("First answers as promised"),
        "response_breached": _("First answers too late"),
        "resolution_met": _("Resolutions as promised"),
        "resolution_breached": _("Resolutions too late"),
    }
    return [
        Column(_("Day"), lambda row: timezone.localtime(row.start).date().isoformat()),
        Column(_("Category"), lambda row: categories.get(row.category, row.category)),
        *(Column(head, _count_of(name)) for name, head in counts.items()),
        Column(_("Automatic reply, median in minutes"), minutes("first_auto", 0.5)),
        Column(_("Automatic reply, 9 of 10 within minutes"), minutes("first_auto", 0.9)),
        Column(_("First answer by an agent, median in minutes"), minutes("first_human", 0.5)),
        Column(_("First answer by an agent, 9 of 10 within minutes"), minutes("first_human", 0.9)),
    ]


def _count_of(name: str) -> Callable[[Figures], int]:
    return lambda row: getattr(row, name)


def _categories() -> dict[str, str]:
    return {slug: playbook.label(get_language() or "id") for slug, playbook in playbooks().items()}


def _words(choices: Any) -> dict[Any, str]:
    return {value: str(label) for value, label in choices.choices}


def _moment(at: datetime | None) -> str:
    """The desk's clock, as every spreadsheet reads it: 2026-11-28 14:05:00."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def _percent(share: float | None) -> str:
    return "" if share is None else str(round(100 * share))


def _minutes(seconds: float | None) -> str:
    """Whole from ten minutes on; below with the decimal sign that belongs to the separator."""
    if seconds is None:
        return ""
    return str(round(seconds / 60)) if seconds >= 600 else f"{seconds / 60:.1f}".replace(".", ",")
