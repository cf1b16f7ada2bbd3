"""Errors as problem details (RFC 9457): one shape for whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from tickets import intake
from tickets.lifecycle import ForbiddenTransition

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

# What each kind is called; the kind is also its anchor on the documentation page.
TITLES = {
    "malformed": _("The request cannot be read"),
    "invalid": _("Some fields need another look"),
    "bad_token": _("The token is missing or not for this ticket"),
    "bad_key": _("The API key is missing or not in force"),
    "missing_scope": _("The API key does not allow this"),
    "not_found": _("There is nothing at this address"),
    "method_not_allowed": _("This address does not take that method"),
    "conflict": _("The ticket is in a state that does not allow this"),
    "not_claimable": _("The message is not there to be claimed"),
    "not_held": _("Your claim of the message does not hold any more"),
    "too_large": _("The request is too large"),
    "unsupported_media_type": _("Send JSON or multipart/form-data"),
    "key_reused": _("The Idempotency-Key was used for another report"),
    "throttled": _("Too many requests"),
    "unavailable": _("We cannot take this right now"),
}


class Malformed(exceptions.ParseError):
    default_code = "malformed"
    default_detail = _("Send a JSON object in UTF-8, or a form with all its parts.")


class BadToken(exceptions.AuthenticationFailed):
    """No token, an expired one, one for another ticket, or no such ticket: the same answer."""

    default_code = "bad_token"
    default_detail = _("Send the token that came with the ticket: “Authorization: Bearer …”.")


class BadKey(exceptions.AuthenticationFailed):
    """No key, a wrong one, one that is revoked or expired: the same answer."""

    default_code = "bad_key"
    default_detail = _("Send a key that an administrator made: “Authorization: Bearer kaya_…”.")


class MissingScope(exceptions.PermissionDenied):
    default_code = "missing_scope"
    default_detail = _("Ask an administrator for a key with the scope %(scope)s.")

    def __init__(self, scope: str):
        super().__init__(self.default_detail % {"scope": scope})


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = _("Look at the ticket again: somebody may have changed it meanwhile.")


class NotClaimable(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "not_claimable"
    default_detail = _("Somebody has it, it is over, or it is not left to you. Look at the list again.")


class NotHeld(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "not_held"
    default_detail = _("Somebody has claimed it since, or another end was reported. Do nothing more with it.")


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("Send fewer or smaller files, or a shorter text.")


class KeyReused(exceptions.APIException):
    """Same key, other payload: draft-ietf-httpapi-idempotency-key-header, section 2.7."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "key_reused"
    default_detail = _("Make a new random key, such as a UUID, for each report.")


class Unavailable(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = _("Nothing was stored. Try again in a minute with the same Idempotency-Key.")
    wait = intake.RETRY_AFTER  # DRF turns it into Retry-After


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception of a view; None leaves it to Django as a 500."""
    problem = _translate(error)
    response = exception_handler(problem, context)
    if response is None:
        return None
    kind = _kind(problem)
    response.data = {
        "type": f"{settings.SITE_URL}/api/v1/docs/#{kind}",
        "title": str(TITLES.get(kind, "")),
        "status": response.status_code,
    }
    detail = getattr(problem, "detail", "")
    if isinstance(problem, exceptions.ValidationError):
        response.data["errors"] = [*_field_errors(detail)]
    else:
        response.data["detail"] = str(detail)
    response.content_type = CONTENT_TYPE
    return response


def _translate(error: Exception) -> Exception:
    match error:
        case exceptions.ParseError():
            return Malformed()
        case UnreadablePostError():
            return Malformed()
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation() | RecursionError():  # too many fields or files, too deep
            return Malformed()
        case ForbiddenTransition():
            return Conflict()
    if isinstance(error, intake.AWAY):
        logger.error("answered 503", exc_info=error)
        return Unavailable()
    return error


def _kind(problem: Exception) -> str:
    match problem:
        case exceptions.ValidationError():
            return "invalid"
        case exceptions.APIException():
            return problem.default_code
    return "not_found"


def _field_errors(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """Flatten DRF's nested details, the innermost name winning: screenshots.0 is about screenshots."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            known = field or ("" if name == "non_field_errors" else str(name))
            yield from _field_errors(inner, known)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _field_errors(inner, field)
    else:
        yield {"field": field, "code": detail.code, "detail": str(detail)}
