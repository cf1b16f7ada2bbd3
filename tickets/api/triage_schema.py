"""What the OpenAPI document says of categories and previews."""

from __future__ import annotations

from django.conf import settings

from tickets.api.schema import JSON, KEY, curl, of_key, problems
from tickets.api.triage_answers import CategoriesSerializer, PreviewSerializer, QuestionSerializer

CURL_CATEGORIES = f"""\
curl -sS {settings.SITE_URL}/api/v1/categories/ \\
  {KEY}"""
CURL_PREVIEW = f"""\
curl -sS {settings.SITE_URL}/api/v1/triage/preview/ \\
  {KEY} \\
  -H "Content-Type: application/json" \\
  -d '{{
    "description": "kode otp ga masuk2 udah 20 menit, udah cek spam",
    "signed_up_at": "2026-11-22T14:30:00+07:00",
    "tried": ["waited", "spam"]
  }}'"""

list_categories = of_key(
    operation_id="list_categories",
    tags=["triage"],
    summary="List the categories",
    description="What a ticket can be about, as the desk has it now. Any key.",
    responses={200: CategoriesSerializer, **problems(401, 429, 503)},
    extensions=curl(CURL_CATEGORIES),
)
preview = of_key(
    operation_id="preview_triage",
    tags=["triage"],
    summary="Ask triage about a text",
    description="What would become of such a report. Nothing is stored. Scope `triage:preview`.",
    request={JSON: QuestionSerializer},
    responses={200: PreviewSerializer, **problems(400, 401, 403, 413, 415, 429, 503)},
    extensions=curl(CURL_PREVIEW),
)
