"""Reads every request as UTF-8, whatever it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from email.utils import quote
from typing import Any

from django.utils.http import parse_header_parameters

Environ = dict[str, Any]
Application = Callable[[Environ, Callable], Iterable[bytes]]

# What Django's reading of a header raises, by way of the standard library's.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)


class Utf8:
    """Leave nothing of Content-Type to Django that it could fail on.

    Our pages send UTF-8, and so does JSON (RFC 8259 8.1). Django believes "charset=hex", which
    Python knows but cannot make text from, and "x*=no-such''" it cannot read. Both it meets while it
    makes the request, before any middleware that could answer.
    """

    def __init__(self, application: Application):
        self.application = application

    def __call__(self, environ: Environ, start_response: Callable) -> Iterable[bytes]:
        return self.application(readable(environ), start_response)


def readable(asked: Environ) -> Environ:
    """Return the request with a Content-Type of a kind and a boundary alone."""
    return {**asked, "CONTENT_TYPE": _bare(asked.get("CONTENT_TYPE", ""))}


def _bare(content_type: str) -> str:
    try:
        kind, parameters = parse_header_parameters(content_type)
        boundary = parameters.get("boundary", "")
        boundary.encode("ascii")  # RFC 2046 section 5.1.1
    except UNREADABLE:
        return content_type.partition(";")[0].strip()
    return f'{kind}; boundary="{quote(boundary)}"' if boundary else kind
