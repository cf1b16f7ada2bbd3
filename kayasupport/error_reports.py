"""Errors told to Sentry or GlitchTip, where settings.SENTRY_DSN names one: where it broke, never for whom."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

import sentry_sdk
from django.core.exceptions import DisallowedHost
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger

from tickets import log_context

# An event is made anew from what is known to be harmless: what a later version of the library
# adds to it stays here.
KEPT = (
    "event_id",
    "timestamp",
    "level",
    "logger",
    "platform",
    "release",
    "environment",
    "sdk",
    "transaction",
)
KEPT_OF_EXCEPTION = ("type", "module", "mechanism")
# Lines of our source, and none of what the variables held.
KEPT_OF_FRAME = (
    "filename",
    "abs_path",
    "function",
    "module",
    "lineno",
    "pre_context",
    "context_line",
    "post_context",
    "in_app",
)
KEPT_OF_MECHANISM = ("type", "handled")
# The name of a view or task. Where Django found none, it is a path, which may end in a token.
NAME = re.compile(r"[\w.]{1,200}")


def begin(dsn: str, *, environment: str, release: str) -> None:
    """From now on, tell of errors in requests and tasks, and of what is logged as one."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=release or None,
        before_send=scrub,
        # What is not collected cannot leak; scrub() does not rely on it.
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        # Nothing of the library's choice: each of its integrations knows other things to tell.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            DjangoIntegration(transaction_style="function_name", middleware_spans=False, signals_spans=False),
            CeleryIntegration(propagate_traces=False),
            LoggingIntegration(level=None, event_level=logging.ERROR),
        ],
        # Errors only: no sessions, no traces, no statistics.
        auto_session_tracking=False,
        send_client_reports=False,
        traces_sample_rate=None,
        ignore_errors=[DisallowedHost],  # of scanners, all day long
    )
    ignore_logger("django.security.DisallowedHost")


def scrub(event: Any, hint: Any) -> Any:
    """Return what may leave the house of an event: types, places in our code, ids.

    Left out, whatever it says: the texts of errors (PostgreSQL quotes rows, mail servers addresses), the
    parameters of log lines, the request with all its parts, the user, variables, breadcrumbs, extras.
    """
    clean = {key: event[key] for key in KEPT if event.get(key)}
    if not NAME.fullmatch(str(clean.get("transaction", ""))):
        clean.pop("transaction", None)
    if template := _template(event):
        clean["logentry"] = {"message": template}
    if exceptions := [_exception(each) for each in _values(event, "exception")]:
        clean["exception"] = {"values": exceptions}
    clean["tags"] = log_context.current()
    return clean


def _template(event: Mapping[str, Any]) -> str:
    """A log line before its parameters are filled in; without any, it may have been filled in by hand."""
    entry = event.get("logentry") or {}
    return str(entry.get("message", "")) if entry.get("params") else ""


def _exception(value: Mapping[str, Any]) -> dict[str, Any]:
    clean = {key: value[key] for key in KEPT_OF_EXCEPTION if value.get(key)}
    if "mechanism" in clean:
        clean["mechanism"] = {key: clean["mechanism"].get(key) for key in KEPT_OF_MECHANISM}
    frames = (value.get("stacktrace") or {}).get("frames") or []
    clean["stacktrace"] = {"frames": [{key: frame.get(key) for key in KEPT_OF_FRAME} for frame in frames]}
    return clean


def _values(event: Mapping[str, Any], key: str) -> Iterable[Mapping[str, Any]]:
    return (event.get(key) or {}).get("values") or []
