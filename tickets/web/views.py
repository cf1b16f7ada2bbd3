"""The public pages."""

from django.http import HttpRequest, HttpResponse


def report(request: HttpRequest) -> HttpResponse:
    return HttpResponse("report")


def status(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    return HttpResponse(reference)
