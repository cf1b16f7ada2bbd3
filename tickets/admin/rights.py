"""Who may see what at the desk: checked by every view of ours, as ModelAdmin does for its own."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


class StaffRequest(HttpRequest):
    """For annotations: behind AdminSite.admin_view the user is a signed-in one."""

    user: User


def needs(permission: str) -> Callable[[View], View]:
    """Answer 403 to staff without the permission; signing in is the AdminSite's business."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: StaffRequest, *args, **kwargs) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


def wants_page(request: HttpRequest) -> bool:
    """False for a script or an image, which cannot show a page; true for browsers that do not say."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
