"""What the API gives back: a receipt, a ticket as its requester may see it, a problem."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tickets import after_merge, links
from tickets.addresses import MISSPELT, NEAR_MISS, REGISTERED, REPLY, doubts_about
from tickets.models import Event, Message, Ticket
from tickets.models.event import EventKind
from tickets.models.message import MessageKind
from tickets.models.screenshot import ScreenshotState
from tickets.models.ticket import Resolution, Status
from tickets.standing import standing_answer
from triage.playbooks import playbooks

# A report that was taken for a machine's is not told so: the machine would learn from it.
SHOWN_STATUS = {Status.SUSPENDED: Status.NEW, Status.SPAM: Status.NEW}
STATUS_TEXTS = {
    Status.NEW: _("We have your report and are looking at it."),
    Status.SUSPENDED: _("We have your report. Somebody of our staff reads it first, so it may take longer."),
    Status.SELF_FIX: _("Try the steps. Tell us whether they worked."),
    Status.OPEN: _("Your report is with our support staff."),
    Status.PENDING: _("We have answered and wait for you."),
    Status.RESOLVED: _("Resolved. If it fails again, tell us."),
    Status.CLOSED: _("Closed. Write to us again if you need more help."),
    Status.MERGED: _("We handle this together with another report. What you add here is read there."),
}


def api_url(name: str, ticket: Ticket) -> str:
    return f"{settings.SITE_URL}{reverse(f'api:{name}', args=[ticket.reference])}"


class LinksSerializer(serializers.Serializer):
    """Where to go on from here; all but `page` want the token."""

    self = serializers.URLField(help_text="GET: the ticket.")
    page = serializers.URLField(
        help_text="The status page for a person. Keep it private: it carries a token. For a key it is hidden."
    )
    fixed = serializers.URLField(help_text="POST: it works now.")
    still_failing = serializers.URLField(help_text="POST: the advice did not help.")
    messages = serializers.URLField(help_text="POST: add information.")

    def to_representation(self, ticket):
        page_url = self.context.get("page_url", links.status_url)
        return {
            "self": api_url("ticket", ticket),
            "page": page_url(ticket),
            "fixed": api_url("fixed", ticket),
            "still_failing": api_url("still_failing", ticket),
            "messages": api_url("messages", ticket),
        }


class StandingSerializer(serializers.Serializer):
    """What every answer about a ticket begins with."""

    reference = serializers.CharField(help_text="For people to name the ticket by, like `KS-7F3K-92QX`.")
    status = serializers.SerializerMethodField()
    status_text = serializers.SerializerMethodField(help_text="The same in words for the requester.")
    created_at = serializers.DateTimeField()

    @extend_schema_field(
        serializers.ChoiceField([(value, value) for value in STATUS_TEXTS if value not in SHOWN_STATUS])
    )
    def get_status(self, ticket):
        return SHOWN_STATUS.get(ticket.status, ticket.status)

    def get_status_text(self, ticket) -> str:
        return str(STATUS_TEXTS.get(ticket.status) or STATUS_TEXTS[self.get_status(ticket)])


class WarningSerializer(serializers.Serializer):
    """Something about a stored report that its requester may want to put right."""

    field = serializers.ChoiceField([REGISTERED, REPLY])
    code = serializers.ChoiceField([MISSPELT, NEAR_MISS])
    detail = serializers.CharField(
        source="question", help_text="For people, in the language of `Accept-Language`."
    )
    suggestion = serializers.CharField(help_text="The address that may have been meant, or empty.")


class ReceiptSerializer(StandingSerializer):
    """What a client keeps of a report."""

    token = serializers.SerializerMethodField(help_text="Opens this ticket, and no other. Keep it private.")
    status_url = serializers.SerializerMethodField(help_text="For a person; the same as `links.page`.")
    warnings = serializers.SerializerMethodField(
        help_text="Addresses that look misspelt. The report is stored all the same."
    )
    links = LinksSerializer(source="*")

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, ticket):
        doubts = doubts_about(registered_email=ticket.registered_email, reply_email=ticket.reply_email)
        return WarningSerializer(doubts, many=True).data

    def get_token(self, ticket) -> str:
        return links.token_for(ticket)

    def get_status_url(self, ticket) -> str:
        return links.status_url(ticket)


class AdviceSerializer(serializers.Serializer):
    """What to do now; texts ready to show, in the language of the ticket."""

    language = serializers.CharField()
    subject = serializers.CharField()
    opening = serializers.CharField(help_text="The reason.")
    steps = serializers.ListField(child=serializers.CharField())
    closing = serializers.CharField(help_text="What happens next.")
    standing = serializers.ListField(
        child=serializers.CharField(), help_text="What holds always: one account, no code to anybody."
    )
    wait_until = serializers.DateTimeField(allow_null=True, help_text="Set when the steps say to wait.")


class ShownScreenshotSerializer(serializers.Serializer):
    name = serializers.CharField()
    state = serializers.ChoiceField(ScreenshotState.choices)
    created_at = serializers.DateTimeField()


class ShownMessageSerializer(serializers.Serializer):
    """One message that the requester may read: their own, the automatic reply, an agent's reply."""

    kind = serializers.ChoiceField([kind for kind in MessageKind.choices if kind[0] != MessageKind.NOTE])
    subject = serializers.CharField()
    body = serializers.CharField(help_text="Plain text.")
    created_at = serializers.DateTimeField()


