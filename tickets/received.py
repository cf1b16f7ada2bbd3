"""Whether the whole body of a request has come."""

from __future__ import annotations

from django.http import HttpRequest


class Received:
    """Counts what arrives of a request's body.

    Where the line is cut, the server hands over what had come as if it were all, and Django reads
    a form that ends early without a word: a report would be taken without its pictures, a mail without
    its end.
    """

    def __init__(self, request: HttpRequest):
        self.announced = int(request.META.get("CONTENT_LENGTH") or 0)  # bytes
        self._arrived = 0
        self._read = request.read
        request.read = self.read  # type: ignore[method-assign]

    def read(self, *args, **kwargs) -> bytes:
        data = self._read(*args, **kwargs)
        self._arrived += len(data)
        return data

    @property
    def is_cut(self) -> bool:
        return self._arrived < self.announced
