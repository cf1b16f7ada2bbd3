"""A cleaned screenshot, to staff who may see it; every look is in the ticket's history."""

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tickets import desk
from tickets.admin.rights import StaffRequest, needs
from tickets.models import Screenshot
from tickets.screenshots import path_of

CONTENT_TYPES = {"png": "image/png", "jpeg": "image/jpeg"}
EXTENSIONS = {"png": "png", "jpeg": "jpg"}


@require_safe
@needs("tickets.view_ticket")
@needs("tickets.view_screenshot")
def screenshot_view(request: StaffRequest, pk: int, public_id: str) -> FileResponse:
    """Serve the cleaned file only; the original never leaves its folder.

    The headers say: this is an image, and it runs nothing. That no cache keeps it, AdminSite.admin_view says.
    """
    cleaned = Screenshot.objects.clean().select_related("ticket")
    screenshot = get_object_or_404(cleaned, ticket=pk, public_id=public_id)
    try:
        file = path_of(screenshot.clean_path).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    desk.record_view(screenshot.ticket, screenshot_pk=screenshot.pk, by=request.user)
    # The name is ours: the requester's may carry anything.
    name = f"{screenshot.ticket.reference}-{screenshot.pk}.{EXTENSIONS[screenshot.format]}"
    response = FileResponse(file, filename=name, content_type=CONTENT_TYPES[screenshot.format])
    mark_as_picture(response)
    return response


def mark_as_picture(response: HttpResponseBase) -> None:
    """Say that it runs nothing, is nothing else, and stands on no page but ours."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
