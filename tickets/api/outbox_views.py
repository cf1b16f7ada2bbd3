"""The outbox, for a program outside that delivers the automatic replies."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from tickets import outside_delivery
from tickets.api import outbox_schema as schema
from tickets.api.keys import KeyView
from tickets.api.outbox_answers import (
    BouncedSerializer,
    ClaimSerializer,
    FailedSerializer,
    OutcomeSerializer,
    PlaceSerializer,
    SentSerializer,
    attempt_of,
    ready,
)
from tickets.api.problems import NotClaimable, NotHeld
from tickets.mail.outgoing import threads_of
from tickets.models import Message
from tickets.models.api_key import Scope
from tickets.models.message import MessageKind


class OutboxView(KeyView):
    scope = Scope.OUTBOX_READ

    @schema.list_outbox
    def get(self, request: Request) -> Response:
        place = PlaceSerializer(data=request.query_params)
        place.is_valid(raise_exception=True)
        limit = place.validated_data["limit"]
        due = Message.objects.left_to_api().due().filter(pk__gt=place.validated_data["after"])
        rows = due.select_related("ticket__merged_into", "author").order_by("pk")
        found = list(rows[: limit + 1])
        items = ready(found[:limit])
        is_more = len(found) > limit
        return Response({"items": items, "next": _next(found[limit - 1], limit) if is_more else None})


class ClaimView(KeyView):
    scope = Scope.OUTBOX_DELIVER

    @schema.claim
    def post(self, request: Request, pk: int) -> Response:
        message = outside_delivery.claim_for(pk)
        if message is None:
            _require(pk)
            raise NotClaimable
        return Response(
            ClaimSerializer(message, context={"key": self.key, "threads": threads_of([message])}).data
        )


class ReportView(KeyView):
    """Takes what became of a message from whoever holds it."""

    scope = Scope.OUTBOX_DELIVER

    def note(
        self, request: Request, pk: int, *, said: type[Serializer], report: Callable[..., Message]
    ) -> Response:
        _require(pk)
        body = said(data=request.data)
        body.is_valid(raise_exception=True)
        attempt = attempt_of(body.validated_data.pop("claim"), pk=pk, by=self.key)
        if attempt is None:
            raise NotHeld
        try:
            message = report(pk, attempt=attempt, **body.validated_data)
        except outside_delivery.NotHeld as error:
            raise NotHeld from error
        return Response(OutcomeSerializer(message).data)


class SentView(ReportView):
    @schema.sent
    def post(self, request: Request, pk: int) -> Response:
        return self.note(request, pk, said=SentSerializer, report=outside_delivery.report_sent)


class FailedView(ReportView):
    @schema.failed
    def post(self, request: Request, pk: int) -> Response:
        return self.note(request, pk, said=FailedSerializer, report=_report_failed)


class BouncedView(ReportView):
    @schema.bounced
    def post(self, request: Request, pk: int) -> Response:
        return self.note(request, pk, said=BouncedSerializer, report=outside_delivery.report_bounced)


def _report_failed(pk: int, *, attempt: int, retry: bool, error: str) -> Message:
    failed = outside_delivery.report_try_failed if retry else outside_delivery.report_failed
    return failed(pk, attempt=attempt, error=error or "not sent")


def _require(pk: int) -> None:
    """Answer 404 for what is no automatic reply on its way by mail."""
    if not Message.objects.outgoing().filter(pk=pk, kind=MessageKind.AUTO_REPLY).exists():
        raise Http404


def _next(last: Message, limit: int) -> str:
    return f"{settings.SITE_URL}{reverse('api:outbox')}?{urlencode({'after': last.pk, 'limit': limit})}"
