"""What all views of the API have in common."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.cache import patch_vary_headers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from tickets.api.parsers import JSONParser, MultiPartParser, refuse_oversize
from tickets.api.problems import as_problem
from tickets.throttling import StatusThrottle


class ApiView(APIView):
    """What all answers have in common: JSON both ways, problems as RFC 9457, never cached."""

    parser_classes = [JSONParser, MultiPartParser]
    renderer_classes = [JSONRenderer]
    throttle_classes = [StatusThrottle]

    @property
    def largest(self) -> int:
        """Bytes of a body that is no form."""
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def perform_content_negotiation(self, request, force=False):
        # We have only JSON: a report is not refused for its Accept header (RFC 9110 12.5.1).
        return super().perform_content_negotiation(request, force=True)

    def initial(self, request, *args, **kwargs):
        # A program says what it wants; LanguageMiddleware is for phones, which do not.
        translation.activate(translation.get_language_from_request(request))
        super().initial(request, *args, **kwargs)
        refuse_oversize(request, largest=self.largest)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Content-Language"] = translation.get_language()
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def get_authenticate_header(self, request):
        # Without it DRF would turn our 401 into a 403. RFC 6750 section 3.
        return "Bearer"

    def get_exception_handler(self):
        return as_problem


def bearer_of(request: Request) -> str:
    """Return the token of the Authorization header, RFC 6750 section 2.1; "" for none."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
