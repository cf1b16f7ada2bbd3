"""Reads every request as UTF-8."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class Utf8Middleware:
    """Ignore the charset that a request names for itself.

    Our pages send UTF-8, and so does JSON (RFC 8259 8.1). Django believes "charset=hex", which
    Python knows but cannot make text from, and fails.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.encoding = "utf-8"
        return self.get_response(request)
