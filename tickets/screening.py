"""Which signs of spam a report shows before it is stored: by the form, by other reports, by its sender."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from tickets import digests
from tickets.counters import ask_cache
from tickets.models import Event, Ticket
from tickets.models.event import ActorKind, EventKind
from tickets.models.ticket import Channel, Status
from tickets.people import mailbox_key, network_of, requester_key
from tickets.spam_signs import ALIKE, Facts, are_suspect, letters_of, signs_of
from tickets.submission import Submission

SAME_TEXT_WINDOW = timedelta(days=1)
KNOWN_FOR = timedelta(days=30)
LATEST = 20  # tickets of one person that are looked at


def suspect_signs(submission: Submission) -> list[str]:
    """Return the signs for which a human is to look first, or none. Asks the database and the cache."""
    if submission.is_trusted:
        return []
    signs = signs_of(
        Facts(
            text=submission.description,
            has_footers=submission.channel == Channel.EMAIL,
            fell_for_trap=submission.fell_for_trap,
            filled_in=submission.filled_in,
            places_alike=ask_cache(lambda: _places_alike(submission), otherwise=0),
            is_known=_is_known(submission),
        )
    )
    return signs if are_suspect(signs) else []


def _places_alike(submission: Submission) -> int:
    """How many other places have sent these words within a day, as far as ALIKE; and remember this one."""
    letters = letters_of(submission.description)
    place = network_of(submission.ip_address) or mailbox_key(submission.registered_email)
    if not letters or not place:
        return 0
    # Keyed: what the cache holds tells neither the words nor who wrote them.
    key = f"same-text:{digests.digest_of(letters, purpose='tickets.same-text')[:32]}"
    here = digests.digest_of(place, purpose="tickets.same-text")[:16]
    places: list[str] = cache.get(key) or []
    if here not in places and len(places) <= ALIKE:
        cache.set(key, [*places, here], timeout=SAME_TEXT_WINDOW.total_seconds())
    return len([each for each in places if each != here])


def _is_known(submission: Submission) -> bool:
    key = requester_key(
        email=submission.registered_email,
        phone=submission.registered_phone,
        reply_email=submission.reply_email,
    )
    # The latest of a mailbox that is named without end, not all of them.
    latest = Ticket.objects.filter(requester_key=key).order_by("-id").values_list("pk", "status")[:LATEST]
    spam = [pk for pk, status in latest if status == Status.SPAM]
    if not spam:
        return False
    by_agents = Event.objects.filter(ticket__in=spam, kind=EventKind.MOVED, actor_kind=ActorKind.AGENT)
    return by_agents.filter(data__after=Status.SPAM, created_at__gt=timezone.now() - KNOWN_FOR).exists()
