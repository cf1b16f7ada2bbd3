"""Uploads that are too large or broken: refused before they cost anything, the text kept where it can be."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeAlias

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tickets.received import Received
from tickets.screenshots import safe_name
from tickets.web.pages import problem

MIB = 1024 * 1024
# Five screenshots of the largest size that is taken, and the text.
MAX_BODY = 30 * MIB
# Up to here the body is read for the text in it, the files thrown away as they come.
MAX_READ = 100 * MIB


class DroppedFiles(FileUploadHandler):
    """Throws every file away and remembers its name."""

    def __init__(self, request: HttpRequest):
        super().__init__(request)
        self.names: list[str] = []

    def new_file(self, field_name, file_name, *args, **kwargs):
        self.names.append(safe_name(file_name))
        raise SkipFile

    def receive_data_chunk(self, raw_data, start):
        return None

    def file_complete(self, file_size):
        return None


View: TypeAlias = Callable[..., HttpResponse]


def takes_uploads(view: View, *, protected_by: Callable[[View], View] = csrf_protect) -> View:
    """Let a view receive a multipart form of any size and shape, and answer 4xx where it cannot."""
    protected = protected_by(view)

    # The CSRF check reads the body. Exempt here and checked in `protected`, so that the size
    # is looked at first and a body that cannot be read gets a page of ours.
    @csrf_exempt
    @wraps(view)
    def receive(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST":
            refusal = _refusal(request)
            if refusal:
                return refusal
        return _told_where(request, protected(request, *args, **kwargs))

    return receive


def dropped_names(request: HttpRequest) -> list[str]:
    """The names of the files that were thrown away because all together were too large."""
    return [name for handler in _dropping(request) for name in handler.names]


def is_oversized(request: HttpRequest) -> bool:
    return bool(_dropping(request))


def _told_where(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    # A script that sends a form would follow the redirect unseen, and use up the thanks
    # that the next page shows once. It is told the address, and goes there itself.
    if request.headers.get("X-Sent-By") == "script" and response.status_code in {302, 303}:
        response.status_code = 201
    return response


def _refusal(request: HttpRequest) -> HttpResponse | None:
    received = Received(request)
    if received.announced > MAX_READ:
        return problem(request, "413", status=413)
    if received.announced > MAX_BODY:
        request.upload_handlers = [DroppedFiles(request)]
    try:
        _ = request.POST
    except (RequestDataTooBig, TooManyFilesSent, TooManyFieldsSent):
        return problem(request, "413", status=413)
    except (MultiPartParserError, UnreadablePostError):
        return problem(request, "400", status=400)
    return problem(request, "400", status=400) if received.is_cut else None


def _dropping(request: HttpRequest) -> list[DroppedFiles]:
    return [handler for handler in request.upload_handlers if isinstance(handler, DroppedFiles)]
