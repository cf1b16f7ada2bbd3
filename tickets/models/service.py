"""What is promised and when the desk is open: targets, opening hours, special days."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tickets.models.ticket import Priority


class Owed(models.TextChoices):
    """The two things a requester is owed, in the order in which they are due."""

    RESPONSE = "response", _("First answer")
    RESOLUTION = "resolution", _("Resolution")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class ServicePolicy(models.Model):
    """The one row that holds the hours and the targets together."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    has_national_holidays = models.BooleanField(_("closed on national holidays"), default=True)
    has_joint_leave = models.BooleanField(_("closed on days of joint leave"), default=False)
    due_soon_minutes = models.PositiveIntegerField(
        _("warn ahead, in minutes"),
        default=30,
        help_text=_("In opening time: so long before it is due, the queue points it out."),
    )
    # After a change the open tickets are counted anew, by their numbers, in batches: the last one done.
    changed_at = models.DateTimeField(null=True, editable=False)
    recount_after = models.BigIntegerField(null=True, editable=False)

    history = HistoricalRecords(excluded_fields=["changed_at", "recount_after"])

    class Meta:
        verbose_name = _("promised times")
        verbose_name_plural = _("promised times")
        constraints = [
            models.CheckConstraint(name="service_policy_is_one", condition=Q(id=1)),
            models.CheckConstraint(
                name="service_policy_warns_within_a_week",
                condition=Q(due_soon_minutes__range=(1, 7 * 24 * 60)),
                violation_error_message=_("Warn between one minute and a week ahead."),
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class ServiceTarget(models.Model):
    """What is promised to tickets of one priority, in minutes of opening time."""

    policy = models.ForeignKey(
        ServicePolicy, default=ServicePolicy.THE_ONE, on_delete=models.CASCADE, related_name="targets"
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, unique=True)
    response_minutes = models.PositiveIntegerField(_("first answer within (minutes)"))
    resolution_minutes = models.PositiveIntegerField(_("resolution within (minutes)"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["priority"]
        constraints = [
            models.CheckConstraint(
                name="service_target_answers_first",
                condition=Q(response_minutes__gt=0, response_minutes__lte=F("resolution_minutes")),
                violation_error_message=_("Give the first answer a minute at least, the resolution no less."),
            ),
            models.CheckConstraint(
                # Far beyond what anybody promises, and short enough for every calendar to reach.
                name="service_target_is_within_a_year",
                condition=Q(resolution_minutes__lte=1000 * 60),
                violation_error_message=_("Promise at most 1000 opening hours."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_priority_display())


class OpeningHours(models.Model):
    """One span of a weekday, on the clock of settings.TIME_ZONE; 23:59 stands for the end of the day."""

    policy = models.ForeignKey(
        ServicePolicy, default=ServicePolicy.THE_ONE, on_delete=models.CASCADE, related_name="hours"
    )
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                name="opening_hours_end_after_start",
                condition=Q(opens__lt=F("closes")),
                violation_error_message=_("The end must be after the start; write 23:59 for midnight."),
            ),
            models.CheckConstraint(name="opening_hours_of_a_weekday", condition=Q(weekday__range=(0, 6))),
            models.UniqueConstraint(fields=["weekday", "opens"], name="opening_hours_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class SpecialDay(models.Model):
    """A date that is not like its weekday: closed, or with hours of its own. It outdoes a holiday."""

    date = models.DateField(_("date"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["-date"]
        constraints = [
            models.CheckConstraint(
                name="special_day_is_closed_or_has_hours",
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, opens__lt=F("closes")),
                violation_error_message=_(
                    "Leave both times empty (closed), or let the end be after the start."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"

    @property
    def is_closed(self) -> bool:
        return self.opens is None
