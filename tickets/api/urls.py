"""Routes of the API."""

from django.urls import path, re_path

from tickets.api import documentation, views

app_name = "api"
urlpatterns = [
    path("tickets/", views.TicketsView.as_view(), name="tickets"),
    path("tickets/<str:reference>/", views.TicketView.as_view(), name="ticket"),
    path("tickets/<str:reference>/fixed/", views.FixedView.as_view(), name="fixed"),
    path("tickets/<str:reference>/still-failing/", views.StillFailingView.as_view(), name="still_failing"),
    path("tickets/<str:reference>/messages/", views.MessagesView.as_view(), name="messages"),
    path("schema/", views.SchemaView.as_view(), name="schema"),
    path("docs/", documentation.docs, name="docs"),
    re_path("", views.NowhereView.as_view()),
]
