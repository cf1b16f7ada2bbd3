"""What the form costs somebody on a slow line: three requests, and few bytes."""

import gzip
import re

import pytest

from kayasupport import bundles

pytestmark = pytest.mark.django_db

LIMIT = 25 * 1024  # bytes, compressed, all together
FETCHED = re.compile(rb'<(?:link rel="stylesheet" href|script src)="([^"]+)"')
ANYTHING = re.compile(rb'<(?:img|script|iframe|video|audio|source|embed|object)\b[^>]*\bsrc="([^"]+)"')


def test_form_fetches_one_style_sheet_and_one_script(client):
    page = client.get("/").content

    assert FETCHED.findall(page) == [b"/static/tickets/public.css", b"/static/tickets/public.js"]
    assert ANYTHING.findall(page) == [b"/static/tickets/public.js"]


def test_form_is_light(client):
    page = client.get("/").content
    parts = [page, *(bundles.build(f"tickets/public.{kind}").read_bytes() for kind in ("css", "js"))]

    assert sum(len(gzip.compress(part, 6)) for part in parts) < LIMIT
