"""The weekly summary: last week's figures, on Monday at seven, by mail to every lead.

Once per week and person: the row is the claim. Who dies between the mail server's 250 and our commit
sends it twice, with the same Message-ID, as in outbox.py.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tickets import counting, figures, shared_clock
from tickets.drift import WEEK, week_of
from tickets.durations import short_duration
from tickets.mail.outgoing import new_message_id
from tickets.mail.weekly_mail import Line, compose_summary
from tickets.models import AgentProfile, Figures, WeeklySummary
from tickets.models.agent_profile import SummaryChoice
from tickets.models.figures import Grain, SummaryState
from tickets.outbox import after_the_250
from tickets.periods import DAY, days_between
from tickets.sketch import Sketch

logger = logging.getLogger(__name__)

LEADS = "lead"  # the group
SENT_AT = time(7)  # on Monday, on the desk's clock
# Nobody needs Monday's mail on Thursday.
TOO_LATE = timedelta(days=2)
FIRST_BACK_OFF = timedelta(minutes=1)
MOST_ATTEMPTS = 12  # about two days of back-off


def recipients() -> QuerySet[User]:
    """Active leads with an address who have not said no."""
    leads = User.objects.filter(is_active=True, groups__name=LEADS).exclude(email="")
    return leads.exclude(agent_profile__weekly_summary=SummaryChoice.NONE).distinct()


def is_lead(user: User) -> bool:
    return user.groups.filter(name=LEADS).exists()


def choice_of(user: User) -> str:
    """Whether and in which language this person gets the summary."""
    profile = AgentProfile.objects.filter(user=user).first()
    return profile.weekly_summary if profile else str(SummaryChoice.INDONESIAN)


def choose(user: User, choice: str) -> None:
    AgentProfile.objects.update_or_create(user=user, defaults={"weekly_summary": choice})


def queue_summaries() -> list[int]:
    """When it is time, write a row for each lead who has none for this week; return the rows to send.

    Not before every day of the week has been counted to its end.
    """
    week = week_to_send(timezone.localtime())
    if week is None or not counting.is_counted(days_of(week)) or not _has_anything(week):
        return []
    has_one = WeeklySummary.objects.filter(user=OuterRef("pk"), week=week)
    now = shared_clock.now()
    WeeklySummary.objects.bulk_create(
        [
            WeeklySummary(week=week, user=user, message_id=new_message_id(), deliver_after_at=now)
            for user in recipients().filter(~Exists(has_one))
        ],
        ignore_conflicts=True,  # beat has rung twice, and another worker was faster
    )
    return list(WeeklySummary.objects.due().values_list("pk", flat=True))


def week_to_send(now: datetime) -> date | None:
    """The Monday of the week whose summary is due at this local time, or None."""
    this = week_of(now.date())
    due = timezone.make_aware(datetime.combine(this, SENT_AT), now.tzinfo)
    return this - WEEK if due <= now < due + TOO_LATE else None


def deliver(pk: int) -> None:
    """Send one summary if it is there to be claimed, and still wanted."""
    summary = WeeklySummary.objects.claim(pk)
    if summary is None:
        return
    user = recipients().filter(pk=summary.user_id).first()
    if user is None or summary.attempts > MOST_ATTEMPTS:
        _finish(summary, state=SummaryState.FAILED, last_error="gave up" if user else "not wanted any more")
        return
    try:
        mail = compose(
            summary.week,
            recipient=user.email,
            name=user.first_name,
            language=choice_of(user),
            message_id=summary.message_id,
        )
        mail.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError) as error:
        _refused(summary, error)
    except OSError as error:  # every other SMTPException too
        _retry_later(summary, error)
    else:
        after_the_250(
            lambda: _finish(summary, state=SummaryState.SENT, sent_at=timezone.now(), last_error=""),
            what=f"weekly summary {summary.pk}",
        )


def compose(week: date, *, recipient: str, name: str, language: str, message_id: str):
    """The mail about one week, from what is counted now."""
    with translation.override(language):
        lines = lines_of(week)
    return compose_summary(
        lines, week=week, name=name, recipient=recipient, language=language, message_id=message_id
    )


def lines_of(week: date) -> list[Line]:
    """The week's figures beside those of the week before, in the active language."""
    now, before = (figures.total(_rows(each)) for each in (week, week - WEEK))
    back_now, back_before = (
        figures.total(figures.settled(_rows(each), grain=Grain.DAY)) for each in (week, week - WEEK)
    )
    return [
        _number(_("Came in"), now.arrived, before.arrived),
        _number(_("Resolved"), now.resolved, before.resolved),
        _wait(_("First answer by an agent, median"), now, before, column="first_human", share=0.5),
        _wait(_("First answer by an agent, 9 of 10 within"), now, before, column="first_human", share=0.9),
        _wait(_("Automatic first answer, median"), now, before, column="first_auto", share=0.5),
        _share(_("First answers as promised"), now, before, part="response_met", whole="responses_promised"),
        _share(
            _("Resolutions as promised"), now, before, part="resolution_met", whole="resolutions_promised"
        ),
        _share(_("Self-help confirmed"), now, before, part="fix_confirmed", whole="fixes"),
        _share(_("Self-help assumed"), now, before, part="fix_assumed", whole="fixes"),
        _share(_("Self-help failed"), now, before, part="fix_failed", whole="fixes"),
        _share(
            _("Came back within 72 hours, as far as known"),
            back_now,
            back_before,
            part="came_back",
            whole="resolved",
        ),
    ]


