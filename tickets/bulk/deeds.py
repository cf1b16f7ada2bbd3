"""The kinds of bulk change: which verb, who may, what is remembered, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from tickets import desk, lifecycle, macros
from tickets.actors import agent
from tickets.models import Macro, Ticket
from tickets.models.bulk import BulkKind
from tickets.models.event import EventKind
from tickets.models.ticket import Status


class Gone(Exception):
    """What was chosen for the change, such as a colleague, is not there any more."""


@dataclass(frozen=True)
class Deed:
    perform: Callable[[Ticket, str, User], object]
    # Takes it back on a locked ticket, given the columns as they were; None where it cannot be.
    undo: Callable[[Ticket, dict[str, Any], User], None] | None
    # The event that the change writes: a later one of its kind means that somebody decided otherwise.
    event: EventKind
    remembers: tuple[str, ...]
    needs: str = "tickets.change_ticket"


def remember(deed: Deed, ticket: Ticket) -> dict[str, Any]:
    """The columns that the deed will change, as JSON."""
    return {name: getattr(ticket, name) for name in deed.remembers}


def _assign(ticket: Ticket, choice: str, by: User) -> None:
    desk.assign(ticket, to=_colleague(choice), by=by)


def _colleague(choice: str) -> User | None:
    if not choice:
        return None
    colleague = User.objects.filter(pk=choice, is_active=True, is_staff=True).first()
    if colleague is None or not colleague.has_perm("tickets.change_ticket"):
        raise Gone
    return colleague


def _unassign(ticket: Ticket, before: dict[str, Any], by: User) -> None:
    earlier = User.objects.filter(pk=before["assignee_id"], is_active=True).first()
    lifecycle.assign(ticket, to=earlier, by=agent(by))


def _uncategorise(ticket: Ticket, before: dict[str, Any], by: User) -> None:
    lifecycle.restore_category(ticket, before=before, by=agent(by))


def _reply(ticket: Ticket, choice: str, by: User) -> None:
    macro = Macro.objects.usable().filter(pk=choice).first()
    if macro is None:
        raise Gone
    macros.reply_with(ticket, macro=macro, by=by)


def _bring_back(ticket: Ticket, before: dict[str, Any], by: User) -> None:
    """To where the ticket stood, or before the agents: a hold that was cut short does not begin again."""
    if before["status"] == Status.PENDING and lifecycle.can_move(ticket, Status.PENDING):
        lifecycle.wait_for_requester(ticket, by=agent(by))
    else:
        lifecycle.put_in_queue(ticket, because="undone", by=agent(by))


DEEDS: dict[str, Deed] = {
    BulkKind.ASSIGN: Deed(
        perform=_assign,
        undo=_unassign,
        event=EventKind.ASSIGNED,
        remembers=("assignee_id",),
        needs="tickets.assign_ticket",
    ),
    BulkKind.CATEGORISE: Deed(
        perform=lambda ticket, choice, by: desk.categorise(ticket, category=choice, by=by),
        undo=_uncategorise,
        event=EventKind.CATEGORISED,
        remembers=lifecycle.CATEGORY_COLUMNS,
    ),
    BulkKind.REPLY: Deed(
        perform=_reply,
        undo=None,  # mail that went out cannot be taken back
        event=EventKind.REPLIED,
        remembers=(),
    ),
    BulkKind.RESOLVE: Deed(
        perform=lambda ticket, choice, by: desk.resolve(ticket, by=by),
        undo=_bring_back,
        event=EventKind.MOVED,
        remembers=("status",),
    ),
    BulkKind.NO_SPAM: Deed(
        perform=lambda ticket, choice, by: desk.release(ticket, by=by),
        undo=None,  # triage answers at once
        event=EventKind.MOVED,
        remembers=(),
    ),
    BulkKind.SPAM: Deed(
        perform=lambda ticket, choice, by: desk.mark_spam(ticket, by=by),
        undo=_bring_back,
        event=EventKind.MOVED,
        remembers=("status",),
    ),
}
