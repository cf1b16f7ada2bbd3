"""The background work of webhooks: one endpoint per bell."""

from celery import shared_task

from tickets.bells import ring
from tickets.models import WebhookEndpoint
from tickets.webhooks import delivery

SWEEP = 100  # endpoints


@shared_task
def deliver_webhooks(pk: int) -> None:
    if delivery.deliver(pk):
        ring(deliver_webhooks, pk)


@shared_task
def sweep_webhooks() -> None:
    """Ring again for endpoints that something is due for, after a back-off or a lost bell."""
    ring(deliver_webhooks, *WebhookEndpoint.objects.due().order_by("pk").values_list("pk", flat=True)[:SWEEP])
