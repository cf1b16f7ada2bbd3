"""Who does something to a ticket: every change names one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tickets.models.event import ActorKind

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Actor:
    kind: ActorKind
    user: User | None = None


REQUESTER = Actor(ActorKind.REQUESTER)
SYSTEM = Actor(ActorKind.SYSTEM)


def agent(user: User) -> Actor:
    return Actor(ActorKind.AGENT, user)
