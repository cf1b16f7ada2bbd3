"""Rows for tests: one factory per model, with columns that satisfy the constraints."""

from datetime import timedelta

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from tests import images
from tickets import identity_files, sealing
from tickets.identity_files import SealedPicture
from tickets.mail.outgoing import new_message_id
from tickets.models import (
    Assessment,
    IdentityFile,
    IdentityRequest,
    Macro,
    Message,
    Reading,
    Screenshot,
    Ticket,
    WebhookDelivery,
    WebhookEndpoint,
)
from tickets.models.message import Delivery, MessageKind
from tickets.models.ticket import SignupPrecision
from tickets.models.webhook import WebhookEvent
from tickets.people import requester_key
from tickets.screenshots import Cleaned
from tickets.sealing import IDENTITY

WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class AgentFactory(factory.django.DjangoModelFactory):
    """Someone who may sign in; `role` names the group: agent, lead or administrator."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"agent{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@kantor.test")
    first_name = "Rina"
    is_staff = True
    password = factory.django.Password("rahasia-sekali-123")

    @factory.post_generation
    def role(self, create, name, **kwargs):
        if create and name:
            self.groups.add(Group.objects.get(name=name))


class TicketFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Ticket

    registered_email = factory.Sequence(lambda n: f"budi{n}@contoh.id")
    requester_key = factory.LazyAttribute(
        lambda t: requester_key(email=t.registered_email, phone=t.registered_phone, reply_email=t.reply_email)
    )
    registered_phone = ""
    reply_email = ""
    signup_precision = SignupPrecision.MINUTE
    signed_up_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=20))
    description = "kode otp belum masuk sampai sekarang"
    first_agent_reply_at = None
    device = "Android 14, Chrome"

    class Params:
        open = factory.Trait(
            status="open",
            category="otp_not_received",
            confidence=0.93,
            queued_at=factory.LazyFunction(timezone.now),
            response_due_at=factory.LazyAttribute(lambda t: t.queued_at + timedelta(hours=4)),
            resolution_due_at=factory.LazyAttribute(lambda t: t.queued_at + timedelta(hours=16)),
            due_at=factory.LazyAttribute(
                lambda t: t.resolution_due_at if t.first_agent_reply_at else t.response_due_at
            ),
        )
        held = factory.Trait(
            status="self_fix",
            category="self_otp_waiting",
            confidence=0.9,
            hold_then="queue",
            hold_until=factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=30)),
        )
        suspended = factory.Trait(
            status="suspended",
            suspended_because="trap links",
            suspended_at=factory.LazyFunction(timezone.now),
        )
        pending = factory.Trait(
            status="pending",
            category="otp_not_received",
            confidence=0.93,
            pending_since_at=factory.LazyFunction(timezone.now),
        )
        resolved = factory.Trait(
            status="resolved",
            category="otp_not_received",
            resolution="agent",
            resolved_at=factory.LazyFunction(timezone.now),
        )
        closed = factory.Trait(
            status="closed",
            category="otp_not_received",
            resolution="requester",
            resolved_at=factory.LazyFunction(timezone.now),
            closed_at=factory.LazyFunction(timezone.now),
        )


class ScreenshotFactory(factory.django.DjangoModelFactory):
    """A row only; the file is the test's business."""

    class Meta:
        model = Screenshot

    ticket = factory.SubFactory(TicketFactory)
    name = "layar.png"
    original_path = factory.Sequence(lambda n: f"2026/11/22/{n:032x}.png")
    format = "png"
    width = 1080
    height = 2340
    size = 300_000
    sha256 = factory.Sequence(lambda n: f"{n:064x}")


class ReadingFactory(factory.django.DjangoModelFactory):
    """Read off a clean screenshot of 1000 x 2000; every line stands a twentieth below the one before."""

    class Meta:
        model = Reading

    screenshot = factory.SubFactory(
        ScreenshotFactory,
        state="clean",
        clean_path="bersih.png",
        cleaned_at=factory.LazyFunction(timezone.now),
        width=1000,
        height=2000,
    )
    state = "read"
    text = "Email sudah terdaftar"
    lines = factory.LazyAttribute(
        lambda reading: [
            {"box": [0.1, 0.05 * number, 0.5, 0.02], "confidence": 0.9}
            for number, _ in enumerate(reading.text.split("\n"), start=1)
        ]
    )
    confidence = 0.9
    ended_at = factory.LazyFunction(timezone.now)


class IdentityRequestFactory(factory.django.DjangoModelFactory):
    """Asked for and open; `received=True` has come, and its rows are the test's business."""

    class Meta:
        model = IdentityRequest

    ticket = factory.SubFactory(TicketFactory, pending=True, category="account_restricted")
    reason = "restricted"
    expires_at = factory.LazyAttribute(lambda asked: asked.created_at + timedelta(days=3))
    created_at = factory.LazyFunction(timezone.now)

    class Params:
        received = factory.Trait(
            used_at=factory.LazyFunction(timezone.now),
            delete_after_at=factory.LazyAttribute(lambda asked: asked.used_at + timedelta(days=30)),
        )


class ProofFactory(IdentityRequestFactory):
    """Proof that has come, with its pictures, sealed and on the disk."""

    class Meta:
        skip_postgeneration_save = True

    received = True

    @factory.post_generation
    def pictures(self, create, given, **kwargs):
        for number, data in enumerate([images.png()] if given is None else given, start=1):
            size = {"width": 400, "height": 300, "size": len(data)}
            path = identity_files.store(SealedPicture(Cleaned(**size, format="png"), IDENTITY.seal(data)))
            IdentityFile.objects.create(request=self, number=number, path=path, format="png", **size)


class MessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Message

    ticket = factory.SubFactory(TicketFactory)
    kind = MessageKind.REQUESTER
    body = "Masih belum masuk, kak."

    class Params:
        outgoing = factory.Trait(
            kind=MessageKind.AUTO_REPLY,
            subject="Kode belum masuk",
            purpose="advice",
            delivery=Delivery.QUEUED,
            recipient=factory.SelfAttribute("ticket.registered_email"),
            recipient_key=factory.SelfAttribute("ticket.registered_email"),
            message_id=factory.LazyFunction(new_message_id),
            deliver_after_at=factory.LazyFunction(timezone.now),
        )


class AssessmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assessment

    ticket = factory.SubFactory(TicketFactory)
    category = "otp_not_received"
    confidence = 0.93
    route = "agent"
    guesses = [["otp_not_received", 0.93], ["self_spam_folder", 0.04], ["other", 0.03]]
    facts = {"minutes_since_signup": 20, "tried": ["spam", "waited"]}
    reasons: list = []
    model_version = "test"


class MacroFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Macro

    title = factory.Sequence(lambda n: f"Balasan {n}")
    key = factory.Sequence(lambda n: f"balasan-{n}")
    body_id = "Halo, tiket {reference}."
    body_en = "Hello, ticket {reference}."


class WebhookEndpointFactory(factory.django.DjangoModelFactory):
    """Wants everything; who queues events has to forget first whom it knew."""

    class Meta:
        model = WebhookEndpoint

    url = "https://hooks.contoh.id/kaya"
    events = factory.LazyFunction(lambda: list(WebhookEvent))
    sealed_secret = factory.LazyFunction(lambda: sealing.seal(WEBHOOK_SECRET))


class WebhookDeliveryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WebhookDelivery

    endpoint = factory.SubFactory(WebhookEndpointFactory)
    type = WebhookEvent.TICKET_CREATED
    payload = factory.LazyFunction(dict)
