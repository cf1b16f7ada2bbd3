"""All routes: the public pages at the root, the desk, the API."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.i18n import set_language

# Django calls these when a request fails before or beside a view.
handler400 = "tickets.web.errors.bad_request"
handler500 = "tickets.web.errors.server_error"


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; /readyz will say whether it can work."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", include("tickets.web.urls")),
    path("bahasa/", set_language, name="set_language"),
    path("desk/", include("tickets.admin.second_factor_urls")),
    path("desk/", admin.site.urls),
    path("api/v1/", include("tickets.api.urls")),
    path("healthz", healthz, name="healthz"),
]

# Without a secret anybody could tell us that mail bounced.
if settings.ANYMAIL_ESP and settings.ANYMAIL_WEBHOOK_SECRET:
    urlpatterns.append(path("anymail/", include("anymail.urls")))
