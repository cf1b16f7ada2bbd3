"""What somebody had typed when their right, or their session, was gone: it goes back to them."""

from __future__ import annotations

from django.http import HttpRequest

# The long texts of the desk's forms; passwords and codes are not among them.
FIELDS = ("body", "said", "public_note")


def typed_in(request: HttpRequest) -> str:
    if request.method != "POST":
        return ""
    return next((text for name in FIELDS if (text := request.POST.get(name, "").strip())), "")
