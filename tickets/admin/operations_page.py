"""The page Operations: what /readyz and /metrics say, in words, for people without Prometheus."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime, timedelta

import django
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tickets import cap_levels, outbox_health, readiness, signs, vitals
from tickets.admin.operations_words import CAPS, CHECKS, QUEUES, ROUNDS, SAID, STATES
from tickets.admin.rights import StaffRequest, needs
from tickets.durations import short_duration
from tickets.models import Pulse, Round
from tickets.readiness import Check
from tickets.vitals import Queue
from triage import versions

# A round that is as late as so many of its own kind, and a minute, is worth a look.
LATE_ROUNDS = 3
DAILY = timedelta(days=1)


@dataclass(frozen=True)
class Light:
    label: str | Promise
    word: str | Promise
    colour: str
    icon: str
    said: str | Promise
    figure: str


@require_safe
@never_cache
@needs("tickets.view_pulse")
def operations_page(request: StaffRequest) -> HttpResponse:
    found, now = readiness.look(), vitals.look()
    lights = [light_of(check) for check in found.checks]
    context = {
        **admin.site.each_context(request),
        "title": _("Operations"),
        "status": found.status,
        "checked_at": found.checked_at,
        "lights": lights,
        "alarms": [light for light in lights if light.colour != "green"],
        "queues": [queue_row(queue) for queue in now.queues],
        "suspended": queue_row(now.suspended),
        "bells": now.bells,
        "pulses": [pulse_row(pulse) for pulse in now.pulses],
        "rounds": round_rows(now.rounds),
        "caps": [(CAPS[level.name], level) for level in cap_levels.levels()],
        "caps_are_shared": bool(settings.REDIS_URL),
        "tripped": outbox_health.tripped_breakers(),
        "room": now.room,
        "database_size": filesizeformat(now.database_bytes) if now.database_bytes else "",
        "versions": versions_shown(),
    }
    return TemplateResponse(request, "tickets/desk/operations.html", context)


def light_of(check: Check) -> Light:
    word, colour, icon = STATES[check.state]
    said = SAID[check.name].get(check.state, "")
    return Light(CHECKS[check.name], word, colour, icon, said, figure_of(check))


def figure_of(check: Check) -> str:
    """The number that a person would ask for next, in words; "" where there is none."""
    figures = check.figures
    if "last_seen_seconds" in figures:
        seen = figures["last_seen_seconds"]
        if seen is None:
            return _("never seen")
        return _("last sign %(time)s ago") % {"time": short_duration(seen)}
    if figures.get("oldest_seconds") is not None:
        return _("the oldest waits for %(time)s") % {"time": short_duration(figures["oldest_seconds"])}
    if "free_bytes" in figures:
        return _("%(size)s free") % {"size": filesizeformat(figures["free_bytes"])}
    return str(figures.get("error", ""))


def queue_row(queue: Queue) -> dict[str, object]:
    return {
        "label": QUEUES[queue.name],
        "waiting": f"{queue.waiting}+" if queue.waiting == vitals.COUNTED else queue.waiting,
        "oldest": short_duration((timezone.now() - queue.oldest_at).total_seconds())
        if queue.oldest_at
        else "–",
    }


def pulse_row(pulse: Pulse) -> dict[str, object]:
    silent = timezone.now() - pulse.seen_at
    return {
        "role": pulse.get_role_display(),
        "name": pulse.name,
        "started_at": pulse.started_at,
        "silent": short_duration(max(silent.total_seconds(), 0)),
        "is_lost": silent > signs.LOST_AFTER,
    }


def round_rows(rounds: list[Round]) -> list[dict[str, object]]:
    """Those we have words for, in their order; then others. The mailbox speaks for the task that looks in."""
    known = list(ROUNDS)
    shown = [row for row in rounds if row.name != "fetch_mail"]
    shown.sort(key=lambda row: (known.index(row.name) if row.name in ROUNDS else len(known), row.name))
    return [
        {
            "label": ROUNDS.get(row.name, row.name.replace("_", " ")),
            "ended_at": row.ended_at,
            "seconds": short_duration(row.seconds) if row.seconds >= 1 else "< " + short_duration(1),
            "trouble": row.trouble,
            "is_late": is_late(row.name, row.ended_at),
        }
        for row in shown
    ]


def is_late(name: str, ended_at: datetime | None) -> bool:
    every = _rhythm().get(name)
    if every is None:
        return False
    return ended_at is None or timezone.now() - ended_at > LATE_ROUNDS * every + timedelta(minutes=1)


def _rhythm() -> dict[str, timedelta]:
    """How often beat rings for each; what it rings for by the calendar comes once a day."""
    found = {
        str(entry["task"]).rpartition(".")[2]: every if isinstance(every, timedelta) else DAILY
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        for every in [entry["schedule"]]
    }
    return {**found, "mailbox": found["fetch_mail"]} if "fetch_mail" in found else found


def versions_shown() -> list[tuple[str, str]]:
    standing = versions.standing(settings.TRIAGE_MODEL_DIR)
    return [
        (_("Program"), settings.RELEASE or _("not named; set RELEASE")),
        (_("Triage model"), standing.version if standing else _("none")),
        (connection.display_name, vitals.database_version()),
        ("Django", django.get_version()),
        ("Python", platform.python_version()),
    ]
