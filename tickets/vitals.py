"""How the running system does: what waits, who works, what room is left; as cheap with a million tickets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from tickets import shared_clock, signs
from tickets.models import (
    BulkJob,
    IncomingMail,
    Message,
    OpenWork,
    Pulse,
    Reading,
    Round,
    Screenshot,
    Ticket,
    WebhookDelivery,
)
from tickets.models.message import Delivery
from tickets.models.ticket import Status
from tickets.remembered import Remembered

COUNTED = 1000  # rows of a queue, at most
# The broker is near, and a probe must not wait for it.
BROKER_SECONDS = 0.5
UNSENT = (Delivery.QUEUED, Delivery.SENDING)


@dataclass(frozen=True)
class Queue:
    name: str
    waiting: int  # COUNTED at most
    oldest_at: datetime | None  # since when the oldest waits


@dataclass(frozen=True)
class Post:
    """Whether mail goes out."""

    oldest_at: datetime | None  # creation of the oldest unsent message
    due_since_at: datetime | None  # since when a message has been there for a worker to take
    goes: bool  # one that was written after the oldest unsent one has been sent


@dataclass(frozen=True)
class Room:
    free: int  # bytes, where screenshots lie
    total: int


@dataclass(frozen=True)
class Vitals:
    taken_at: datetime
    queues: list[Queue]
    suspended: Queue
    bells: int | None  # in the broker, None when it does not answer
    pulses: list[Pulse]
    rounds: list[Round]
    room: Room | None
    database_bytes: int | None
    stock: OpenWork | None


def look() -> Vitals:
    """Everything, at most five seconds old. Raises django.db.Error, or Busy while somebody waits for it."""
    return _looked.get()


def untriaged() -> Queue:
    tickets = Ticket.objects.filter(status=Status.NEW)
    # One that was suspended has only now begun to wait.
    oldest_at = (
        tickets.filter(suspended_because="")
        .order_by("created_at", "id")
        .values_list("created_at", flat=True)
        .first()
    )
    return Queue("tickets", _counted(tickets), oldest_at)


def suspended() -> Queue:
    """What waits for a human to say whether it is spam."""
    tickets = Ticket.objects.filter(status=Status.SUSPENDED)
    return Queue("suspended", _counted(tickets), tickets.aggregate(at=Min("suspended_at"))["at"])


def post() -> Post:
    oldest = _oldest_unsent()
    due = Message.objects.filter(delivery__in=UNSENT, deliver_after_at__lte=shared_clock.now())
    newest_sent = Message.objects.filter(delivery=Delivery.SENT).order_by("-id").values_list("id").first()
    return Post(
        oldest_at=oldest[1] if oldest else None,
        due_since_at=due.aggregate(at=Min("deliver_after_at"))["at"],
        goes=oldest is None or (newest_sent is not None and newest_sent[0] > oldest[0]),
    )


def _oldest_unsent() -> tuple[int, datetime] | None:
    # Each state by itself: the index gives its first row at once.
    firsts = [
        Message.objects.filter(delivery=state).order_by("id").values_list("id", "created_at").first()
        for state in UNSENT
    ]
    return min((first for first in firsts if first), default=None)


def last_seen(role: str) -> datetime | None:
    return Pulse.objects.filter(role=role).aggregate(at=Max("seen_at"))["at"]


def last_round(name: str) -> datetime | None:
    return Round.objects.filter(pk=name).values_list("ended_at", flat=True).first()


def bells_in_broker() -> int:
    """How many bells wait to be heard. Raises RedisError or OSError when the broker is away."""
    if not settings.REDIS_URL:
        folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]
        return sum(name.endswith(".msg") for name in os.listdir(folder))
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    return int(_redis(settings.REDIS_URL).llen(f"{prefix}celery"))


def room() -> Room:
    """What is free where screenshots lie. Raises OSError."""
    # Made with the first screenshot.
    place = next(
        path for path in [Path(settings.SCREENSHOT_DIR), *settings.SCREENSHOT_DIR.parents] if path.exists()
    )
    usage = shutil.disk_usage(place)
    return Room(free=usage.free, total=usage.total)


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS)


def _look() -> Vitals:
    now = timezone.now()
    recent = Pulse.objects.filter(seen_at__gt=now - signs.FORGOTTEN_AFTER)
    return Vitals(
        taken_at=now,
        queues=_queues(),
        suspended=suspended(),
        bells=_unless(bells_in_broker, redis.RedisError, OSError),
        pulses=list(recent.order_by("-role", "name")),
        rounds=list(Round.objects.order_by("name")),
        room=_unless(room, OSError),
        database_bytes=_size.get(),
        stock=OpenWork.objects.first(),
    )


def _queues() -> list[Queue]:
    unsent, oldest = Message.objects.filter(delivery__in=UNSENT), _oldest_unsent()
    mails = IncomingMail.objects.waiting()
    told = WebhookDelivery.objects.waiting()
    screenshots = Screenshot.objects.waiting()
    return [
        untriaged(),
        Queue("messages", _counted(unsent), oldest[1] if oldest else None),
        Queue("screenshots", _counted(screenshots), screenshots.aggregate(at=Min("created_at"))["at"]),
        Queue("readings", _counted(Reading.objects.waiting()), None),
        Queue("incoming_mails", _counted(mails), mails.aggregate(at=Min("received_at"))["at"]),
        Queue("webhooks", _counted(told), told.aggregate(at=Min("deliver_after_at"))["at"]),
        Queue("bulk_jobs", _counted(BulkJob.objects.waiting()), None),
    ]


def _counted(rows: QuerySet) -> int:
    return rows.order_by().values("pk")[:COUNTED].count()


def _unless(ask: Callable, *errors: type[Exception]):
    try:
        return ask()
    except errors:
        return None


def database_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
        )
        return str(cursor.fetchone()[0])


def _database_bytes() -> int | None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0])


_looked = Remembered(_look, seconds=5.0, patience=5.0)
# PostgreSQL asks the file system about every table.
_size = Remembered(_database_bytes, seconds=300.0, patience=5.0)


def forget() -> None:
    _looked.forget()
    _size.forget()
