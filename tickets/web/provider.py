"""The door for a mail provider's webhooks: anymail reads them, and what it cannot read is refused."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from anymail.exceptions import AnymailConfigurationError
from anymail.urls import urlpatterns
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import URLPattern

logger = logging.getLogger(__name__)

# What anymail raises on an event of another shape than it expects, it promises no list, and on one
# that was sent to the address for another kind.
MISSHAPEN = (ValueError, TypeError, LookupError, AttributeError, AnymailConfigurationError)


def routes(provider: str) -> list[URLPattern]:
    """Anymail's own of one provider, each behind our refusal."""
    return [
        URLPattern(each.pattern, _refusing(each.callback), each.default_args, each.name)
        for each in urlpatterns
        if isinstance(each, URLPattern) and str(each.pattern).startswith(f"{provider}/")
    ]


def _refusing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 400, not 500, to what is no event: whoever watches for 5xx is not called for it.

    While the database is away the answer stays a 5xx; providers tell again after either.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MISSHAPEN as error:
            logger.warning(
                "the mail provider told what cannot be read: %s", type(error).__name__, exc_info=error
            )
            return HttpResponseBadRequest()

    return answer
