"""The API: report an issue, follow the ticket, answer it."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from drf_spectacular.views import SpectacularAPIView
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tickets import intake, links
from tickets.api import schema
from tickets.api.answers import ReceiptSerializer, TicketSerializer, api_url, shown
from tickets.api.idempotency import idempotency_key, is_same_report
from tickets.api.parsers import JSONParser, refuse_oversize
from tickets.api.problems import BadToken, KeyReused, as_problem
from tickets.api.serializers import AddedInformationFormSerializer, ReportFormSerializer
from tickets.models import Ticket
from tickets.throttling import IntakeThrottle, StatusThrottle, client_ip


class ApiView(APIView):
    """What all answers have in common: JSON both ways, problems as RFC 9457, never cached."""

    parser_classes = [JSONParser, MultiPartParser]
    renderer_classes = [JSONRenderer]
    throttle_classes = [StatusThrottle]

    def perform_content_negotiation(self, request, force=False):
        # We have only JSON: a report is not refused for its Accept header (RFC 9110 12.5.1).
        return super().perform_content_negotiation(request, force=True)

    def initial(self, request, *args, **kwargs):
        # A program says what it wants; LanguageMiddleware is for phones, which do not.
        translation.activate(translation.get_language_from_request(request))
        super().initial(request, *args, **kwargs)
        refuse_oversize(request)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Content-Language"] = translation.get_language()
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def get_authenticate_header(self, request):
        # Without it DRF would turn our 401 into a 403. RFC 6750 section 3.
        return "Bearer"

    def get_exception_handler(self):
        return as_problem


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
        try:
            # Before any look at the database: an unknown number and a wrong token are alike.
            links.check_token(kwargs["reference"], _token_of(request))
        except links.BadLink as error:
            raise BadToken from error


class TicketView(TokenView):
    @schema.read
    def get(self, request: Request, reference: str) -> Response:
        return _ticket(reference)


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


def _token_of(request: Request) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return request.query_params.get("token", "")


def _receipt(ticket: Ticket, *, status: int) -> Response:
    headers = {"Location": api_url("ticket", ticket)}
    return Response(ReceiptSerializer(ticket).data, status=status, headers=headers)


def _ticket(reference: str) -> Response:
    return Response(TicketSerializer(get_object_or_404(shown(), reference=reference)).data)
