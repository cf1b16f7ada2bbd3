"""Every address of the desk, with a sample for each part of it that varies."""

import re

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone

from tests import images
from tests.factories import (
    AgentFactory,
    MacroFactory,
    MessageFactory,
    ScreenshotFactory,
    TicketFactory,
    WebhookDeliveryFactory,
    WebhookEndpointFactory,
)
from tests.mail.letters import letter
from tickets import api_keys, masking, suppression
from tickets.mail.incoming import receive
from tickets.models import BulkJob, Incident, SavedView, ServicePolicy, SpecialDay
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
        "desk/tickets/incident/": Incident.objects.create(title="SMS terlambat").pk,
        "desk/tickets/ticket/views/": SavedView.objects.create(user=agent, name="Pagi", query="tab=open").pk,
        "desk/tickets/servicepolicy/": ServicePolicy.THE_ONE,
        "desk/tickets/incomingmail/": receive(letter(), source="imap").pk,
        "desk/tickets/specialday/": SpecialDay.objects.create(date="2026-12-07", name="Rapat kerja").pk,
        "desk/tickets/apikey/": api_keys.make(name="Penjawab", scopes=[], expires_at=None, by=agent)[0].pk,
        "desk/tickets/webhookendpoint/": WebhookEndpointFactory().pk,
        "desk/tickets/webhookdelivery/": WebhookDeliveryFactory().pk,
        "uuid": screenshot.public_id,
    }


def addresses(rows: dict[str, object] | None = None) -> dict[str, str]:
    """The name of each route under /desk/ and its address.

    `rows` says which row stands in for the first part that varies, by the route's beginning, and
    for a converter by its name: {"desk/tickets/ticket/": 7, "uuid": …}.
    """
    found = {}
    for namespace, route, name in _routes(get_resolver(settings.ROOT_URLCONF).url_patterns):
        if route.startswith("desk/"):
            full = f"{namespace}:{name or route}" if namespace else name or route
            found[full] = "/" + _filled(route, rows or {})
    return found


def _routes(patterns, *, before="", namespace=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, before=route, namespace=pattern.namespace or namespace)
        elif "(?P<url>" not in route:  # the admin's answer to what does not exist
            yield namespace, route, pattern.name


def _filled(route: str, rows: dict[str, object]) -> str:
    # django-simple-history has patterns of the old kind: the row, then the version of it.
    route = route.replace("history/([^/]+)", "history/<history:id>").replace("([^/]+)", "<path:object_id>")
    route = re.sub(r"\(\?P<app_label>[^)]*\)", "auth", route).replace("^", "").replace("$", "")
    for beginning, row in rows.items():
        if route.startswith(beginning + "<"):
            route = re.sub(r"<[^>]*>", str(row), route, count=1)
    return re.sub(r"<(?:(\w+):)?\w+>", lambda m: str(rows.get(m[1], SAMPLES.get(m[1], "1"))), route)
