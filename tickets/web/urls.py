"""Routes of the public pages."""

from django.urls import path

from tickets.web.report import report
from tickets.web.status import status

urlpatterns = [
    path("", report, name="report"),
    path("tiket/<str:reference>/<str:token>/", status, name="status"),
]
