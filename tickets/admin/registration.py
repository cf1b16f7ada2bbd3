"""Which rows the desk shows, under which routes; the stock forms of tickets and messages are not used."""

from django.contrib import admin
from django.urls import path

from tickets.admin import macro_settings, people, promised_times  # noqa: F401 - they register their own rows
from tickets.admin.agents_page import agents_page
from tickets.admin.api_keys_page import api_keys_page, revoke_key
from tickets.admin.bulk_page import decision as bulk_decision
from tickets.admin.bulk_page import job_page, list_page, new_page, progress
from tickets.admin.candidate_page import candidate_page, decision, model_page
from tickets.admin.draft_view import draft_view
from tickets.admin.drift_page import drift_page
from tickets.admin.export_page import export_page
from tickets.admin.figures_page import figures_page, weekly_choice
from tickets.admin.identity_page import (
    ask_view,
    identities_page,
    identity_page,
    identity_picture,
    withdraw_view,
)
from tickets.admin.incidents_page import incident_page, incidents_page
from tickets.admin.incoming_page import incoming_page, incoming_source
from tickets.admin.merge_view import merge_view, undo_view
from tickets.admin.next_view import next_view
from tickets.admin.operations_page import operations_page
from tickets.admin.outbox_page import message_html, message_page, outbox_page
from tickets.admin.person_page import person_page, persons_page, receipt_page
from tickets.admin.presence_view import presence_view
from tickets.admin.queue_columns import display_view
from tickets.admin.queue_page import news, queue_page
from tickets.admin.reply_box import macro_list, reply_preview
from tickets.admin.retention_page import retention_page
from tickets.admin.saved_views_page import saved_view_change, saved_views_page
from tickets.admin.screenshot_view import screenshot_view
from tickets.admin.secret_page import secret_page
from tickets.admin.suppressed_page import suppressed_page
from tickets.admin.texts_history import texts_history, texts_return
from tickets.admin.texts_page import texts_list, texts_page
from tickets.admin.ticket_page import ticket_page
from tickets.admin.webhook_log import send_again, webhook_log
from tickets.admin.webhooks_page import webhook_page, webhooks_page
from tickets.models import (
    AgentProfile,
    ApiKey,
    BulkJob,
    Erasure,
    Figures,
    IdentityRequest,
    Incident,
    IncomingMail,
    Message,
    PlaybookOverride,
    Pulse,
    Retention,
    Ticket,
    TriageWeek,
    WebhookDelivery,
    WebhookEndpoint,
)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that nobody adds or deletes by hand: tickets change by the verbs of tickets/desk.py only."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(queue_page), name="tickets_ticket_changelist"),
            path("news/", view(news), name="tickets_queue_news"),
            path("display/", view(display_view), name="tickets_queue_display"),
            path("views/", view(saved_views_page), name="tickets_saved_views"),
            path("views/<int:pk>/", view(saved_view_change), name="tickets_saved_view"),
            path("next/", view(next_view), name="tickets_next"),
            path("<int:pk>/change/", view(ticket_page), name="tickets_ticket_change"),
            path("<int:pk>/presence/", view(presence_view), name="tickets_presence"),
            path("<int:pk>/draft/", view(draft_view), name="tickets_draft"),
            path(
                "<int:pk>/screenshots/<uuid:public_id>/",
                view(screenshot_view),
                name="tickets_ticket_screenshot",
            ),
            path("<int:pk>/merge/", view(merge_view), name="tickets_ticket_merge"),
            path("<int:pk>/unmerge/", view(undo_view), name="tickets_ticket_unmerge"),
            path("<int:pk>/macros/", view(macro_list), name="tickets_ticket_macros"),
            path("<int:pk>/preview/", view(reply_preview), name="tickets_ticket_preview"),
            path("<int:pk>/secrets/<int:number>/", view(secret_page), name="tickets_ticket_secret"),
        ]


