"""Routes of the API."""

from django.urls import path, re_path

from tickets.api import documentation, inbox_views, outbox_views, triage_views, views

app_name = "api"
urlpatterns = [
    path("tickets/", views.TicketsView.as_view(), name="tickets"),
    path("tickets/<str:reference>/", views.TicketView.as_view(), name="ticket"),
    path("tickets/<str:reference>/fixed/", views.FixedView.as_view(), name="fixed"),
    path("tickets/<str:reference>/still-failing/", views.StillFailingView.as_view(), name="still_failing"),
    path("tickets/<str:reference>/messages/", views.MessagesView.as_view(), name="messages"),
    path("inbox/", inbox_views.InboxView.as_view(), name="inbox"),
    path("outbox/", outbox_views.OutboxView.as_view(), name="outbox"),
    path("outbox/<int:pk>/claim/", outbox_views.ClaimView.as_view(), name="claim"),
    path("outbox/<int:pk>/sent/", outbox_views.SentView.as_view(), name="sent"),
    path("outbox/<int:pk>/failed/", outbox_views.FailedView.as_view(), name="failed"),
    path("outbox/<int:pk>/bounced/", outbox_views.BouncedView.as_view(), name="bounced"),
    path("categories/", triage_views.CategoriesView.as_view(), name="categories"),
    path("triage/preview/", triage_views.PreviewView.as_view(), name="preview"),
    path("schema/", views.SchemaView.as_view(), name="schema"),
    path("docs/", documentation.docs, name="docs"),
    re_path("", views.NowhereView.as_view()),
]
