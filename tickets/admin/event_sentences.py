"""Events in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin.queue_rows import label_of
from tickets.admin.spam_words import in_words
from tickets.admin.undelivered import why_undelivered
from tickets.admin.wording import percent_of
from tickets.models import Event, Message
from tickets.models.event import EventKind
from tickets.models.identity import IdentityDecision, IdentityReason
from tickets.models.message import LINK_AGAIN, LINK_ELSEWHERE, Delivery
from tickets.models.service import Owed
from tickets.models.ticket import Status
from tickets.models.trace import TraceKind
from tickets.screenshots import shortly
from triage.playbooks import OTHER

# By what a person is recognised.
TRACES: dict[str, str | Promise] = {
    TraceKind.MAILBOX: gettext_lazy("same mailbox"),
    TraceKind.PHONE: gettext_lazy("same phone number"),
    TraceKind.DEVICE: gettext_lazy("same device and network"),
}

# Why a masked secret was shown.
REASONS: dict[str, str | Promise] = {
    "check_account": gettext_lazy("needed to look the account up"),
    "compare_code": gettext_lazy("to compare it with the platform's log"),
    "test_link": gettext_lazy("to try the link out"),
    "asked": gettext_lazy("the requester asked for it"),
    "not_secret": gettext_lazy("it is no secret, masked by mistake"),
    "other": gettext_lazy("another reason, see the note"),
}

# A move in words, by the state it led to and why; the plain state for a reason that is not here.
MOVES: dict[tuple[str, str], str | Promise] = {
    (Status.OPEN, "triaged"): gettext_lazy("placed in the agents' queue"),
    (Status.OPEN, "triage_failed"): gettext_lazy(
        "placed in the queue without a category: it could not be read"
    ),
    (Status.OPEN, "still_failing"): gettext_lazy(
        "the requester says it still fails: in the queue, one step up"
    ),
    (Status.OPEN, "requester_wrote"): gettext_lazy("the requester wrote: back in the queue"),
    (Status.OPEN, "other_sender"): gettext_lazy(
        "it answers a mail of another ticket, from another address: in the queue, to be judged by you"
    ),
    (Status.OPEN, "identity_received"): gettext_lazy(
        "proof of identity came: in the queue, for a lead to check"
    ),
    (Status.OPEN, "hold_ended"): gettext_lazy("the hold ended without an answer: in the queue"),
    (Status.OPEN, "mail_failed"): gettext_lazy("our mail did not arrive: in the queue"),
    (Status.OPEN, "completed"): gettext_lazy("what was filled in says that it needs an agent: in the queue"),
    (Status.OPEN, "screens_read"): gettext_lazy("its screenshots say that it needs an agent: in the queue"),
    (Status.OPEN, "merged"): gettext_lazy("in the queue, because what was merged into it needs an agent"),
    (Status.OPEN, "unmerged"): gettext_lazy("the merge was undone: in the queue as before"),
    (Status.OPEN, "unmerged_queued"): gettext_lazy("the merge was undone: in the queue"),
    (Status.SELF_FIX, "unmerged"): gettext_lazy("the merge was undone: held as before"),
    (Status.PENDING, "unmerged"): gettext_lazy("the merge was undone: waits for the requester as before"),
    (Status.OPEN, "agent"): gettext_lazy("brought back into the queue"),
    (Status.OPEN, "undone"): gettext_lazy("brought back: a bulk change was undone"),
    (Status.SELF_FIX, ""): gettext_lazy("held while the requester tries the fix"),
    (Status.PENDING, ""): gettext_lazy("waits for the requester"),
    (Status.RESOLVED, "requester"): gettext_lazy("the requester says it works now"),
    (Status.RESOLVED, "agent"): gettext_lazy("resolved"),
    (Status.RESOLVED, "assumed"): gettext_lazy("assumed resolved after silence"),
    (Status.CLOSED, ""): gettext_lazy("closed"),
    (Status.NEW, "no_spam"): gettext_lazy("no spam: goes on as if it had just come"),
    (Status.SPAM, "undecided"): gettext_lazy("counts as spam: nobody decided in time"),
    (Status.SPAM, "agent"): gettext_lazy("marked as spam"),
    (Status.SPAM, "honeypot"): gettext_lazy("kept as spam: a field that people do not see was filled in"),
    (Status.SPAM, "too_fast"): gettext_lazy("kept as spam: filled in faster than a person can"),
}


MISSED: dict[str, str | Promise] = {
    Owed.RESPONSE: gettext_lazy("no human has answered in the promised time"),
    Owed.RESOLUTION: gettext_lazy("not resolved in the promised time"),
}


class Names(NamedTuple):
    """What the ids in events stand for: assigned users, linked incidents, mails with the ticket's link."""

    users: Mapping[int, str]
    incidents: Mapping[int, str]
    links: Mapping[int, Message]


