"""/readyz and /metrics: for load balancers and Prometheus, not for people; neither names anybody."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tickets import readiness
from tickets.throttling import client_ip
from tickets.web import exposition


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    found = readiness.look()
    return JsonResponse(found.as_json(), status=200 if found.is_ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read(request):
        raise Http404
    text, content_type = exposition.scrape(accept=request.headers.get("Accept", ""))
    return HttpResponse(text, content_type=content_type)


def _may_read(request: HttpRequest) -> bool:
    """By token, or by where it comes from; with neither set there is no such page."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    address = client_ip(request) if settings.METRICS_ALLOWED else None
    return bool(address) and any(
        ipaddress.ip_address(str(address)) in ipaddress.ip_network(network.strip(), strict=False)
        for network in settings.METRICS_ALLOWED
    )
