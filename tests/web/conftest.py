"""What the tests of the public pages share."""

from importlib import reload

import pytest
from django.core.cache import cache
from django.urls import clear_url_caches

from kayasupport import urls
from tickets.web.form_token import new_token

PROVIDER_PASSWORD = "ana:rahasia"  # of a mail provider's webhooks


@pytest.fixture(autouse=True)
def fresh_throttle():
    cache.clear()


@pytest.fixture
def typed():
    """A report as a browser sends it, complete and right."""
    return {
        "form_token": new_token(),
        "description": "kode otp ga masuk2 udah 20 menit, udah cek spam",
        "signup_day": "yesterday",
        "signup_date": "",
        "signup_hour": "14.30",
        "signup_zone": "Asia/Jakarta",
        "contact": "budi@contoh.id",
        "reply_email": "",
        "tried": ["spam", "waited"],
        "device": "Android 14, Chrome",
        "website": "",
    }


@pytest.fixture
def webhooks(settings):
    settings.ANYMAIL_ESP, settings.ANYMAIL_WEBHOOK_SECRET = "postmark", PROVIDER_PASSWORD
    settings.ANYMAIL = {"WEBHOOK_SECRET": PROVIDER_PASSWORD}
    reload(urls)
    clear_url_caches()
    yield
    settings.ANYMAIL_ESP = ""
    reload(urls)
    clear_url_caches()
