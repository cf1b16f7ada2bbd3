"""Tickets that live through the product's own verbs, and are then moved into the past."""

from __future__ import annotations

import random
import uuid
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from tickets import capacity, cleaning, desk, drafts, intake, lifecycle, macros, pipeline, screenshots
from tickets.actors import SYSTEM
from tickets.demo import people, promised
from tickets.demo.screens import error_screen
from tickets.models import Ticket
from tickets.models.message import Delivery
from tickets.models.ticket import Resolution, SignupPrecision, Status, Zone
from tickets.submission import Attachment, Submission
from triage.playbooks import OTHER, playbooks
from triage.report import DEVICE, RESENT, SPAM, WAITED

# How the tickets end up, as shares of the whole.
FATES = {
    "queue": 16,
    "taken": 6,
    "waiting": 8,
    "held": 6,
    "fixed": 22,
    "answered": 18,
    "assumed": 7,
    "closed": 14,
    "suspended": 2,
    "spam": 3,
}
FRESH = {"queue", "taken", "held", "suspended"}
ADVERTS = {"suspended", "spam"}
# The others are spread over so many days, the latest more densely.
HISTORY_DAYS = 40
MINUTE = timedelta(minutes=1)
TICKET_TIMES = (
    "created_at",
    "signed_up_at",
    "suspended_at",
    "queued_at",
    "hold_until",
    "pending_since_at",
    "response_due_at",
    "resolution_due_at",
    "due_at",
    "first_auto_reply_at",
    "first_agent_reply_at",
    "resolved_at",
    "closed_at",
)
MESSAGE_TIMES = ("created_at", "deliver_after_at", "sent_at")


def add_ticket(*, agents: list[User], chance: random.Random) -> Ticket:
    """Report, triage and work one made-up ticket; nothing of it is mailed."""
    fate = chance.choices(list(FATES), weights=list(FATES.values()))[0]
    category = chance.choice(_likely(fate))
    with transaction.atomic():
        # One transaction: no worker sees the ticket, or its mail, before it is finished.
        ticket = intake.submit_ticket(_submission(category, fate=fate, chance=chance))
        # Older than an unsure ticket waits for its screenshots: what they say is a second look here.
        shift(Ticket.objects.filter(pk=ticket.pk), by=settings.SCREENS_WAIT, columns=("created_at",))
        pipeline.triage(ticket.pk)
        # Back again, nearly: triage takes a few seconds.
        soon = timedelta(seconds=chance.lognormvariate(1, 0.5)) - settings.SCREENS_WAIT
        shift(Ticket.objects.filter(pk=ticket.pk), by=soon, columns=("created_at",))
        _live(ticket, fate=fate, agent=chance.choice(agents), chance=chance)
        call_mailed(ticket)
        _move_into_the_past(ticket, fate=fate, chance=chance)
    for screenshot in ticket.screenshots.all():
        # The worker reads it, like any other: half a second each would make this command slow.
        cleaning.clean_screenshot(screenshot.pk)
    return ticket


def _likely(fate: str) -> list[str]:
    """The categories of such a ticket, the likely ones more than once."""
    is_self_fix = fate in {"held", "fixed"}
    weights = {slug: 6 if slug.startswith("self_") == is_self_fix else 1 for slug in playbooks()}
    return [slug for slug, weight in weights.items() for _ in range(1 if slug == OTHER else weight)]


def call_mailed(ticket: Ticket) -> None:
    """Say of what is on its way that it has arrived, before a worker sees it."""
    ticket.messages.filter(delivery=Delivery.QUEUED).update(
        delivery=Delivery.SENT, sent_at=timezone.now(), lease_until=None
    )


def _submission(category: str, *, fate: str, chance: random.Random) -> Submission:
    by_phone = chance.random() < 0.2
    known_time = chance.random() < 0.8
    device = chance.choice(people.DEVICES)
    is_advert = fate in ADVERTS
    minutes = chance.randint(1, 6) if category.startswith("self_otp") else chance.randint(12, 60 * 30)
    return Submission(
        key=uuid.uuid4(),
        description=chance.choice(people.ADVERTS) if is_advert else _description(category, chance=chance),
        language="id" if chance.random() < 0.93 else "en",
        registered_email="" if by_phone else people.address(chance),
        registered_phone=people.phone(chance) if by_phone else "",
        reply_email=people.address(chance) if by_phone and chance.random() < 0.6 else "",
        signup_precision=SignupPrecision.MINUTE if known_time else SignupPrecision.UNKNOWN,
        signed_up_at=timezone.now() - timedelta(minutes=minutes) if known_time else None,
        zone=Zone(chance.choice(people.ZONES)),
        tried=_tried(category, chance=chance),
        device=device,
        user_agent=device and f"Mozilla/5.0 ({device})",
        ip_address=people.network_address(chance),
        attachments=_attachments(category, chance=chance),
        fell_for_trap=is_advert,
    )


def _description(category: str, *, chance: random.Random) -> str:
    text = chance.choice(playbooks()[category].examples)
    return f"{text}\n{chance.choice(people.SLIPS)}" if chance.random() < 0.06 else text


def _tried(category: str, *, chance: random.Random) -> frozenset[str]:
    if category.startswith("self_") or chance.random() < 0.4:
        return frozenset()
    return frozenset(chance.sample([WAITED, SPAM, RESENT, DEVICE], k=chance.randint(1, 3)))


