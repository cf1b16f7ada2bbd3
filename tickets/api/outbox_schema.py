"""What the OpenAPI document says of the outbox."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from tickets.api.outbox_answers import (
    BouncedSerializer,
    ClaimSerializer,
    FailedSerializer,
    OutboxSerializer,
    OutcomeSerializer,
    PlaceSerializer,
    SentSerializer,
)
from tickets.api.schema import JSON, KEY, curl, of_key, problems

OUTBOX = f"{settings.SITE_URL}/api/v1/outbox/"
AS_JSON = '-H "Content-Type: application/json"'

CURL_LIST = f"""\
curl -sS "{OUTBOX}?limit=20" \\
  {KEY}"""
CURL_CLAIM = f"""\
curl -sS -X POST {OUTBOX}4711/claim/ \\
  {KEY}"""
CURL_SENT = f"""\
curl -sS {OUTBOX}4711/sent/ \\
  {KEY} {AS_JSON} \\
  -d "{{\\"claim\\": \\"$CLAIM\\"}}\""""
CURL_FAILED = f"""\
curl -sS {OUTBOX}4711/failed/ \\
  {KEY} {AS_JSON} \\
  -d "{{\\"claim\\": \\"$CLAIM\\", \\"retry\\": true, \\"error\\": \\"451 greylisted\\"}}\""""
CURL_BOUNCED = f"""\
curl -sS {OUTBOX}4711/bounced/ \\
  {KEY} {AS_JSON} \\
  -d "{{\\"claim\\": \\"$CLAIM\\", \\"status\\": \\"5.1.1\\", \\"said\\": \\"550 no such user\\"}}\""""

MESSAGE = OpenApiParameter(
    "id",
    {"type": "integer", "minimum": 0},
    OpenApiParameter.PATH,
    description="The `id` of the message in the list.",
)


def _of_message(**kwargs: Any) -> Any:
    return of_key(tags=["outbox"], parameters=[MESSAGE], **kwargs)


list_outbox = of_key(
    operation_id="list_outbox",
    tags=["outbox"],
    summary="List the automatic replies to send",
    description="What is due, the oldest first; nothing while we send them ourselves. Scope `outbox:read`. "
    "Their texts hold the link by which a requester answers: keep them as you would keep a password.",
    parameters=[PlaceSerializer],
    responses={200: OutboxSerializer, **problems(400, 401, 403, 429, 503)},
    extensions=curl(CURL_LIST),
)
claim = _of_message(
    operation_id="claim_message",
    summary="Claim a message",
    description="It is yours until `lease_until`, and nobody else sends it. Claim it, send it, report it. "
    "Scope `outbox:deliver`.",
    request=None,
    responses={
        200: OpenApiResponse(ClaimSerializer, "Yours."),
        **problems(401, 403, 404, 409, 429, 503),
    },
    extensions=curl(CURL_CLAIM),
)
_REPORTED = {
    200: OpenApiResponse(OutcomeSerializer, "Noted, now or before."),
    **problems(400, 401, 403, 404, 409, 413, 415, 429, 503),
}
sent = _of_message(
    operation_id="report_sent",
    summary="Say that it is sent",
    description="May be said twice. Scope `outbox:deliver`.",
    request={JSON: SentSerializer},
    responses=_REPORTED,
    extensions=curl(CURL_SENT),
)
failed = _of_message(
    operation_id="report_failed",
    summary="Say that it could not be sent",
    description="With `retry` it is listed again after a back-off of 30 seconds to 6 hours, for 48 hours. "
    "May be said twice. Scope `outbox:deliver`.",
    request={JSON: FailedSerializer},
    responses=_REPORTED,
    extensions=curl(CURL_FAILED),
)
bounced = _of_message(
    operation_id="report_bounced",
    summary="Say that it came back",
    description="With the claim under which it was sent, however long ago; the ticket goes before an agent. "
    "May be said twice. Scope `outbox:deliver`.",
    request={JSON: BouncedSerializer},
    responses=_REPORTED,
    extensions=curl(CURL_BOUNCED),
)
