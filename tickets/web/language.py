"""Which language a visitor reads."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tickets import prefill

# Asks for the language of one page. The form in a frame has nothing else: it gets no cookies.
PARAMETER = "bahasa"


class LanguageMiddleware:
    """Activate the language the visitor chose, else Indonesian.

    Django's own middleware asks Accept-Language, but many phones in Indonesia are set to
    English and their owners are not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _chosen(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _chosen(request: HttpRequest) -> str:
    """What the address asks for, then what the visitor has chosen before, then what the platform said."""
    known = dict(settings.LANGUAGES)
    asked = request.GET.get(PARAMETER, "")
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    chosen = asked if asked in known else kept
    if chosen not in known:
        chosen = prefill.language_of(request.GET.get(prefill.PARAMETER, ""))
    return chosen or settings.LANGUAGE_CODE
