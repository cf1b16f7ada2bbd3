"""Routes for tests: every page that says what went wrong, under its own name."""

from django.urls import path

from kayasupport import urls
from tickets.web import errors, pages

handler404, handler500 = urls.handler404, urls.handler500

PAGES = {
    "400": errors.bad_request,
    "403": errors.permission_denied,
    "404": errors.page_not_found,
    "413": lambda request: pages.problem(request, "413", status=413),
    "500": errors.server_error,
    "503": pages.unavailable,
    "csrf": errors.csrf_failure,
    "link_bad": lambda request: pages.problem(request, "tickets/web/link_bad", status=404),
    "link_expired": lambda request: pages.problem(request, "tickets/web/link_expired", status=410),
}

urlpatterns = [*(path(f"{name}/", answer) for name, answer in PAGES.items()), *urls.urlpatterns]
