"""The inbox, for a program outside that hands in mail as it was received."""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers, status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.api.keys import KeyView
from tickets.api.parsers import whole
from tickets.api.problems import Malformed
from tickets.api.schema import KEY, SITE, curl, of_key, problems
from tickets.mail import incoming
from tickets.models.api_key import Scope
from tickets.models.incoming_mail import MailSource, MailState

MESSAGE = "message/rfc822"
CURL_HAND_IN = f"""\
curl -sS {SITE}/api/v1/inbox/ \\
  {KEY} \\
  -H "Content-Type: {MESSAGE}" \\
  --data-binary @surat.eml"""


class MailParser(BaseParser):
    """Takes the bytes as they are: what they mean is found out after they are kept."""

    media_type = MESSAGE

    def parse(self, stream, media_type=None, parser_context=None):
        with whole(stream):
            return stream.read()


class HandedInSerializer(serializers.Serializer):
    """A mail that is kept; it is read afterwards."""

    id = serializers.IntegerField(source="pk", help_text="The same for the same mail, handed in twice.")
    state = serializers.ChoiceField(MailState.choices)


class InboxView(KeyView):
    scope = Scope.INBOX_WRITE
    parser_classes = [MailParser]

    @property
    def largest(self) -> int:
        return settings.INCOMING_MAX_BYTES

    @of_key(
        operation_id="hand_in_mail",
        tags=["inbox"],
        summary="Hand in a mail",
        description="As it was received, with all its headers. It becomes a ticket, or goes to the ticket "
        "it answers. May be handed in twice. Scope `inbox:write`.",
        request={MESSAGE: OpenApiTypes.BINARY},
        responses={202: HandedInSerializer, **problems(400, 401, 403, 413, 415, 429, 503)},
        extensions=curl(CURL_HAND_IN),
    )
    def post(self, request: Request) -> Response:
        raw = request.data
        if not isinstance(raw, bytes) or not raw.strip():
            raise Malformed
        mail = incoming.receive(raw, source=MailSource.API)
        return Response(HandedInSerializer(mail).data, status=status.HTTP_202_ACCEPTED)