@admin.register(BulkJob)
class BulkJobAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(list_page), name="tickets_bulkjob_changelist"),
            path("new/", view(new_page), name="tickets_bulkjob_new"),
            path("<int:pk>/", view(job_page), name="tickets_bulkjob_job"),
            path("<int:pk>/progress/", view(progress), name="tickets_bulkjob_progress"),
            path("<int:pk>/decision/", view(bulk_decision), name="tickets_bulkjob_decision"),
        ]


@admin.register(AgentProfile)
class AgentProfileAdmin(ReadOnlyAdmin):
    def get_urls(self):
        return [path("", self.admin_site.admin_view(agents_page), name="tickets_agentprofile_changelist")]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(outbox_page), name="tickets_message_changelist"),
            path("<int:pk>/change/", view(message_page), name="tickets_message_change"),
            path("<int:pk>/html/", view(message_html), name="tickets_message_html"),
            path("suppressed/", view(suppressed_page), name="tickets_suppressed"),
        ]


@admin.register(IncomingMail)
class IncomingMailAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(incoming_page), name="tickets_incomingmail_changelist"),
            path("<int:pk>/change/", view(incoming_source), name="tickets_incomingmail_change"),
        ]


@admin.register(Figures)
class FiguresAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(figures_page), name="tickets_figures_changelist"),
            path("export/", view(export_page), name="tickets_export"),
            path("weekly/", view(weekly_choice), name="tickets_weekly"),
        ]


@admin.register(TriageWeek)
class TriageWeekAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(drift_page), name="tickets_triageweek_changelist"),
            path("candidate/", view(candidate_page), name="tickets_candidate"),
            path("candidate/decision/", view(decision), name="tickets_candidate_decision"),
            path("model/<slug:version>/", view(model_page), name="tickets_triage_model"),
        ]


@admin.register(PlaybookOverride)
class PlaybookOverrideAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(texts_list), name="tickets_playbookoverride_changelist"),
            path("<slug:slug>/", view(texts_page), name="tickets_playbookoverride_change"),
            path("<slug:slug>/history/", view(texts_history), name="tickets_playbookoverride_history"),
            path("<slug:slug>/return/", view(texts_return), name="tickets_playbookoverride_return"),
        ]


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(incidents_page), name="tickets_incident_changelist"),
            path("<int:pk>/change/", view(incident_page), name="tickets_incident_change"),
        ]


@admin.register(IdentityRequest)
class IdentityRequestAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(identities_page), name="tickets_identityrequest_changelist"),
            path("ask/<int:pk>/", view(ask_view), name="tickets_identity_ask"),
            path("<int:pk>/change/", view(identity_page), name="tickets_identityrequest_change"),
            path("<int:pk>/withdraw/", view(withdraw_view), name="tickets_identity_withdraw"),
            path("<int:pk>/pictures/<int:number>/", view(identity_picture), name="tickets_identity_picture"),
        ]


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(api_keys_page), name="tickets_apikey_changelist"),
            path("<int:pk>/revoke/", view(revoke_key), name="tickets_apikey_revoke"),
        ]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(webhooks_page), name="tickets_webhookendpoint_changelist"),
            path("<int:pk>/change/", view(webhook_page), name="tickets_webhookendpoint_change"),
        ]


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(webhook_log), name="tickets_webhookdelivery_changelist"),
            path("<int:pk>/again/", view(send_again), name="tickets_webhookdelivery_again"),
        ]


@admin.register(Pulse)
class PulseAdmin(ReadOnlyAdmin):
    def get_urls(self):
        return [path("", self.admin_site.admin_view(operations_page), name="tickets_pulse_changelist")]


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(persons_page), name="tickets_erasure_changelist"),
            path("person/", view(person_page), name="tickets_person"),
            path("<int:pk>/change/", view(receipt_page), name="tickets_erasure_change"),
        ]


@admin.register(Retention)
class RetentionAdmin(ReadOnlyAdmin):
    def get_urls(self):
        return [path("", self.admin_site.admin_view(retention_page), name="tickets_retention_changelist")]
