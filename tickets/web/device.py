"""What device somebody holds, in a few words, from what its browser says."""

from __future__ import annotations

import re

from django.http import HttpRequest
from ua_parser import parse

# Asked for with Accept-CH: the User-Agent of Chrome says "Android 10; K" on every phone.
HINTS = "Sec-CH-UA-Platform-Version, Sec-CH-UA-Model"
MAX_USER_AGENT = 400
# Written the same on every device, whatever it runs: names that say nothing.
FROZEN_VERSIONS = {("Android", "10"), ("Windows", "10"), ("Mac OS X", "10")}
FIRST_WINDOWS_11 = 13  # as platform version


def describe_device(request: HttpRequest) -> str:
    """Return for example "iPhone, iOS 17.5, Safari" or "Android 14, Chrome"; "" when nothing is known."""
    found = parse(request.headers.get("User-Agent", "")[:MAX_USER_AGENT])
    model = _hint(request, "Model")
    if not model and found.device and found.device.brand == "Apple" and found.device.family != "Mac":
        model = found.device.family
    browser = found.user_agent.family if found.user_agent else ""
    parts = [model, _system(request, found.os), re.sub(r"\b(Mobile|iOS|WebView)\b", "", browser).strip()]
    return ", ".join(" ".join(part.split()) for part in parts if part)[:120]


def _system(request: HttpRequest, system) -> str:
    if system is None:
        return ""
    name = "macOS" if system.family == "Mac OS X" else system.family
    hint = _hint(request, "Platform-Version").partition(".")[0]
    if name == "Windows":
        if not hint.isdigit():
            return name
        return "Windows 11" if int(hint) >= FIRST_WINDOWS_11 else "Windows 10"
    if hint and hint != "0":
        return f"{name} {hint}"
    if (system.family, system.major) in FROZEN_VERSIONS or not system.major:
        return name
    return f"{name} {system.major}" + (f".{system.minor}" if name == "iOS" and system.minor else "")


def _hint(request: HttpRequest, name: str) -> str:
    """One client hint (RFC 8941: a string in quotes), without what no device's name has."""
    text = request.headers.get(f"Sec-CH-UA-{name}", "")[:80]
    return re.sub(r"[^\w .()+-]", "", text).strip()
