"""The API: report an issue, follow the ticket, answer it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.views import SpectacularAPIView
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tickets import api_keys, intake, links
from tickets.api import schema
from tickets.api.answers import ReceiptSerializer, TicketSerializer, api_url, shown
from tickets.api.api_view import ApiView, bearer_of
from tickets.api.idempotency import idempotency_key, is_same_report
from tickets.api.keys import KeyView
from tickets.api.problems import BadToken, KeyReused
from tickets.api.serializers import AddedInformationFormSerializer, ReportFormSerializer
from tickets.models import Ticket
from tickets.models.api_key import Scope
from tickets.throttling import IntakeThrottle, StatusThrottle, client_ip


class TicketsView(ApiView):
    throttle_classes = [IntakeThrottle]

    @schema.report
    def post(self, request: Request) -> Response:
        key = idempotency_key(request)
        report = ReportFormSerializer(data=request.data)
        report.is_valid(raise_exception=True)
        submission = report.submission(
            key=key or uuid.uuid4(),
            user_agent=request.headers.get("User-Agent", ""),
            ip_address=client_ip(request),
        )
        repeated = key is not None and Ticket.objects.filter(submission_key=key).exists()
        ticket = intake.submit_ticket(submission)
        if key is not None and not is_same_report(ticket, submission):
            raise KeyReused
        return _receipt(ticket, status=status.HTTP_200_OK if repeated else status.HTTP_201_CREATED)


class TokenView(ApiView):
    """A view of one ticket, for whoever holds its token."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        _check_token(request, kwargs["reference"])


class TicketView(KeyView):
    """For whoever holds the ticket's token, or a key that may read every ticket."""

    scope = Scope.TICKETS_READ

    def authorise(self, request):
        if api_keys.is_key(bearer_of(request)):
            super().authorise(request)
        else:
            _check_token(request, self.kwargs["reference"])

    @schema.read
    def get(self, request: Request, reference: str) -> Response:
        # A program that may read must not come by the token, with which it could answer as the requester.
        return _ticket(reference, page_url=links.masked_url if self.shown_key else links.status_url)


class FixedView(TokenView):
    @schema.fixed
    def post(self, request: Request, reference: str) -> Response:
        intake.confirm_fixed(get_object_or_404(Ticket, reference=reference))
        return _ticket(reference)


class StillFailingView(TokenView):
    @schema.still_failing
    def post(self, request: Request, reference: str) -> Response:
        intake.report_still_failing(get_object_or_404(Ticket, reference=reference))
        return _ticket(reference)


class MessagesView(TokenView):
    throttle_classes = [IntakeThrottle]

    @schema.add_information
    def post(self, request: Request, reference: str) -> Response:
        added = AddedInformationFormSerializer(data=request.data)
        added.is_valid(raise_exception=True)
        ticket = intake.add_information(
            get_object_or_404(Ticket, reference=reference),
            body=added.validated_data["body"],
            attachments=added.validated_data.get("screenshots", ()),
        )
        return _receipt(ticket, status=status.HTTP_201_CREATED)


class SchemaView(SpectacularAPIView):
    throttle_classes = [StatusThrottle]


class NowhereView(ApiView):
    """Answers in JSON where Django's page would say 404."""

    schema = None

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise NotFound(_("Check the address; each ends with a slash."))


def _check_token(request: Request, reference: str) -> None:
    """Raise BadToken; before any look at the database: an unknown number and a wrong token are alike."""
    try:
        links.check_token(reference, bearer_of(request) or request.query_params.get("token", ""))
    except links.BadLink as error:
        raise BadToken from error


def _receipt(ticket: Ticket, *, status: int) -> Response:
    headers = {"Location": api_url("ticket", ticket)}
    return Response(ReceiptSerializer(ticket).data, status=status, headers=headers)


def _ticket(reference: str, *, page_url: Callable[[Ticket], str] = links.status_url) -> Response:
    ticket = get_object_or_404(shown(), reference=reference)
    return Response(TicketSerializer(ticket, context={"page_url": page_url}).data)
