"""One POST to one address: signed, pinned to the address that was judged, bounded in time and size."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Mapping
from datetime import UTC
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any

from django.utils import timezone
from standardwebhooks import Webhook

from tickets.webhooks import targets
from tickets.webhooks.targets import Target

# Seconds for the whole exchange, from the connection to the status line.
PATIENCE = 10.0
USER_AGENT = "KayaSupport-Webhooks/1"


class Unreachable(Exception):
    """Nothing came back that is an answer; `str()` says why."""


def post(url: str, *, webhook_id: str, payload: Mapping[str, Any], secret: str) -> int:
    """Return the status of the answer, whatever it is; raises Unreachable.

    Redirects are not followed, and the body of the answer is not read: it could be shown to somebody
    whom it is none of the business of.
    """
    body = json.dumps(payload, separators=(",", ":"))
    try:
        target = targets.parse(url)
        connection = _connection(target, address=targets.resolve(target))
    except targets.Refused as error:
        raise Unreachable(f"refused: {error.code}") from error
    except targets.NotFound as error:
        raise Unreachable("the DNS knows no such host") from error
    return _exchange(connection, target, body, headers=_signed(body, webhook_id=webhook_id, secret=secret))


def _signed(body: str, *, webhook_id: str, secret: str) -> dict[str, str]:
    """The headers of Standard Webhooks 1.0; the moment is that of the try, against replays."""
    now = timezone.now().astimezone(UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, now, body),
    }


class _Pinned(HTTPConnection):
    """Connects to an address that is given, and speaks of the host all the same."""

    address = ""

    def connect(self):
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _PinnedTls(HTTPSConnection):
    """The same, with a certificate that has to be the host's."""

    address = ""

    def connect(self):
        plain = socket.create_connection((self.address, self.port), self.timeout)
        try:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def _connection(target: Target, *, address: str) -> _Pinned | _PinnedTls:
    kind = _PinnedTls if target.scheme == "https" else _Pinned
    connection = kind(target.host, target.port, timeout=PATIENCE)
    connection.address = address
    return connection


def _exchange(connection: _Pinned | _PinnedTls, target: Target, body: str, *, headers: dict[str, str]) -> int:
    watch = _Watch(connection)
    try:
        with watch:
            connection.request("POST", target.path, body=body.encode(), headers=headers)
            return connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        why = f"no answer within {PATIENCE:.0f} s" if watch.has_ended_it else type(error).__name__
        raise Unreachable(why) from error
    finally:
        connection.close()


class _Watch:
    """Cuts the connection after PATIENCE: the timeout of a socket begins anew with every byte."""

    def __init__(self, connection: HTTPConnection):
        self._connection = connection
        self._timer = threading.Timer(PATIENCE, self._cut)
        self._timer.daemon = True
        self.has_ended_it = False

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        self.has_ended_it = True
        held = self._connection.sock
        if held is not None:
            try:
                # Past ssl.SSLSocket.shutdown, which takes the TLS away under the thread that reads.
                socket.socket.shutdown(held, socket.SHUT_RDWR)
            except OSError:
                return
