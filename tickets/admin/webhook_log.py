"""What webhooks were told, what came of it, and sending it again."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.admin.addresses import read_pk
from tickets.admin.outbox_page import read_page
from tickets.admin.rights import StaffRequest, needs
from tickets.models import WebhookDelivery
from tickets.models.webhook import WebhookState
from tickets.webhooks import queueing


@require_safe
@needs("tickets.view_webhookdelivery")
def webhook_log(request: StaffRequest) -> HttpResponse:
    state, endpoint_pk = request.GET.get("state", ""), read_pk(request.GET.get("webhook", ""))
    rows = WebhookDelivery.objects.select_related("endpoint")
    query: dict[str, str] = {}
    if state in WebhookState:
        rows, query = rows.filter(state=state), {**query, "state": state}
    if endpoint_pk is not None:
        rows, query = rows.filter(endpoint=endpoint_pk), {**query, "webhook": str(endpoint_pk)}
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    shown, is_more = read_page(rows, after=after, before=before)
    context = {
        **admin.site.each_context(request),
        "title": _("Log of webhooks"),
        "state": query.get("state", ""),
        "states": WebhookState,
        "query": query,
        "deliveries": shown,
        "newer": shown[0].pk if shown and (is_more if before else after) else "",
        "older": shown[-1].pk if shown and (before or is_more) else "",
        "may_change": request.user.has_perm("tickets.change_webhookdelivery"),
    }
    return TemplateResponse(request, "tickets/desk/webhook_log.html", context)


@require_POST
@needs("tickets.change_webhookdelivery")
def send_again(request: StaffRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(WebhookDelivery, pk=pk)
    if queueing.send_again(delivery):
        messages.success(request, _("The event is on its way again, under the same id."))
    else:
        messages.warning(request, _("It is being sent now, or its webhook is off. Nothing was changed."))
    back = f"{reverse('admin:tickets_webhookdelivery_changelist')}?webhook={delivery.endpoint_id}"
    return HttpResponseRedirect(back, status=303)
