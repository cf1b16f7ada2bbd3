"""Routes of the public pages."""

from django.urls import path

from tickets.web.addresses import check_addresses
from tickets.web.complete import complete
from tickets.web.report import report
from tickets.web.status import status

urlpatterns = [
    path("", report, name="report"),
    path("periksa-alamat/", check_addresses, name="check_addresses"),
    path("tiket/<str:reference>/<str:token>/", status, name="status"),
    path("tiket/<str:reference>/<str:token>/lengkapi/", complete, name="complete"),
]
