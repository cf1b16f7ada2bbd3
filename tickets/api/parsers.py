"""How bodies are read: never more than is allowed, and never a 500 for what is in them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest
from rest_framework.parsers import BaseParser
from rest_framework.parsers import MultiPartParser as AnyMultiPartParser

from tickets.api.problems import Malformed, TooLarge
from tickets.received import Received
from tickets.screenshots import MAX_TOTAL_BYTES

# What a form may take: its files, its fields, and the headers between them.
MAX_FORM_BYTES = MAX_TOTAL_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 64 * 1024


class JSONParser(BaseParser):
    """Reads UTF-8 only, as RFC 8259 section 8.1 asks.

    DRF's parser decodes with whatever the charset parameter names ("zlib" too), and lets
    deep nesting through as a RecursionError.
    """

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        with whole(stream):
            body = stream.read()
        try:
            return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise Malformed from error


class MultiPartParser(AnyMultiPartParser):
    """Takes no form whose end has not come: the pictures are what comes last."""

    def parse(self, stream, media_type=None, parser_context=None):
        with whole(stream):
            return super().parse(stream, media_type, parser_context)


@contextmanager
def whole(stream: HttpRequest) -> Iterator[None]:
    """Raise Malformed when less was read in here than the request has announced."""
    received = Received(stream)
    yield
    if received.is_cut:
        raise Malformed


def refuse_oversize(request: HttpRequest, *, largest: int) -> None:
    """Raise TooLarge by what the request says of itself, before it is read; forms have a limit of their own.

    DRF reads JSON straight from the socket, past DATA_UPLOAD_MAX_MEMORY_SIZE, and Django has
    no limit for files. WSGI gives no more bytes than Content-Length says.
    """
    is_form = request.content_type == "multipart/form-data"
    limit = MAX_FORM_BYTES if is_form else largest
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > limit:
        raise TooLarge


def _refuse(constant: str) -> None:
    raise ValueError(constant)
