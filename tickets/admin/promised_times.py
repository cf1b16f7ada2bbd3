"""Where leads set what is promised, and when the desk is open: stock forms, with what comes of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import promises
from tickets.admin.fortnight import fortnight, spelt
from tickets.admin.promise_badge import in_opening_time
from tickets.admin.service_history import recent_changes
from tickets.admin.versions import VersionedAdmin
from tickets.models import OpeningHours, ServicePolicy, ServiceTarget, SpecialDay
from tickets.opening_hours import Span

CLOCK = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class HoursFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.instance.pk:
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Delete: %(row)s") % {"row": form.instance}

    def clean(self):
        """Refuse spans of one day that overlap, and say which."""
        super().clean()
        days = defaultdict(list)
        for form in self.forms:
            data = form.cleaned_data if form.is_valid() else {}
            if data.get("opens") and data.get("closes") and not data.get("DELETE"):
                days[data["weekday"]].append((Span(data["opens"], data["closes"]), form))
        for spans in days.values():
            self._refuse_overlaps(sorted(spans, key=lambda pair: pair[0]))

    def _refuse_overlaps(self, spans):
        for (earlier, _form), (later, form) in pairwise(spans):
            if later.opens < earlier.closes:
                day = form.instance.get_weekday_display()
                sentence = _(
                    "%(day)s: %(earlier)s and %(later)s overlap. Make one span of them, or part them."
                )
                values = {"day": day, "earlier": spelt(earlier), "later": spelt(later)}
                raise ValidationError(sentence % values, code="overlap")


class NamedForm(forms.ModelForm):
    """A row of a table: each field carries the name that a head of its own would have."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = f"{self.instance}: " if self.instance.pk else ""
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{row}{field.label}"


class HoursInline(admin.TabularInline):
    model = OpeningHours
    form = NamedForm
    template = "tickets/desk/parts/inline_table.html"
    formset = HoursFormSet
    extra = 1
    fields = ("weekday", "opens", "closes")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in {"opens", "closes"}:
            kwargs["widget"] = CLOCK
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class TargetInline(admin.TabularInline):
    model = ServiceTarget
    form = NamedForm
    template = "tickets/desk/parts/inline_table.html"
    fields = ("priority_label", "response_minutes", "resolution_minutes", "in_words")
    readonly_fields = ("priority_label", "in_words")
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("priority"))
    def priority_label(self, target):
        return target.get_priority_display()

    @admin.display(description=gettext_lazy("in opening hours"))
    def in_words(self, target):
        spelt_out = (
            in_opening_time(timedelta(minutes=minutes))
            for minutes in (target.response_minutes, target.resolution_minutes)
        )
        return " / ".join(spelt_out)


@admin.register(ServicePolicy)
class ServicePolicyAdmin(admin.ModelAdmin):
    """One page for the one row: there is no list, and nothing to add or delete."""

    change_form_template = "tickets/desk/promised_times.html"
    fields = ("due_soon_minutes", "has_national_holidays", "has_joint_leave")
    inlines = (TargetInline, HoursInline)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        policy, _made = ServicePolicy.objects.get_or_create(pk=ServicePolicy.THE_ONE)
        return redirect("admin:tickets_servicepolicy_change", policy.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        shown = {
            "title": _("Promised times"),
            "subtitle": "",
            "days": fortnight(ServicePolicy.objects.first() or ServicePolicy()),
            "fallback": promises.load().fallback,
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def save_model(self, request, obj, form, change):
        if form.has_changed():  # or the history would fill with what nobody did
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        promises.changed()

    def history_view(self, request, object_id, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Changes to promised times"),
            "changes": recent_changes(),
        }
        return TemplateResponse(request, "tickets/desk/promised_history.html", context)


class SpecialDayForm(forms.ModelForm):
    class Meta:
        model = SpecialDay
        fields = ("date", "name", "opens", "closes")
        widgets = {
            "date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "opens": CLOCK,
            "closes": CLOCK,
        }
        help_texts = {
            "opens": gettext_lazy("Leave both times empty when the desk is closed all day."),
            "name": gettext_lazy("Agents read it beside the date."),
        }


@admin.register(SpecialDay)
class SpecialDayAdmin(VersionedAdmin):
    form = SpecialDayForm
    list_display = ("date", "name", "hours")

    @admin.display(description=gettext_lazy("open"))
    def hours(self, day):
        return _("closed all day") if day.is_closed else spelt(Span(day.opens, day.closes))

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        promises.changed()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        promises.changed()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        promises.changed()
