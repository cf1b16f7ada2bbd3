"""What the tests of the public pages share."""

import pytest
from django.core.cache import cache

from tickets.web.form_token import new_token


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
