"""What the form asks while somebody is still typing: whether an address looks misspelt."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from tickets import fields
from tickets.addresses import REGISTERED, REPLY, doubts_about
from tickets.throttling import AdviceThrottle
from tickets.web.origin import takes_form_token

# The form has one field for an address or a number.
FIELDS = {REGISTERED: "contact", REPLY: "reply_email"}


@require_POST
@takes_form_token
def check_addresses(request: HttpRequest) -> JsonResponse:
    """Answer with the questions that the addresses raise; nothing is stored, nothing is asked elsewhere."""
    if not AdviceThrottle().allow_request(request, None):
        return _answer([], status=429)
    typed = {field: _tidied(request.POST.get(name, "")) for field, name in FIELDS.items()}
    return _answer(
        [
            {"field": FIELDS[doubt.field], "question": doubt.question, "suggestion": doubt.suggestion}
            for doubt in doubts_about(**typed)
        ]
    )


def _tidied(text: str) -> str:
    try:
        return fields.tidy_address(text)
    except ValidationError:
        return ""


def _answer(hints: list[dict[str, str]], *, status: int = 200) -> JsonResponse:
    return JsonResponse({"hints": hints}, status=status, headers={"Cache-Control": "no-store"})
