"""Every address of the desk, with a sample for each part of it that varies."""

import re

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

from tests import images
from tests.factories import (
    AgentFactory,
    MacroFactory,
    MessageFactory,
    ProofFactory,
    ScreenshotFactory,
    TicketFactory,
    WebhookDeliveryFactory,
    WebhookEndpointFactory,
)
from tests.mail.letters import letter
from tests.routes import DESK, every_route
from tickets import api_keys, masking, suppression
from tickets.mail.incoming import receive
from tickets.models import BulkJob, Erasure, Incident, SavedView, ServicePolicy, SpecialDay
from tickets.models.sealed_secret import SecretSource

SAMPLES = {"slug": "contoh", "uuid": "00000000-0000-4000-8000-000000000001"}  # by converter; else "1"


def rows_of(agent: User) -> dict[str, object]:
    """Make a row for every page that is about one, with `agent` where somebody has it."""
    ticket = TicketFactory(open=True, assignee=agent)
    with transaction.atomic():
        masking.mask(ticket, "kode 482913", source=SecretSource.DESCRIPTION)
    settings.SCREENSHOT_DIR.mkdir(parents=True, exist_ok=True)
    (settings.SCREENSHOT_DIR / "bersih.png").write_bytes(images.png())
    screenshot = ScreenshotFactory(
        ticket=ticket, state="clean", original_path="", clean_path="bersih.png", cleaned_at=timezone.now()
    )
    macro = MacroFactory()
    asked = ProofFactory(ticket=ticket)
    restricted = TicketFactory(open=True, assignee=agent, category="account_restricted")
    suppression.suppress(
        "nama.yang.panjang.sekali@cabang.perusahaan.contoh.id", reason="bounce", ticket=ticket
    )
    return {
        "desk/tickets/ticket/": ticket.pk,
        "desk/tickets/message/": MessageFactory(outgoing=True, ticket=ticket).pk,
        "desk/auth/user/": AgentFactory(role="agent").pk,
        "desk/tickets/bulkjob/": BulkJob.objects.create(
            kind="resolve", state="finished", started_by=agent, ended_at=timezone.now()
        ).pk,
        "desk/tickets/macro/": macro.pk,
        "history": macro.history.get().pk,
        "desk/auth/group/": Group.objects.get(name="lead").pk,
        "desk/tickets/playbookoverride/": "other",
        "desk/tickets/identityrequest/ask/": restricted.pk,
        "desk/tickets/identityrequest/": asked.pk,
        "desk/tickets/incident/": Incident.objects.create(title="SMS terlambat").pk,
        "desk/tickets/ticket/views/": SavedView.objects.create(user=agent, name="Pagi", query="tab=open").pk,
        "desk/tickets/servicepolicy/": ServicePolicy.THE_ONE,
        "desk/tickets/incomingmail/": receive(letter(), source="imap").pk,
        "desk/tickets/specialday/": SpecialDay.objects.create(date="2026-12-07", name="Rapat kerja").pk,
        "desk/tickets/apikey/": api_keys.make(name="Penjawab", scopes=[], expires_at=None, by=agent)[0].pk,
        "desk/tickets/webhookendpoint/": WebhookEndpointFactory().pk,
        "desk/tickets/webhookdelivery/": WebhookDeliveryFactory().pk,
        "desk/tickets/erasure/": Erasure.objects.create(
            kind="email", digest="0" * 64, reason="asked", counts={"tickets": 2}, ended_at=timezone.now()
        ).pk,
        "uuid": screenshot.public_id,
    }


def addresses(rows: dict[str, object] | None = None) -> dict[str, str]:
    """The name of each route under /desk/ and its address.

    `rows` says which row stands in for the first part that varies, by the route's beginning, and
    for a converter by its name: {"desk/tickets/ticket/": 7, "uuid": …}.
    """
    found = {}
    for name, route in every_route():
        if route.startswith(DESK):
            found[name] = "/" + _filled(route, rows or {})
    return found


def _filled(route: str, rows: dict[str, object]) -> str:
    # django-simple-history has patterns of the old kind: the row, then the version of it.
    route = route.replace("history/([^/]+)", "history/<history:id>").replace("([^/]+)", "<path:object_id>")
    route = re.sub(r"\(\?P<app_label>[^)]*\)", "auth", route).replace("^", "").replace("$", "")
    for beginning, row in rows.items():
        if route.startswith(beginning + "<"):
            route = re.sub(r"<[^>]*>", str(row), route, count=1)
    return re.sub(r"<(?:(\w+):)?\w+>", lambda m: str(rows.get(m[1], SAMPLES.get(m[1], "1"))), route)
