"""Compresses the pages we make; static files are compressed once, at set-up."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

PAGES = ("text/html", "application/json")


class CompressionMiddleware(GZipMiddleware):
    """Compress HTML and JSON only: Django's own middleware would compress screenshots again.

    It hides the length of a page behind random bytes, and each page masks its CSRF token anew:
    what is secret in it cannot be guessed from its size (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith(PAGES):
            return response
        return super().process_response(request, response)
