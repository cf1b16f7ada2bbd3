"""How many open tickets an agent may hold at once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet

from tickets.models import AgentProfile, Ticket
from tickets.models.ticket import Status
from tickets.queue_counts import COUNT_CAP, CappedCount

UNLIMITED = 0
# What the column holds; nobody works on more.
GREATEST = 32_767


class AtCapacity(Exception):
    """The agent holds as many open tickets as they may."""

    def __init__(self, limit: int):
        super().__init__(limit)
        self.limit = limit


def limit_of(user: User) -> int:
    """Return the most open tickets that may be theirs at once; UNLIMITED for any number."""
    own = AgentProfile.objects.filter(user=user).values_list("capacity", flat=True).first()
    return settings.AGENT_CAPACITY if own is None else own


def open_count(user: User) -> int:
    return _theirs(user).count()


def take_turn(user: User) -> None:
    """Let the agent's requests for tickets come one after the other, until the transaction ends.

    The second of two presses counts what the first has taken. Take this lock before that of
    any ticket.
    """
    # no_key: an event that names the agent locks the key only, and need not wait for this.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def check_room(user: User) -> None:
    """Refuse one more open ticket to who holds as many as they may; raises AtCapacity."""
    limit = limit_of(user)
    # Counted no further than asked: whoever was handed thousands is refused as fast.
    if limit != UNLIMITED and _theirs(user)[:limit].count() == limit:
        raise AtCapacity(limit)


def is_exceeded(user: User) -> bool:
    """True for who was handed more than they may take."""
    limit = limit_of(user)
    return limit != UNLIMITED and open_count(user) > limit


def with_open_counts(users: QuerySet[User]) -> QuerySet[User]:
    """The users with `open_tickets`, in one query; what they have closed is not looked at."""
    theirs = Ticket.objects.filter(assignee=OuterRef("pk"), status=Status.OPEN).order_by()
    return users.annotate(open_tickets=CappedCount(theirs.values("pk")[:COUNT_CAP]))


def _theirs(user: User) -> QuerySet[Ticket]:
    return Ticket.objects.filter(assignee=user, status=Status.OPEN)


def set_limit(user: User, *, limit: int | None) -> None:
    """Set how many open tickets the agent may hold; None is settings.AGENT_CAPACITY."""
    AgentProfile.objects.update_or_create(user=user, defaults={"capacity": limit})
