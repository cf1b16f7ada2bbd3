"""All routes: the public pages at the root, the desk, the API."""

from importlib import import_module

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.i18n import set_language

from tickets.web.probes import metrics, readyz

# Django calls these when a request fails before or beside a view.
handler400 = "tickets.web.errors.bad_request"
handler403 = "tickets.web.errors.permission_denied"
handler404 = "tickets.web.errors.page_not_found"
handler500 = "tickets.web.errors.server_error"


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; /readyz says whether it can work."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", include("tickets.web.urls")),
    path("bahasa/", set_language, name="set_language"),
    path("desk/", include("tickets.admin.second_factor_urls")),
    path("desk/", admin.site.urls),
    path("api/v1/", include("tickets.api.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]

# Without a secret anybody could tell us that mail bounced. The library's routes of all other providers
# would let anybody ask for what is not set up here.
if settings.ANYMAIL_ESP and settings.ANYMAIL_WEBHOOK_SECRET:
    provider = import_module("tickets.web.provider")  # some thirty modules, for those who need them
    ours = provider.routes(settings.ANYMAIL_ESP)
    urlpatterns.append(path("anymail/", include((ours, "anymail"))))
