"""A page of the platform's, on an origin of its own, with strict policies of its own."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Daftar</title>{head}
<body><h1>Daftar akun</h1><p id="before">Formulir pendaftaran.</p>
<script src="{support}/sematan.js" {data}></script>
<noscript><a href="{support}/">Hubungi Kami</a></noscript></body></html>"""


class ParentPage:
    """Serves one page, under 127.0.0.1: to a browser another site than localhost."""

    def __init__(self, support: str, *, data: str = "", head: str = "", language: str = "id"):
        page = PAGE.format(support=support, data=data, head=head, language=language).encode()
        policy = f"default-src 'none'; script-src {support}; frame-src {support}; style-src 'none'"

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path == "/" else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(page if self.path == "/" else b"")

            def log_message(self, *args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> ParentPage:
        self.thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
