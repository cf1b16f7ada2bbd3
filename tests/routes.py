"""Every route there is, found by walking the URL configuration; what is new is found as well."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import get_resolver

DESK = "desk/"


def every_route() -> Iterator[tuple[str, str]]:
    """Yield (name, route): the name with its namespace, or the route itself where it has none."""
    for namespace, route, name in _below(get_resolver(settings.ROOT_URLCONF).url_patterns):
        yield f"{namespace}:{name or route}" if namespace else name or route, route


def _below(patterns, *, before="", namespace="") -> Iterator[tuple[str, str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _below(pattern.url_patterns, before=route, namespace=pattern.namespace or namespace)
        elif "(?P<url>" not in route:  # the admin's answer to what does not exist
            yield namespace, route, pattern.name
