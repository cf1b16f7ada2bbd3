"""Routes of the public pages."""

from django.urls import path

from tickets.web.addresses import check_addresses
from tickets.web.advice import advise, solved
from tickets.web.complete import complete
from tickets.web.embed import embed, embed_sent, embed_solved, loader
from tickets.web.find import find
from tickets.web.identity import identity
from tickets.web.privacy import privacy
from tickets.web.report import report
from tickets.web.status import status

urlpatterns = [
    path("", report, name="report"),
    path("saran/", advise, name="advise"),
    path("selesai/", solved, name="solved"),
    path("periksa-alamat/", check_addresses, name="check_addresses"),
    path("cari-laporan/", find, name="find"),
    path("privasi/", privacy, name="privacy"),
    path("identitas/<uuid:public_id>/<str:token>/", identity, name="identity"),
    path("sematan/", embed, name="embed"),
    path("sematan/terkirim/<str:reference>/<str:token>/", embed_sent, name="embed_sent"),
    path("sematan/selesai/", embed_solved, name="embed_solved"),
    path("sematan.js", loader, name="embed_loader"),
    path("tiket/<str:reference>/<str:token>/", status, name="status"),
    path("tiket/<str:reference>/<str:token>/lengkapi/", complete, name="complete"),
]
