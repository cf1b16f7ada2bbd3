"""What the OpenAPI document says of each operation, with examples that a test runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from tickets.api.answers import ProblemSerializer, ReceiptSerializer, TicketSerializer
from tickets.api.problems import CONTENT_TYPE
from tickets.api.serializers import (
    AddedInformationFormSerializer,
    AddedInformationSerializer,
    ReportFormSerializer,
    ReportSerializer,
)

JSON, FORM = "application/json", "multipart/form-data"
SITE = settings.SITE_URL
TICKETS = f"{SITE}/api/v1/tickets/"
TICKET = f"{TICKETS}KS-7F3K-92QX/"
BEARER = '-H "Authorization: Bearer $TOKEN"'
KEY = '-H "Authorization: Bearer $KEY"'

CURL_REPORT = f"""\
curl -sS {TICKETS} \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: 8e03978e-40d5-43dd-bc93-6894a57f9324" \\
  -d '{{
    "registered_email": "budi@contoh.id",
    "signed_up_at": "2026-11-22T14:30:00+07:00",
    "tried": ["waited", "spam"],
    "device": "Android 14, Chrome",
    "description": "kode otp ga masuk2 udah 20 menit, udah cek spam"
  }}'"""
CURL_REPORT_WITH_SCREENSHOT = f"""\
curl -sS {TICKETS} \\
  -F registered_phone=081234567890 \\
  -F signup=unknown \\
  -F tried=spam -F tried=resent \\
  -F description="nomor saya dibilang sudah terdaftar padahal belum pernah" \\
  -F screenshots=@layar.png"""
CURL_READ = f"""\
curl -sS {TICKET} \\
  {BEARER}"""
CURL_FIXED = f"""\
curl -sS -X POST {TICKET}fixed/ \\
  {BEARER}"""
CURL_STILL_FAILING = f"""\
curl -sS -X POST {TICKET}still-failing/ \\
  {BEARER}"""
CURL_ADD = f"""\
curl -sS {TICKET}messages/ \\
  {BEARER} \\
  -F body="masih belum masuk juga, ini layarnya" \\
  -F screenshots=@layar.png"""

PROBLEMS = {
    400: "The request cannot be read, or fields need another look: see `errors`.",
    401: "No token, an expired one, one for another ticket, or no such ticket: the same answer. "
    "No key, or one that is not in force.",
    403: "The key does not have the scope.",
    404: "There is no such thing, or it is no longer kept.",
    409: "The ticket or message is in a state that does not allow this.",
    413: "The request is too large.",
    415: "Not a content type that is taken here.",
    422: "The Idempotency-Key was used for another report.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    503: "Nothing was stored; try again after `Retry-After` seconds.",
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A random string of your own, such as a UUID, up to 255 characters. The same key with the "
    "same report gives the same ticket again, with 200; with another report it is refused with 422.",
)
REFERENCE = OpenApiParameter(
    "reference", OpenApiTypes.STR, OpenApiParameter.PATH, description="The ticket number, `KS-7F3K-92QX`."
)
TOKEN_IN_QUERY = OpenApiParameter(
    "token",
    OpenApiTypes.STR,
    OpenApiParameter.QUERY,
    description="The token, where no header can be set. Addresses end up in logs: prefer the header.",
)


def problems(*codes: int) -> dict[Any, OpenApiResponse]:
    return {(code, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, PROBLEMS[code]) for code in codes}


def curl(*samples: str) -> dict[str, Any]:
    return {"x-codeSamples": [{"lang": "Shell", "label": "curl", "source": sample} for sample in samples]}


def _of_ticket(*, auth: Sequence[str] = ("ticketToken",), **kwargs: Any) -> Any:
    return extend_schema(
        tags=["tickets"],
        parameters=[REFERENCE, TOKEN_IN_QUERY],
        auth=[{each: []} for each in auth],
        **kwargs,
    )


def of_key(**kwargs: Any) -> Any:
    """An operation for programs that show a key."""
    return extend_schema(auth=[{"apiKey": []}], **kwargs)


report = extend_schema(
    operation_id="report_issue",
    tags=["tickets"],
    auth=[],
    summary="Report a registration issue",
    description="Answers as soon as the report and its screenshots are stored. "
    "Advice follows within seconds: read the ticket.",
    parameters=[IDEMPOTENCY_KEY],
    request={JSON: ReportSerializer, FORM: ReportFormSerializer},
    responses={
        201: OpenApiResponse(ReceiptSerializer, "Stored. `Location` is the ticket."),
        200: OpenApiResponse(ReceiptSerializer, "Stored before, with the same Idempotency-Key."),
        **problems(400, 413, 415, 422, 429, 503),
    },
    extensions=curl(CURL_REPORT, CURL_REPORT_WITH_SCREENSHOT),
)
read = _of_ticket(
    operation_id="read_ticket",
    summary="Read a ticket",
    description="Status, advice and what was written. Asking every 2 seconds for the first advice is fine, "
    "once a minute after that. With an API key of the scope `tickets:read` every ticket can be read.",
    auth=("ticketToken", "apiKey"),
    responses={200: TicketSerializer, **problems(401, 403, 404, 429, 503)},
    extensions=curl(CURL_READ),
)
fixed = _of_ticket(
    operation_id="confirm_fixed",
    summary="Say that it works now",
    description="Resolves the ticket. Changes nothing when it is resolved already.",
    request=None,
    responses={200: TicketSerializer, **problems(401, 404, 409, 429, 503)},
    extensions=curl(CURL_FIXED),
)
still_failing = _of_ticket(
    operation_id="report_still_failing",
    summary="Say that it still fails",
    description="Brings the ticket before the support staff. Changes nothing when it is there already.",
    request=None,
    responses={200: TicketSerializer, **problems(401, 404, 409, 429, 503)},
    extensions=curl(CURL_STILL_FAILING),
)
add_information = _of_ticket(
    operation_id="add_information",
    summary="Add information",
    description="Appends a message, with screenshots if there are any. A closed ticket is followed by a new "
    "one: keep the `reference` and `token` of the answer. What is added to a merged ticket is read with "
    "the one that it went into.",
    request={JSON: AddedInformationSerializer, FORM: AddedInformationFormSerializer},
    responses={
        201: OpenApiResponse(ReceiptSerializer, "Added. `Location` is the ticket that carries it."),
        **problems(400, 401, 404, 409, 413, 415, 429, 503),
    },
    extensions=curl(CURL_ADD),
)