# By what was asked for, and whether it is not mailed.
LINK_MAILS: dict[tuple[str, bool], str | Promise] = {
    (LINK_ELSEWHERE, False): gettext_lazy("had the link to the report's page sent to %(address)s"),
    (LINK_ELSEWHERE, True): gettext_lazy(
        "wanted the link to the report's page sent to %(address)s; not mailed"
    ),
    (LINK_AGAIN, False): gettext_lazy("asked for the link by number and address; it was sent to %(address)s"),
    (LINK_AGAIN, True): gettext_lazy("asked for the link by number and address: %(address)s; not mailed"),
}


def sentence(event: Event, *, names: Names) -> str:
    """Say what happened, without who and when."""
    tell = TELLERS.get(event.kind)
    return tell(event, names) if tell else event.get_kind_display()


def _moved(event: Event, names: Names) -> str:
    after = event.data.get("after", "")
    if after == Status.MERGED:
        return _("merged into %(ticket)s") % {"ticket": event.data.get("reference", "")}
    if after == Status.SUSPENDED:
        signs = in_words(event.data.get("because", "").split())
        return _("held back as possible spam: %(signs)s") % {"signs": ", ".join(map(str, signs))}
    known = MOVES.get((after, event.data.get("because", "")))
    if known:
        return str(known)
    status = Status(after).label if after in Status else after
    return _("status changed to “%(status)s”") % {"status": status}


def _assigned(event: Event, names: Names) -> str:
    user = event.data.get("user")
    if user is None:
        return _("handed back to nobody")
    if user == event.actor_id:
        return _("took the ticket")
    return _("assigned to %(name)s") % {"name": names.users.get(user, _("someone who has left"))}


def _categorised(event: Event, names: Names) -> str:
    after = label_of(event.data.get("after", ""))
    before = event.data.get("before", "")
    if not before:
        return _("set the category to %(after)s") % {"after": after}
    if before == event.data.get("after"):
        return _("confirmed the category %(after)s") % {"after": after}
    return _("changed the category from %(before)s to %(after)s") % {
        "before": label_of(before),
        "after": after,
    }


def _triaged(event: Event, names: Names) -> str:
    slug = event.data.get("category", "")
    label, percent = label_of(slug), percent_of(event.data.get("confidence", 0))
    if slug == OTHER:  # How sure no category is tells an agent nothing.
        return _categorised_as_other(event, label)
    said = {"category": label, "percent": percent}
    if event.data.get("because") == "screens_read":
        return _("after reading the screenshots: categorised as %(category)s (%(percent)s %%)") % said
    if event.data.get("because") == "completed":
        return _("after what was filled in: categorised as %(category)s (%(percent)s %%)") % said
    if event.data.get("because") == "mail_failed":
        return _("after our mail came back: categorised as %(category)s") % {"category": label}
    return _("categorised as %(category)s (%(percent)s %%)") % {"category": label, "percent": percent}


def _categorised_as_other(event: Event, label: str) -> str:
    if event.data.get("because") == "screens_read":
        return _("after reading the screenshots: categorised as %(category)s") % {"category": label}
    return _("categorised as %(category)s") % {"category": label}


def _revealed(event: Event, names: Names) -> str:
    shown = f"{event.data.get('secret', '')} {event.data.get('number', '')}"
    because = REASONS.get(event.data.get("because", ""), "")
    return _("had %(secret)s shown: %(because)s") % {"secret": shown, "because": because}


def _incident_linked(event: Event, names: Names) -> str:
    title = names.incidents.get(event.data.get("incident", 0), "")
    return _("linked the ticket to the incident “%(title)s”") % {"title": title}


def _incident_unlinked(event: Event, names: Names) -> str:
    title = names.incidents.get(event.data.get("incident", 0), "")
    return _("took the ticket off the incident “%(title)s”") % {"title": title}


