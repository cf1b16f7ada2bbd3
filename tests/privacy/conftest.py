"""Somebody of whom everything is kept that can be."""

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tests import images
from tests.factories import (
    AgentFactory,
    AssessmentFactory,
    MessageFactory,
    ProofFactory,
    ReadingFactory,
    ScreenshotFactory,
    TicketFactory,
    WebhookDeliveryFactory,
)
from tests.mail.letters import letter
from tests.stored import every_column
from tickets import drafts, lifecycle, linking, masking, suppression
from tickets.actors import agent
from tickets.mail.filing import file_mail
from tickets.mail.incoming import receive
from tickets.models import SavedView
from tickets.models.event import EventKind
from tickets.models.sealed_secret import SecretSource

ADDRESS, PHONE, IP = "budi.santoso@contoh.id", "+6281234567890", "203.0.113.77"
WORD = "kodenyahilang"  # in all that Budi wrote, and in nothing else


def make_ticket(**columns):
    """A ticket of Budi's with a row of every kind on it, and files."""
    columns = {"registered_email": ADDRESS, "registered_phone": PHONE, **columns}
    rina = AgentFactory(role="lead", username=f"rina{columns.get('reference', '')}")
    ticket = TicketFactory(
        description=f"kode {WORD}",
        screen_text=f"layar {WORD}",
        ip_address=IP,
        user_agent=f"Mozilla {WORD}",
        device=f"HP {WORD}",
        **columns,
    )
    linking.leave_traces(ticket)
    with transaction.atomic():
        masking.mask(ticket, "kode otp 482913", source=SecretSource.DESCRIPTION)
        lifecycle.record(lifecycle.lock(ticket), EventKind.REPLIED, by=agent(rina))
    message = MessageFactory(
        outgoing=True,
        ticket=ticket,
        body=f"Halo {WORD}",
        recipient=ADDRESS,
        recipient_key=ADDRESS,
        last_error=f"550 5.1.1 <{ADDRESS}>: unknown",
    )
    MessageFactory(ticket=ticket, kind="note", body=f"Catatan {WORD}", author=rina)
    screenshot = make_screenshot(ticket)
    ProofFactory(ticket=ticket)
    ReadingFactory(screenshot=screenshot, text=f"Gagal {WORD}")
    AssessmentFactory(ticket=ticket, facts={"quoted": WORD})
    drafts.save(ticket, body=f"Halo {ADDRESS}", is_note=False, page="x" * 32, base="", by=rina)
    suppression.suppress(ADDRESS, reason="bounce", status="5.1.1", ticket=ticket)
    WebhookDeliveryFactory(payload={"data": {"ticket": ticket.reference}})
    SavedView.objects.create(user=rina, name="Budi", query="tab=all&q=budi.santoso%40contoh.id")
    mail = receive(letter(f"Masih gagal {WORD}", From=ADDRESS), source="imap")
    type(mail).objects.filter(pk=mail.pk).update(
        ticket=ticket, linked_message=message, state="filed", ended_at=timezone.now()
    )
    return ticket


def make_screenshot(ticket, **columns):
    name = f"{ticket.pk}-{ticket.screenshots.count()}.png"
    settings.SCREENSHOT_DIR.mkdir(parents=True, exist_ok=True)
    columns = {"created_at": ticket.created_at, **columns}
    (settings.SCREENSHOT_DIR / name).write_bytes(images.png())
    return ScreenshotFactory(
        ticket=ticket,
        name=f"{WORD}.png",
        state="clean",
        original_path="",
        clean_path=name,
        cleaned_at=timezone.now(),
        **columns,
    )


def kept_mail(**named):
    """A mail of Budi's that is on no ticket."""
    mail = receive(
        letter(f"Saya cuti {WORD}", From=ADDRESS, Auto_Submitted="auto-replied", **named), source="imap"
    )
    file_mail(mail.pk)
    return mail


def traces_of_budi():
    """What of Budi stands anywhere in the database, or lies in a file."""
    everything = every_column().lower()
    # As words of the index too: "budi santoso contoh".
    named = [ADDRESS, "santoso", "%40contoh.id", PHONE.strip("+"), IP, WORD]
    return [word for word in named if word in everything] + [
        path.name
        for folder in (settings.SCREENSHOT_DIR, settings.IDENTITY_DIR)
        for path in folder.rglob("*")
        if path.is_file()
    ]


@pytest.fixture
def budi(db):
    return make_ticket(open=True)