def _attachments(category: str, *, chance: random.Random) -> list[Attachment]:
    count = chance.choices([0, 1, 2], weights=[75, 20, 5])[0]
    attachments = []
    for number in range(count):
        name = f"Screenshot_{number + 1}.png"
        file = ContentFile(error_screen(category, chance=chance), name=name)
        attachments.append(Attachment(file, name, screenshots.inspect(file, name=name)))
    return attachments


def _live(ticket: Ticket, *, fate: str, agent: User, chance: random.Random) -> None:
    ticket.refresh_from_db()
    if fate in {"held", "queue", "suspended"}:
        return
    if fate == "spam":
        desk.mark_spam(ticket, by=agent)
        return
    if fate == "fixed":
        let_pass(ticket, minutes=chance.randint(3, 25))
        _end_of_hold(ticket, chance=chance)
        return
    if ticket.status == Status.SELF_FIX:
        let_pass(ticket, minutes=chance.randint(5, 30))
        intake.report_still_failing(ticket)
    _work(ticket, fate=fate, agent=agent, chance=chance)


def _end_of_hold(ticket: Ticket, *, chance: random.Random) -> None:
    """Most say that it works; of some nothing is heard."""
    if ticket.status == Status.SELF_FIX and chance.random() < 0.3:
        lifecycle.resolve(ticket, resolution=Resolution.ASSUMED, by=SYSTEM)
    else:
        intake.confirm_fixed(ticket)


def _work(ticket: Ticket, *, fate: str, agent: User, chance: random.Random) -> None:
    with suppress(capacity.AtCapacity):  # then a colleague's, or in a large demo nobody's
        desk.take(ticket, by=agent)
    if chance.random() < 0.4:
        desk.add_note(ticket, body=chance.choice(people.NOTES), by=agent)
    if chance.random() < 0.12:
        desk.categorise(ticket, category=chance.choice(list(playbooks())), by=agent)
    nearest = macros.nearest_first(ticket.category)
    body = macros.render(nearest[0], ticket, by=agent) if nearest else people.DEFAULT_REPLY
    if fate == "taken":
        if chance.random() < 0.3:
            begun = body[: body.find(" ", len(body) // 2)]
            drafts.save(ticket, body=begun, is_note=False, page="demo", base="", by=agent)
        return
    # Most wait an hour, a few a night.
    let_pass(ticket, minutes=min(20 * 60, int(chance.lognormvariate(4, 0.9)) + 4))
    if fate in {"waiting", "assumed"}:
        desk.reply_and_wait(ticket, body=body, by=agent)
    else:
        desk.reply_and_resolve(ticket, body=body, by=agent)
    if fate == "waiting" and chance.random() < 0.3:
        intake.add_information(ticket, body=chance.choice(people.ADDITIONS))
    if fate == "closed" and chance.random() < 0.25:
        _come_back(ticket, agent=agent, chance=chance)


def _come_back(ticket: Ticket, *, agent: User, chance: random.Random) -> None:
    """It did not last: the requester writes again, and is answered once more."""
    let_pass(ticket, minutes=chance.randint(60, 48 * 60))
    intake.add_information(Ticket.objects.get(pk=ticket.pk), body=chance.choice(people.ADDITIONS))
    let_pass(ticket, minutes=chance.randint(20, 180))
    desk.reply_and_resolve(ticket, body=people.DEFAULT_REPLY, by=agent)


def _move_into_the_past(ticket: Ticket, *, fate: str, chance: random.Random) -> None:
    minutes = chance.randint(1, 25) if fate == "held" else int(chance.lognormvariate(6, 1.4)) + 2
    if fate not in FRESH:
        minutes = int(60 * 24 * HISTORY_DAYS * chance.random() ** 1.5) + 30
    _end(ticket, fate=fate)
    if ticket.status == Status.OPEN and chance.random() < 0.6:
        minutes = promised.age_in_queue(ticket, chance=chance) // MINUTE
    let_pass(ticket, minutes=minutes)
    promised.set_deadlines(ticket)


def let_pass(ticket: Ticket, *, minutes: int) -> None:
    """Time passes: everything that has happened to the ticket moves into the past, its order kept."""
    by = timedelta(minutes=minutes)
    shift(Ticket.objects.filter(pk=ticket.pk), by=by, columns=TICKET_TIMES)
    shift(ticket.messages.all(), by=by, columns=MESSAGE_TIMES)
    for rows in (ticket.events, ticket.assessments, ticket.screenshots, ticket.secrets):
        shift(rows.all(), by=by, columns=("created_at",))


def shift(rows: QuerySet, *, by: timedelta, columns: tuple[str, ...]) -> None:
    rows.update(**{column: F(column) - by for column in columns})


def _end(ticket: Ticket, *, fate: str) -> None:
    """What only time does: silence that is taken for success, and the end of the grace window."""
    ticket.refresh_from_db()
    if fate == "assumed" and ticket.status == Status.PENDING:
        let_pass(ticket, minutes=int(settings.PENDING_ASSUMED_AFTER / MINUTE))
        ticket.refresh_from_db()
        lifecycle.resolve(ticket, resolution=Resolution.ASSUMED, by=SYSTEM)
    if fate == "closed" and ticket.status == Status.RESOLVED:
        let_pass(ticket, minutes=int(settings.REOPEN_GRACE / MINUTE))
        ticket.refresh_from_db()
        lifecycle.close(ticket, by=SYSTEM)
