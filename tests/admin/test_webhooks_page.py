import pytest
from django.urls import reverse

from tests.factories import WebhookDeliveryFactory, WebhookEndpointFactory
from tickets import sealing
from tickets.admin import outbox_page
from tickets.models import WebhookDelivery, WebhookEndpoint
from tickets.webhooks import endpoints

pytestmark = pytest.mark.django_db
LIST = reverse("admin:tickets_webhookendpoint_changelist")
LOG = reverse("admin:tickets_webhookdelivery_changelist")
URL = "https://hooks.contoh.id/kaya"


def page_of(endpoint):
    return reverse("admin:tickets_webhookendpoint_change", args=[endpoint.pk])


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_webhook_is_added_and_its_secret_shown_once(administrator):
    page = administrator.post(LIST, {"url": f" {URL} ", "events": ["ticket.created", "x"]})

    endpoint = WebhookEndpoint.objects.get()
    secret = page.context["value"]
    assert sealing.unseal(bytes(endpoint.sealed_secret)) == secret
    assert (endpoint.url, endpoint.events) == (URL, ["ticket.created"])
    for address in (LIST, page_of(endpoint), LOG):
        assert secret not in administrator.get(address).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"url": "https://10.0.0.1/", "events": ["ticket.created"]},
        {"url": "http://hooks.contoh.id/", "events": ["ticket.created"]},
        {"url": "javascript:alert(1)", "events": ["ticket.created"]},
        {"url": URL, "events": []},
    ],
)
def test_what_is_wrong_is_said_and_nothing_changed(administrator, typed):
    endpoint = WebhookEndpointFactory(url="https://lama.contoh.id/")

    added = administrator.post(LIST, typed)
    saved = administrator.post(page_of(endpoint), {**typed, "action": "save"})

    assert (added.status_code, saved.status_code) == (400, 400)
    assert added.context["refusal"] == saved.context["refusal"] != ""
    assert [each.url for each in WebhookEndpoint.objects.all()] == ["https://lama.contoh.id/"]


def test_webhook_is_changed_tried_and_switched(administrator):
    endpoint = WebhookEndpointFactory()
    endpoints.forget()

    administrator.post(page_of(endpoint), {"action": "save", "url": URL + "2", "events": ["ticket.held"]})
    administrator.post(page_of(endpoint), {"action": "test"})
    tried = WebhookDelivery.objects.get()
    administrator.post(page_of(endpoint), {"action": "off"})
    off = fresh(endpoint)
    refused = administrator.post(page_of(endpoint), {"action": "test"})
    administrator.post(page_of(endpoint), {"action": "on"})

    assert (off.url, off.events) == (URL + "2", ["ticket.held"])
    assert (off.is_active, off.off_because, refused.status_code) == (False, "by_hand", 400)
    assert (tried.type, fresh(tried).state) == ("endpoint.test", "failed")
    assert fresh(endpoint).is_active


def test_new_secret_replaces_the_one_before(administrator):
    endpoint = WebhookEndpointFactory()

    page = administrator.post(page_of(endpoint), {"action": "rotate"})

    assert sealing.unseal(bytes(fresh(endpoint).sealed_secret)) == page.context["value"]


def test_list_says_what_is_off_and_what_fails(administrator):
    WebhookEndpointFactory(is_active=False, off_because="gone")
    WebhookEndpointFactory(failing_since_at="2026-11-28T00:00:00Z")

    page = administrator.get(LIST).content.decode()

    assert "410" in page
    assert page.count("badge--amber") == 1


def test_log_narrows_by_state_and_webhook(administrator):
    first, second = WebhookDeliveryFactory(), WebhookDeliveryFactory(state="failed", last_error="HTTP 500")

    def shown(**query):
        return administrator.get(LOG, query).context["deliveries"]

    assert shown() == [second, first]
    assert shown(state="failed") == [second]
    assert shown(webhook=first.endpoint_id) == [first]
    assert shown(webhook="x", state="x") == [second, first]
    assert "HTTP 500" in administrator.get(LOG).content.decode()


def test_log_pages_neither_repeat_nor_skip(administrator, monkeypatch):
    monkeypatch.setattr(outbox_page, "PAGE", 2)
    pks = [WebhookDeliveryFactory().pk for _ in range(5)][::-1]

    first = administrator.get(LOG).context
    second = administrator.get(LOG, {"after": first["older"]}).context
    third = administrator.get(LOG, {"after": second["older"]}).context

    assert [each.pk for page in (first, second, third) for each in page["deliveries"]] == pks


def test_failed_delivery_is_sent_again(administrator):
    delivery = WebhookDeliveryFactory(state="failed", attempts=10, payload={"data": {"ticket": "KS-1"}})

    answer = administrator.post(reverse("admin:tickets_webhookdelivery_again", args=[delivery.pk]))

    assert answer.url == f"{LOG}?webhook={delivery.endpoint_id}"
    assert (fresh(delivery).state, fresh(delivery).attempts) == ("queued", 0)
    assert "KS-1" in administrator.get(LOG).content.decode()


@pytest.mark.parametrize(("address", "queries"), [(LIST, 7), (LOG, 7)])
def test_number_of_queries_does_not_depend_on_the_rows(
    administrator, address, queries, django_assert_num_queries
):
    WebhookDeliveryFactory()
    with django_assert_num_queries(queries):
        administrator.get(address)
    WebhookDeliveryFactory.create_batch(2)
    with django_assert_num_queries(queries):
        administrator.get(address)
