"""Routes of the public pages."""

from django.urls import path

from tickets.web import views

urlpatterns = [
    path("", views.report, name="report"),
    path("tiket/<str:reference>/<str:token>/", views.status, name="status"),
]