def _number(label: str, now: int, before: int) -> Line:
    return Line(label, str(now), str(before), _change(now, before, _in_percent))


def _wait(label: str, now: Figures, before: Figures, *, column: str, share: float) -> Line:
    after, earlier = (Sketch(getattr(each, column)).quantile(share) for each in (now, before))
    figure, figure_before = short_duration(after), short_duration(earlier)
    # The medians are right to a few percent: what reads the same has not changed.
    change = ""
    if after and earlier and figure != figure_before:
        change = _change(after, earlier, _in_percent)
    return Line(label, figure, figure_before, change)


def _share(label: str, now: Figures, before: Figures, *, part: str, whole: str) -> Line:
    after, earlier = (
        100 * getattr(each, part) / getattr(each, whole) if getattr(each, whole) else None
        for each in (now, before)
    )
    change = "" if after is None or earlier is None else _change(after, earlier, _in_points)
    return Line(label, _percent(after), _percent(earlier), change)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{round(share)} %"


def _change(now: float, before: float, spell: Callable[[float, float], str]) -> str:
    by = spell(now, before)
    if not by:
        return ""
    return (_("up by %(by)s") if now > before else _("down by %(by)s")) % {"by": by}


def _in_percent(now: float, before: float) -> str:
    """Of nothing there is no percentage."""
    by = round(100 * abs(now - before) / before) if before else 0
    return f"{by} %" if by else ""


def _in_points(now: float, before: float) -> str:
    by = abs(round(now) - round(before))
    return _("%(number)s points") % {"number": by} if by else ""


def _rows(week: date) -> list[Figures]:
    return figures.read(Grain.DAY, days_of(week))


def days_of(week: date) -> list[datetime]:
    return days_between(week, week + 6 * DAY)


def _has_anything(week: date) -> bool:
    total = figures.total(_rows(week))
    return bool(total.arrived or total.resolved)


def _refused(summary: WeeklySummary, error: Exception) -> None:
    """RFC 5321 4.2.1: 5yz is for ever, 4yz may pass; an address that cannot be spelt is for ever too."""
    codes = [code for code, _said in getattr(error, "recipients", {}).values()]
    code = next(iter(codes), getattr(error, "smtp_code", 500))
    if code < 500:
        _retry_later(summary, error)
    else:
        logger.warning("weekly summary %s was refused for good: %s", summary.pk, code)
        _finish(summary, state=SummaryState.FAILED, last_error=_said(error))


def _retry_later(summary: WeeklySummary, error: Exception) -> None:
    wait = FIRST_BACK_OFF * 2 ** (summary.attempts - 1)
    logger.warning("weekly summary %s: next try in %s", summary.pk, wait)
    _finish(summary, deliver_after_at=shared_clock.now() + wait, last_error=_said(error))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _finish(summary: WeeklySummary, **columns) -> None:
    """Write the outcome if the lease is still ours."""
    mine = WeeklySummary.objects.filter(pk=summary.pk, attempts=summary.attempts)
    mine.update(lease_until=None, **columns)
