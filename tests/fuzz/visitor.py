"""A client that asks as from outside: what a view raises it raises, and nothing is put right on the way."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from kayasupport.charset import readable
from tests.fuzz.hostile import Sent


class _Door(ClientHandler):
    """Django's handler behind what stands before it in service."""

    def __call__(self, environ):
        return super().__call__(readable(environ))


class Visitor(Client):
    def __init__(self, *, enforce_csrf_checks: bool = False):
        super().__init__(enforce_csrf_checks)
        self.handler = _Door(enforce_csrf_checks)

    def send(self, path: str, sent: Sent, **environ: str) -> HttpResponse:
        """Post a body as it is."""
        return self.generic("POST", path, sent.body, content_type=sent.content_type, **environ)
