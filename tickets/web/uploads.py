"""Uploads that are too large or broken: refused before they cost anything, the text kept where it can be."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt, csrf_protect

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


def takes_uploads(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view receive a multipart form of any size and shape, and answer 4xx where it cannot."""
    protected = csrf_protect(view)

    # The CSRF check reads the body. Exempt here and checked in `protected`, so that the size
    # is looked at first and a body that cannot be read gets a page of ours.
    @csrf_exempt
    @wraps(view)
    def receive(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST":
            refusal = _refusal(request)
            if refusal:
                return refusal
        return protected(request, *args, **kwargs)

    return receive


def dropped_names(request: HttpRequest) -> list[str]:
    """The names of the files that were thrown away because all together were too large."""
    return [name for handler in _dropping(request) for name in handler.names]


def is_oversized(request: HttpRequest) -> bool:
    return bool(_dropping(request))


def _refusal(request: HttpRequest) -> HttpResponse | None:
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > MAX_READ:
        return problem(request, "413", status=413)
    if length > MAX_BODY:
        request.upload_handlers = [DroppedFiles(request)]
    try:
        _ = request.POST
    except (RequestDataTooBig, TooManyFilesSent, TooManyFieldsSent):
        return problem(request, "413", status=413)
    except (MultiPartParserError, UnreadablePostError):
        return problem(request, "400", status=400)
    return None


def _dropping(request: HttpRequest) -> list[DroppedFiles]:
    return [handler for handler in request.upload_handlers if isinstance(handler, DroppedFiles)]
