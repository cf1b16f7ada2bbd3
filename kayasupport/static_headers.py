"""Headers of static files, beyond those that whitenoise sends; imported by the settings."""

from __future__ import annotations

from wsgiref.headers import Headers

# An SVG that is opened by itself is a page: this one runs and loads nothing (CSP Level 3, sandbox).
PICTURES_ONLY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


def add_headers(headers: Headers, path: str, url: str) -> None:
    if url.endswith(".svg"):
        headers["Content-Security-Policy"] = PICTURES_ONLY