def _linked(event: Event, names: Names) -> str:
    kinds = event.data.get("because", [])
    if kinds == ["mail"]:
        return _("answers a mail of %(ticket)s, but comes from another address") % {
            "ticket": event.data.get("reference", "")
        }
    because = " · ".join(str(words) for kind, words in TRACES.items() if kind in kinds)
    return _("the same person has reported before: %(ticket)s (%(because)s)") % {
        "ticket": event.data.get("reference", ""),
        "because": because,
    }


def _mail_failed(event: Event, names: Names) -> str:
    status = event.data.get("status", "")
    if not status:
        return _("a mail could not be delivered")
    return _("a mail could not be delivered: %(why)s") % {"why": why_undelivered(status)}


def _link_mailed(event: Event, names: Names) -> str:
    message = names.links.get(event.data.get("message", 0))
    if message is None:
        return str(EventKind.LINK_MAILED.label)
    known = LINK_MAILS[message.topic, message.delivery == Delivery.SUPPRESSED]
    return str(known) % {"address": message.recipient}


def _refused(event: Event, names: Names) -> str:
    files = event.data.get("files", [])
    said = ", ".join(f"{file['what'] or '?'} ({shortly(file['because'])})" for file in files)
    return _("attachments of the mail were not taken: %(files)s") % {"files": said}


def _identity_asked(event: Event, names: Names) -> str:
    because = event.data.get("because", "")
    if because not in IdentityReason:
        return _("asked for proof of identity")
    return _("asked for proof of identity: %(because)s") % {"because": IdentityReason(because).label}


def _identity_decided(event: Event, names: Names) -> str:
    if event.data.get("decision") == IdentityDecision.MATCH:
        return _("checked the proof of identity: it matches")
    return _("checked the proof of identity: it does not match")


def _of_other(words: Promise) -> Callable[[Event, Names], str]:
    return lambda event, names: str(words) % {"ticket": event.data.get("reference", "")}


TELLERS: dict[str, Callable[[Event, Names], str]] = {
    EventKind.MOVED: _moved,
    EventKind.ASSIGNED: _assigned,
    EventKind.CATEGORISED: _categorised,
    EventKind.TRIAGED: _triaged,
    EventKind.LINKED: _linked,
    EventKind.JOINED: _of_other(gettext_lazy("%(ticket)s was merged into this one")),
    EventKind.PARTED: _of_other(gettext_lazy("%(ticket)s was taken out again")),
    EventKind.CARRIED: _of_other(gettext_lazy("goes on in %(ticket)s")),
    EventKind.MAIL_FAILED: _mail_failed,
    EventKind.COMPLAINED: lambda event, names: _(
        "the requester marked our mail as spam: no more mail to them"
    ),
    EventKind.READDRESSED: lambda event, names: _("changed the reply address"),
    EventKind.MAIL_ALLOWED: lambda event, names: _("let the address be mailed again"),
    EventKind.LINK_MAILED: _link_mailed,
    EventKind.COMPLETED: lambda event, names: _("filled in what the report lacked"),
    EventKind.ATTACHMENTS_REFUSED: _refused,
    EventKind.SECRET_REVEALED: _revealed,
    EventKind.INCIDENT_LINKED: _incident_linked,
    EventKind.INCIDENT_UNLINKED: _incident_unlinked,
    EventKind.SLA_BREACHED: lambda event, names: str(MISSED.get(event.data.get("promise", ""), "")),
    EventKind.EXPORTED: lambda event, names: _("exported the data for the person"),
    EventKind.SCREENSHOTS_DISCARDED: lambda event, names: _("screenshots were removed, their time was over"),
    EventKind.IDENTITY_ASKED: _identity_asked,
    EventKind.IDENTITY_WITHDRAWN: lambda event, names: _("took back the request for proof of identity"),
    EventKind.IDENTITY_RECEIVED: lambda event, names: _("the requester sent proof of identity"),
    EventKind.IDENTITY_VIEWED: lambda event, names: _("looked at the proof of identity"),
    EventKind.IDENTITY_DECIDED: _identity_decided,
    EventKind.IDENTITY_DISCARDED: lambda event, names: _("the proof of identity was deleted, as promised"),
    EventKind.SCREENSHOT_VIEWED: lambda event, names: _("looked at a screenshot"),
}