class TicketSerializer(StandingSerializer):
    """A ticket as its requester may see it; comes out of `shown`."""

    updated_at = serializers.DateTimeField()
    category = serializers.SerializerMethodField(help_text="Null until triage has looked at it.")
    category_label = serializers.SerializerMethodField()
    advice = serializers.SerializerMethodField(help_text="Null before triage, and when it no longer holds.")
    wait_until = serializers.SerializerMethodField(help_text="As in `advice`.")
    held_until = serializers.DateTimeField(
        source="hold_until",
        allow_null=True,
        help_text="Until then the requester tries the steps, and the ticket waits.",
    )
    resolution = serializers.SerializerMethodField(help_text="Who said that it is resolved.")
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    messages = serializers.SerializerMethodField(
        help_text="Of a merged ticket also what our staff has answered since, on the one it went into."
    )
    screenshots = ShownScreenshotSerializer(source="screenshots.all", many=True)
    links = LinksSerializer(source="*")

    def get_category(self, ticket) -> str | None:
        return ticket.category or None

    def get_category_label(self, ticket) -> str | None:
        playbook = playbooks().get(ticket.category)
        return playbook.label(ticket.language) if playbook else None

    @extend_schema_field(AdviceSerializer(allow_null=True))
    def get_advice(self, ticket):
        if ticket.status == Status.MERGED:
            return None
        answer = standing_answer(ticket.shown_messages, ticket.moves)
        return answer.advice if answer else None

    @extend_schema_field(ShownMessageSerializer(many=True))
    def get_messages(self, ticket):
        elsewhere = after_merge.answers_since(ticket) if ticket.status == Status.MERGED else []
        return ShownMessageSerializer([*ticket.shown_messages, *elsewhere], many=True).data

    def get_wait_until(self, ticket) -> datetime | None:
        advice = self.get_advice(ticket)
        return advice["wait_until"] if advice else None

    @extend_schema_field(serializers.ChoiceField(Resolution.choices, allow_null=True))
    def get_resolution(self, ticket):
        return ticket.resolution or None


class FieldErrorSerializer(serializers.Serializer):
    field = serializers.CharField(help_text="Empty when it is about the fields together.")
    code = serializers.CharField(help_text="For programs; does not change with the language.")
    detail = serializers.CharField(help_text="For people, in the language of `Accept-Language`.")


class ProblemSerializer(serializers.Serializer):
    """Problem details (RFC 9457), sent as `application/problem+json`."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = FieldErrorSerializer(  # type: ignore[assignment]  # a field, not DRF's property
        many=True, required=False, help_text="With `invalid`."
    )


def shown() -> QuerySet[Ticket]:
    """Tickets with all that their requester may see, in four queries; of a merged one in a few more."""
    messages = Prefetch("messages", Message.objects.for_requester(), to_attr="shown_messages")
    moves = Prefetch("events", Event.objects.filter(kind=EventKind.MOVED), to_attr="moves")
    return Ticket.objects.prefetch_related(messages, moves, "screenshots")
