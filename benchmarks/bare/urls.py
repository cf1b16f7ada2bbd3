"""The one route of the peer."""

from django.urls import path

from benchmarks.bare.views import report

urlpatterns = [path("", report)]
