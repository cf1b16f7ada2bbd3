"""Where leads write the canned replies: the stock form, with the placeholders and a preview beside it."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets.admin.queue_rows import label_of
from tickets.admin.versions import VersionedAdmin
from tickets.fields import clean_text
from tickets.macros import PLACEHOLDERS, render, sample_ticket, unknown_placeholders
from tickets.models import Macro
from triage.playbooks import playbooks


class MacroForm(forms.ModelForm):
    class Meta:
        model = Macro
        fields = ("title", "key", "category", "after", "body_id", "body_en", "position", "is_active")
        widgets = {name: forms.Textarea(attrs={"rows": 10, "cols": 80}) for name in ("body_id", "body_en")}
        help_texts = {
            "title": gettext_lazy("What the agent reads in the list."),
            "key": gettext_lazy("The agent types it after / to find this reply."),
            "category": gettext_lazy("It is suggested on tickets of this category."),
            "after": gettext_lazy("What sending it does to the ticket; left open, the agent decides."),
            "position": gettext_lazy("Small numbers come first; the first one of a category is suggested."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "category" in self.fields:  # not for who may only read
            self.fields["category"] = forms.ChoiceField(
                label=self.fields["category"].label,
                help_text=self.fields["category"].help_text,
                choices=[("", _("All categories")), *self.categories()],
                required=False,
            )

    def categories(self):
        """The playbooks, and what the macro was for if that one is gone."""
        kept = self.instance.category
        slugs = [*playbooks(), *([kept] if kept and kept not in playbooks() else [])]
        return [(slug, label_of(slug)) for slug in slugs]

    def clean_body_id(self):
        return self._checked("body_id")

    def clean_body_en(self):
        return self._checked("body_en")

    def _checked(self, name):
        body = clean_text(self.cleaned_data[name])
        if not body:
            raise ValidationError(self.fields[name].error_messages["required"], code="required")
        unknown = unknown_placeholders(body)
        if unknown:
            raise ValidationError(
                _("There is no placeholder %(unknown)s. Use only those listed below."),
                code="placeholder",
                params={"unknown": ", ".join(unknown)},
            )
        return body


@admin.register(Macro)
class MacroAdmin(VersionedAdmin):
    form = MacroForm
    change_form_template = "tickets/desk/macro_form.html"
    list_display = ("title", "typed", "category_label", "after_label", "position", "is_active")
    list_filter = ("is_active", "after")
    search_fields = ("title", "key", "body_id", "body_en")

    @admin.display(description=gettext_lazy("short word"), ordering="key")
    def typed(self, macro):
        return f"/{macro.key}"

    @admin.display(description=gettext_lazy("category"), ordering="category")
    def category_label(self, macro):
        return label_of(macro.category) if macro.category else _("All categories")

    @admin.display(description=gettext_lazy("after the reply"), ordering="after")
    def after_label(self, macro):
        return macro.get_after_display() or "–"

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.preview_view))
        return [path("preview/", view, name="tickets_macro_preview"), *super().get_urls()]

    def render_change_form(self, request, context, **kwargs):
        context["placeholders"] = placeholders_for(request.user)
        macro = context.get("original")
        context["previews"] = previews(macro, by=request.user) if macro else []
        return super().render_change_form(request, context, **kwargs)

    def preview_view(self, request):
        """Show what is typed, filled in, without storing it."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        # The texts only: whether the short word is free is asked when it is stored.
        form = forms.modelform_factory(Macro, form=MacroForm, fields=("body_id", "body_en"))(request.POST)
        context = {
            **self.admin_site.each_context(request),
            "title": request.POST.get("title", "").strip()[:60] or _("Preview"),
            "form": form,
            "previews": previews(form.instance, by=request.user) if form.is_valid() else [],
        }
        return TemplateResponse(request, "tickets/desk/macro_preview.html", context)


def placeholders_for(user):
    """Each placeholder with what it stands for, and what it becomes on the sample ticket."""
    ticket = sample_ticket(get_language() or "id")
    return [
        {"name": f"{{{name}}}", "meaning": each.meaning, "example": each.fill_in(ticket, user)}
        for name, each in PLACEHOLDERS.items()
    ]


def previews(macro, *, by):
    return [
        {"language": code, "name": name, "text": render(macro, sample_ticket(code), by=by)}
        for code, name in settings.LANGUAGES
    ]
