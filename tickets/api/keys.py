"""Views for programs that show an API key, and how often one key may knock."""

from __future__ import annotations

from rest_framework.request import Request

from tickets import api_keys
from tickets.api.api_view import ApiView, bearer_of
from tickets.api.problems import BadKey, MissingScope
from tickets.models import ApiKey
from tickets.throttling import ClientThrottle, StatusThrottle


class KeyThrottle(ClientThrottle):
    """Counts per key, wherever it is used from."""

    scope = "key"

    def get_cache_key(self, request, view):
        return self.cache_format % {"scope": self.scope, "ident": view.key.pk}


class KeyView(ApiView):
    """For whoever shows a key with this scope; "" is for any key."""

    scope: str = ""
    shown_key: ApiKey | None = None

    @property
    def key(self) -> ApiKey:
        """The key that was let in."""
        assert self.shown_key, "authorise has let in nobody"
        return self.shown_key

    def initial(self, request, *args, **kwargs):
        self.shown_key = api_keys.recognise(bearer_of(request))
        super().initial(request, *args, **kwargs)
        self.authorise(request)

    def get_throttles(self):
        # Who shows no key in force is counted by network: keys must not be tried without end.
        return [KeyThrottle()] if self.shown_key else [StatusThrottle()]

    def authorise(self, request: Request) -> None:
        if self.shown_key is None:
            raise BadKey
        if self.scope and self.scope not in self.shown_key.scopes:
            raise MissingScope(self.scope)
