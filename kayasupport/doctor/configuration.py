"""The settings: Django's own checks and ours, as of a deployment where this is one."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core import checks

from kayasupport.doctor.finding import Finding, better, broken, well

# Warnings of the checks that nobody may go into service with: an open door, or reports that are lost.
MUST_BE_FIXED = {
    "security.W018": "Set DEBUG=false: error pages would show source code and settings to everybody.",
    "security.W009": "Make a new key, such as by `make secrets`, and set it as SECRET_KEY.",
    "tickets.W001": "",
    "tickets.W002": "",
    "tickets.W003": "",
}
# Looked at in files.py.
SILENT = {"triage.W001", "tickets.W007", "tickets.E006"}
# Django's complaints that all come of one cause: SITE_URL is not https://, and tickets.W001 says so.
OF_NO_TLS = {"security.W004", "security.W008", "security.W012", "security.W016"}
SHORTEST_TOKEN = 20  # characters of METRICS_TOKEN


def is_deployment() -> bool:
    """A shared database or TLS: more than a first try on one's own machine."""
    return not settings.EMBEDDED or settings.SITE_IS_HTTPS


def examine() -> Iterator[Finding]:
    yield from _system_checks()
    yield _hosts()
    yield from _token()


def _system_checks() -> Iterator[Finding]:
    silent = SILENT if settings.SITE_IS_HTTPS else SILENT | OF_NO_TLS
    found = [
        message
        for message in checks.run_checks(include_deployment_checks=is_deployment())
        if message.id not in silent and not message.is_silenced()
    ]
    for message in found:
        fix = (
            MUST_BE_FIXED.get(str(message.id))
            or message.hint
            or f"See Django's documentation of {message.id}."
        )
        is_serious = message.is_serious() or message.id in MUST_BE_FIXED
        make = broken if is_serious else better
        yield make("Settings", _sentence(message.msg), fix=_sentence(str(fix)))
    if not found:
        kind = "of a deployment" if is_deployment() else "of a first try on one machine"
        yield well("Settings", f"All system checks {kind} pass.")


def _hosts() -> Finding:
    if "*" in settings.ALLOWED_HOSTS:
        return better(
            "Host names",
            "ALLOWED_HOSTS takes every name, so anybody can make us write theirs into links.",
            fix="Take * out of ALLOWED_HOSTS; the name in SITE_URL and localhost are in it anyway.",
        )
    return well("Host names", f"It answers to {', '.join(dict.fromkeys(settings.ALLOWED_HOSTS))}.")


def _token() -> Iterator[Finding]:
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < SHORTEST_TOKEN:
        yield better(
            "Metrics",
            f"METRICS_TOKEN has only {len(settings.METRICS_TOKEN)} characters and can be guessed.",
            fix='Make one of `python -c "import secrets; print(secrets.token_urlsafe(32))"`.',
        )


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
