"""Every address of the desk, with a sample for each part of it that varies."""

import re

from django.conf import settings
from django.urls import get_resolver

SAMPLES = {"slug": "contoh", "uuid": "00000000-0000-4000-8000-000000000001"}  # by converter; else "1"


def addresses(rows: dict[str, object] | None = None) -> dict[str, str]:
    """The name of each route under /desk/ and its address.

    `rows` says which row stands in for the first part that varies, by the route's beginning, and
    for a converter by its name: {"desk/tickets/ticket/": 7, "uuid": …}.
    """
    found = {}
    for namespace, route, name in _routes(get_resolver(settings.ROOT_URLCONF).url_patterns):
        if route.startswith("desk/"):
            full = f"{namespace}:{name or route}" if namespace else name or route
            found[full] = "/" + _filled(route, rows or {})
    return found


def _routes(patterns, *, before="", namespace=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, before=route, namespace=pattern.namespace or namespace)
        elif "(?P<url>" not in route:  # the admin's answer to what does not exist
            yield namespace, route, pattern.name


def _filled(route: str, rows: dict[str, object]) -> str:
    # django-simple-history has patterns of the old kind: the row, then the version of it.
    route = route.replace("history/([^/]+)", "history/<history:id>").replace("([^/]+)", "<path:object_id>")
    route = re.sub(r"\(\?P<app_label>[^)]*\)", "auth", route).replace("^", "").replace("$", "")
    for beginning, row in rows.items():
        if route.startswith(beginning + "<"):
            route = re.sub(r"<[^>]*>", str(row), route, count=1)
    return re.sub(r"<(?:(\w+):)?\w+>", lambda m: str(rows.get(m[1], SAMPLES.get(m[1], "1"))), route)
