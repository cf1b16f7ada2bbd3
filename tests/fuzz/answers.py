"""What every answer of a public form has to be: no 5xx, a word on what is wrong, and nothing lost."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.utils.html import escape

from tickets.models import IncomingMail, Message, Screenshot, Ticket

TAKEN = {302, 303}
# 410: a link that has expired.
REFUSED = {400, 403, 404, 410, 413, 422, 429}
# Of these the page shows no text: they are picked, ticked or never shown.
NOT_TYPED = {"situation", "signup_day", "signup_zone", "signup_sure", "hour_unknown", "tried", "screenshots"}


def stored() -> tuple[int, ...]:
    """How much there is in the tables and on the disk."""
    files = sum(1 for path in settings.SCREENSHOT_DIR.rglob("*") if path.is_file())
    return files, *(model.objects.count() for model in (Ticket, Message, Screenshot, IncomingMail))


def assert_fair(answer: HttpResponse, *, before: tuple[int, ...], form: str = "form") -> None:
    """Fail unless it was taken, or refused with nothing stored, a word on why, and all that was typed.

    `form` is the name of the form in the context of the page that shows it again.
    """
    if answer.status_code in TAKEN:
        return
    assert answer.status_code in REFUSED, answer.status_code
    assert stored() == before
    page = answer.content.decode()
    if answer.status_code == 422:
        assert_errors_stand_in(page, answer.context[form])
    if answer.context and form in answer.context:
        assert_says_something(page)
        assert_typed_is_kept(page, answer.context[form])


def assert_says_something(page: str) -> None:
    assert "error-summary" in page or 'id="notice"' in page


def assert_errors_stand_in(page: str, form) -> None:
    assert form.errors
    for name, errors in form.errors.items():
        assert f'id="{form[name].auto_id}_error"' in page or name == "signup_sure"
        for error in errors:
            assert page.count(escape(error)) >= 2, f"{name}: not both in the summary and at the field"


def assert_typed_is_kept(page: str, form) -> None:
    for name in form.fields.keys() - NOT_TYPED:
        typed = form.data.get(name, "")
        assert escape(typed) in page, f"{name} is lost"
