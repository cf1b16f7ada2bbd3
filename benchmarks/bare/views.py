"""The one view of the peer: a row, a file, a word of thanks."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from benchmarks.bare.models import Report
from benchmarks.bare.tasks import send_mail

THANKS = b"thank you"


@csrf_exempt
def report(request: HttpRequest) -> HttpResponse:
    stored = Report._default_manager.create(
        email=request.POST["contact"],
        description=request.POST["description"],
        screenshot=request.FILES.get("screenshots", ""),
    )
    if "answer" in request.POST:
        send_mail.delay(stored.email)
    # With its length, or the connection could not be kept.
    return HttpResponse(THANKS, headers={"Content-Length": str(len(THANKS))})
