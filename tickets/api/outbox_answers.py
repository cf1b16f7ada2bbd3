"""What an external responder gets of automatic replies, and what it says of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import signing
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tickets import after_merge, links
from tickets.api.serializers import CleanedField, StrictSerializer
from tickets.fields import clean_line
from tickets.mail.outgoing import compose_mail, threads_of
from tickets.models import ApiKey, Message
from tickets.models.message import (
    ADVICE,
    ADVICE_ELSEWHERE,
    LINK_AGAIN,
    LINK_ELSEWHERE,
    MERGED_NOTICE,
    Delivery,
)
from triage.report import LANGUAGES

PAGE, MOST = 50, 100
LARGEST_PK = 2**63 - 1
MAX_SAID = 300
# RFC 3463: class 4 too, for a server that had given up by the time it told us.
STATUS = r"^[45]\.\d{1,3}\.\d{1,3}$"
SALT = "tickets.outbox.claim"


class PlaceSerializer(StrictSerializer):
    """Where in the list to go on."""

    after = serializers.IntegerField(
        min_value=0, max_value=LARGEST_PK, default=0, help_text="Only what has a greater `id` than this."
    )
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=PAGE, help_text="How many at most.")


class AutoReplySerializer(serializers.Serializer):
    """An automatic reply, ready to be sent as it is."""

    id = serializers.IntegerField()
    ticket = serializers.CharField(help_text="The number of its ticket.")
    purpose = serializers.ChoiceField(
        [ADVICE, ADVICE_ELSEWHERE, MERGED_NOTICE, LINK_AGAIN, LINK_ELSEWHERE], help_text="What it is about."
    )
    language = serializers.ChoiceField(LANGUAGES)
    message_id = serializers.CharField(help_text="Send it with this Message-ID, at every try.")
    sender = serializers.CharField(help_text="For the header From.")
    envelope_sender = serializers.CharField(
        allow_blank=True, help_text="For MAIL FROM; empty is the null return path of RFC 3834."
    )
    recipient = serializers.EmailField(help_text="The only one, header and envelope.")
    subject = serializers.CharField()
    headers = serializers.DictField(
        child=serializers.CharField(), help_text="Further headers to send: they keep two responders apart."
    )
    text = serializers.CharField(help_text="The plain part.")
    html = serializers.CharField(help_text="The HTML part. Both carry the link to the status page.")
    created_at = serializers.DateTimeField()
    attempts = serializers.IntegerField(help_text="How often it was claimed so far.")

    def to_representation(self, message):
        link = links.status_url(after_merge.page_in_mail(message))
        mail = compose_mail(message, link=link, thread=self.context["threads"][message.pk])
        headers = {name: str(value) for name, value in mail.extra_headers.items()}
        if mail.reply_to:
            headers["Reply-To"] = ", ".join(mail.reply_to)
        return {
            "id": message.pk,
            "ticket": message.ticket.reference,
            "purpose": message.topic,
            "language": message.language,
            "message_id": message.message_id,
            "sender": headers.pop("From", "") or mail.from_email,
            "envelope_sender": mail.from_email,
            "recipient": message.recipient,
            "subject": str(mail.subject),
            "headers": headers,
            "text": str(mail.body),
            "html": next((str(part) for part, kind in mail.alternatives if kind == "text/html"), ""),
            "created_at": serializers.DateTimeField().to_representation(message.created_at),
            "attempts": message.attempts,
        }


def ready(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The replies as they are to be sent."""
    context = {"threads": threads_of(messages)}
    return list(AutoReplySerializer(messages, many=True, context=context).data)


class OutboxSerializer(serializers.Serializer):
    """Automatic replies that are due, the oldest first."""

    items = AutoReplySerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last one.")


class ClaimSerializer(serializers.Serializer):
    """The right to send one message, until `lease_until`; comes out of a claimed message."""

    claim = serializers.SerializerMethodField(help_text="Say it with what became of the message.")
    lease_until = serializers.DateTimeField(help_text="Then somebody else may claim it.")
    message = AutoReplySerializer(source="*")

    def get_claim(self, message) -> str:
        return claim_of(message, by=self.context["key"])


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": 200})
class ClaimField(CleanedField):
    """The claim as it was given out; attempt_of reads it."""

    def __init__(self, **kwargs):
        super().__init__(clean_line, max_length=200, help_text="As it was given out.", **kwargs)


class SentSerializer(StrictSerializer):
    """It was handed over to a mail server, which took it."""

    claim = ClaimField()


class FailedSerializer(StrictSerializer):
    """It could not be sent."""

    claim = ClaimField()
    retry = serializers.BooleanField(
        help_text="`true`: not now, and it is listed again after a back-off. `false`: not ever, and an agent "
        "looks at the ticket."
    )
    error = CleanedField(
        clean_line,
        required=False,
        default="",
        allow_blank=True,
        max_length=MAX_SAID,
        help_text="For the staff.",
    )


class BouncedSerializer(StrictSerializer):
    """It came back, now or days after it was sent."""

    claim = ClaimField()
    status = serializers.RegexField(
        STATUS,
        required=False,
        default="",
        help_text="The code of RFC 3463, such as `5.1.1`, when it is known.",
    )
    said = CleanedField(
        clean_line,
        required=False,
        default="",
        allow_blank=True,
        max_length=MAX_SAID,
        help_text="What the other server said.",
    )


class OutcomeSerializer(serializers.Serializer):
    """How the message stands."""

    id = serializers.IntegerField(source="pk")
    state = serializers.ChoiceField(Delivery.choices, source="delivery")
    next_try_at = serializers.SerializerMethodField(help_text="When it is due again; null when it is over.")

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_try_at(self, message):
        return message.deliver_after_at if message.delivery == Delivery.QUEUED else None


def claim_of(message: Message, *, by: ApiKey) -> str:
    """Return what proves that this key holds the message: the number of its attempt, signed."""
    return signing.Signer(sep=".", salt=SALT).sign(f"{message.pk}.{by.pk}.{message.attempts}")


def attempt_of(claim: str, *, pk: int, by: ApiKey) -> int | None:
    """Return the attempt that a claim stands for; None for one of another message or key, or none at all."""
    try:
        of, key, attempt = signing.Signer(sep=".", salt=SALT).unsign(claim).split(".")
    except (signing.BadSignature, ValueError):
        return None
    return int(attempt) if (of, key) == (str(pk), str(by.pk)) else None
