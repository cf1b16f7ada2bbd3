"""What the buttons of the ticket page do: one verb of tickets/desk.py each, refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import capacity, desk, drafts, incidents, presence
from tickets.admin.action_inputs import (
    Refusal,
    chosen_agent,
    chosen_incident,
    hold_until,
    read_body,
    typed_address,
)
from tickets.admin.addresses import read_page, read_pk
from tickets.admin.capacity_sentences import at_capacity, beyond_capacity
from tickets.joining import family_of
from tickets.lifecycle import ForbiddenTransition, can_categorise, can_move
from tickets.models import Message, Ticket
from tickets.models.message import MessageKind
from tickets.models.ticket import Status

NOTE = "note"  # the mode of the reply box in which nothing may be sent


class OthersWrite(Refusal):
    def __init__(self, writers: Sequence[User]):
        names = ", ".join(writer.get_full_name() or writer.get_username() for writer in writers)
        sentence = _(
            "Also writing a reply to this ticket just now: %(names)s. Nothing was changed. "
            "Agree who answers; to go on all the same, press the button once more."
        )
        super().__init__(sentence % {"names": names})
        self.told = frozenset(writer.pk for writer in writers)


@dataclass(frozen=True)
class Action:
    perform: Callable[[Ticket, User, QueryDict], object]
    done: str | Promise
    is_possible: Callable[[Ticket], bool]
    # Notes may be left on a colleague's ticket; everything else is its agent's, or a lead's.
    is_for_all: bool = False
    # Answers are refused when the requester has written meanwhile, or a colleague is writing.
    answers: bool = False
    # What stands in the reply box goes out by it, and is no draft any more.
    writes: bool = False
    sends: bool = False
    # Not for every agent: the permission that offers and allows it.
    needs: str = "tickets.change_ticket"


def available(ticket: Ticket, *, user: User) -> set[str]:
    """The names of the actions to offer: allowed to this user, possible from this state."""
    is_worker = desk.may_work(ticket, by=user)
    return {
        name
        for name, action in ACTIONS.items()
        if user.has_perm(action.needs) and (is_worker or action.is_for_all) and action.is_possible(ticket)
    }


def perform(name: str, ticket: Ticket, *, user: User, data: QueryDict) -> str:
    """Do what the button says; return the sentence that tells so. Raises Refusal."""
    action = ACTIONS.get(name)
    if action is None:
        raise Refusal(_("This action does not exist. Nothing was changed."))
    if not user.has_perm(action.needs):
        raise Refusal(_("Your role does not allow this. Nothing was changed."))
    if action.sends and data.get("mode") == NOTE:
        raise Refusal(_("This was written as an internal note. Switch to the reply first. Nothing was sent."))
    if action.answers:
        _refuse_unread(ticket, data)
        _refuse_once_beside_others(ticket, data, by=user)
    try:
        with transaction.atomic():
            action.perform(ticket, user, data)
            if action.writes:
                page, base = (read_page(data.get(name, "")) for name in ("page", "base"))
                drafts.mark_sent(ticket, page=page, base=base, by=user)
    except capacity.AtCapacity as error:
        raise Refusal(at_capacity(error)) from error
    except (desk.AlreadyTaken, desk.NotYours) as error:
        raise Refusal(taken(error.ticket)) from error
    except desk.HoldsSecrets as error:
        raise Refusal(secrets_named(error)) from error
    except incidents.IncidentEnded as error:
        raise Refusal(_("This incident is over meanwhile. The ticket was not linked to it.")) from error
    except desk.NoAddressLeft as error:
        raise Refusal(_("Without this address nobody could be answered. Write another one.")) from error
    except desk.UnknownCategory as error:
        raise Refusal(_("This category does not exist (any more). Choose another.")) from error
    except ForbiddenTransition as error:
        message = _("The ticket is now “%(status)s”; from there this is not possible. Nothing was changed.")
        raise Refusal(message % {"status": Status(error.ticket.status).label}) from error
    return str(action.done)


def cautions(data: QueryDict) -> list[str]:
    """What to know after a step that was done; mostly nothing."""
    agent = chosen_agent(data) if data.get("action") == "assign" else None
    return [beyond] if agent and (beyond := beyond_capacity(agent)) else []


def taken(ticket: Ticket) -> str:
    if ticket.assignee is None:
        return _("The ticket has changed meanwhile. Look again, then decide.")
    name = ticket.assignee.get_full_name() or ticket.assignee.get_username()
    return _("%(name)s works on this ticket. Ask %(name)s or a lead to hand it over.") % {"name": name}


def secrets_named(error: desk.HoldsSecrets) -> str:
    message = _("Your reply holds what looks like a secret: %(kinds)s. Take it out. Nothing was sent.")
    return message % {"kinds": ", ".join(sorted(error.kinds))}


def _refuse_unread(ticket: Ticket, data: QueryDict) -> None:
    """Stop an answer that was written before the requester's, or a colleague's, latest words."""
    seen = read_pk(data.get("seen", "")) or 0
    heard = Message.objects.filter(ticket__in=family_of(ticket.pk))
    spoken = heard.filter(kind__in=[MessageKind.REQUESTER, MessageKind.REPLY])
    if spoken.filter(pk__gt=seen).exists():
        raise Refusal(_("Something new was written while you were typing. Read it, then send again."))


def _refuse_once_beside_others(ticket: Ticket, data: QueryDict, *, by: User) -> None:
    """Stop an answer while a colleague writes one, unless this was said before."""
    told = {read_pk(text) for text in data.getlist("told")}
    writers = presence.writers(ticket, by=by)
    if any(writer.pk not in told for writer in writers):
        raise OthersWrite(writers)


ACTIONS: dict[str, Action] = {
    "take": Action(
        perform=lambda ticket, user, data: desk.take(ticket, by=user),
        done=gettext_lazy("The ticket is yours."),
        is_possible=lambda ticket: ticket.assignee_id is None and not ticket.is_finished,
        is_for_all=True,
    ),
    "release": Action(
        perform=lambda ticket, user, data: desk.assign(ticket, to=None, by=user),
        done=gettext_lazy("The ticket is nobody's again."),
        is_possible=lambda ticket: ticket.assignee_id is not None,
    ),
    "assign": Action(
        perform=lambda ticket, user, data: desk.assign(ticket, to=chosen_agent(data), by=user),
        done=gettext_lazy("The ticket is assigned."),
        is_possible=lambda ticket: not ticket.is_finished,
        needs="tickets.assign_ticket",
    ),
    "reply_and_wait": Action(
        perform=lambda ticket, user, data: desk.reply_and_wait(ticket, body=read_body(data), by=user),
        done=gettext_lazy("Your reply is on its way; the ticket waits for the requester."),
        is_possible=lambda ticket: ticket.status == Status.PENDING or can_move(ticket, Status.PENDING),
        answers=True,
        writes=True,
        sends=True,
    ),
    "reply_and_resolve": Action(
        perform=lambda ticket, user, data: desk.reply_and_resolve(ticket, body=read_body(data), by=user),
        done=gettext_lazy("Your reply is on its way; the ticket is resolved."),
        is_possible=lambda ticket: can_move(ticket, Status.RESOLVED),
        answers=True,
        writes=True,
        sends=True,
    ),
    "note": Action(
        perform=lambda ticket, user, data: desk.add_note(ticket, body=read_body(data), by=user),
        done=gettext_lazy("The note is saved. Only colleagues see it."),
        is_possible=lambda ticket: True,
        is_for_all=True,
        writes=True,
    ),
    "categorise": Action(
        perform=lambda ticket, user, data: desk.categorise(
            ticket, category=data.get("category", ""), by=user
        ),
        done=gettext_lazy("The category is saved. Thank you, triage learns from this."),
        is_possible=can_categorise,
    ),
    "hold": Action(
        perform=lambda ticket, user, data: desk.hold(ticket, until=hold_until(data), by=user),
        done=gettext_lazy("The ticket is held; it comes back to the queue by itself."),
        is_possible=lambda ticket: can_move(ticket, Status.SELF_FIX),
    ),
    "readdress": Action(
        perform=lambda ticket, user, data: desk.set_reply_address(
            ticket, address=typed_address(data), by=user
        ),
        done=gettext_lazy("The reply address is changed. What you write now goes there."),
        is_possible=lambda ticket: not ticket.is_finished,
    ),
    "resolve": Action(
        perform=lambda ticket, user, data: desk.resolve(ticket, by=user),
        done=gettext_lazy("The ticket is resolved."),
        is_possible=lambda ticket: can_move(ticket, Status.RESOLVED),
        answers=True,
    ),
    "reopen": Action(
        perform=lambda ticket, user, data: desk.reopen(ticket, by=user),
        done=gettext_lazy("The ticket is in the queue again."),
        is_possible=lambda ticket: ticket.status != Status.NEW and can_move(ticket, Status.OPEN),
    ),
    "no_spam": Action(
        perform=lambda ticket, user, data: desk.release(ticket, by=user),
        done=gettext_lazy("The report goes on as if it had just come: triage answers it in a moment."),
        is_possible=lambda ticket: ticket.status == Status.SUSPENDED,
    ),
    "spam": Action(
        perform=lambda ticket, user, data: desk.mark_spam(ticket, by=user),
        done=gettext_lazy("The ticket is marked as spam."),
        is_possible=lambda ticket: can_move(ticket, Status.SPAM),
    ),
    "link_incident": Action(
        perform=lambda ticket, user, data: incidents.link(ticket, to=chosen_incident(data), by=user),
        done=gettext_lazy("The ticket is linked to the incident."),
        is_possible=lambda ticket: not ticket.is_finished,
    ),
    "unlink_incident": Action(
        perform=lambda ticket, user, data: incidents.unlink(ticket, by=user),
        done=gettext_lazy("The ticket belongs to no incident any more."),
        is_possible=lambda ticket: ticket.incident_id is not None,
    ),
}
