"""Users and roles: Django's own forms, with only what this product uses."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.forms.models import ModelChoiceIterator
from django.template.defaultfilters import date
from django.urls import path
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import staff
from tickets.admin import colleague_pages, roles
from tickets.models import BulkJob, Message, Ticket, TriageWeek

# Of these only the rights in roles.CAPABILITIES mean anything: nobody deletes a ticket.
TOLD = {User, Group, BulkJob, Ticket, Message, TriageWeek}

# Secrets of the second factors, and addresses nobody keeps here: not for stock forms.
for model in (User, Group, EmailAddress, Authenticator):
    admin.site.unregister(model)


class RoleChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group):
        return roles.role_name(group.name)


class RightsInOrder(ModelChoiceIterator):
    def __iter__(self):
        return iter(sorted(super().__iter__(), key=_position))


def _position(choice):
    value, _label = choice
    return roles.position(value.instance)


class RightChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple
    iterator = RightsInOrder

    def label_from_instance(self, permission):
        return roles.label_of(permission)


class RoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return [(group.pk, roles.role_name(group.name)) for group in roles.in_order(Group.objects.all())]

    def queryset(self, request, users):
        value = self.value() or ""
        return users.filter(groups=int(value)) if value.isdecimal() and len(value) < 10 else users


@admin.register(User)
class StaffAdmin(UserAdmin):
    # Rights come by role alone: one person with a right of their own is what an audit never finds.
    filter_horizontal = ()
    change_form_template = "tickets/desk/user.html"
    change_list_template = "tickets/desk/users.html"
    list_display = ("username", "person_name", "role", "second_factor", "last_sign_in", "account_state")
    list_filter = ("is_active", RoleFilter)
    # Accounts are shut one by one, each with its tickets.
    actions = None
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Personal info"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Role"), {"fields": ("is_staff", "groups")}),
        (gettext_lazy("Account"), {"fields": ("account_state", "second_factor", "last_sign_in")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        (gettext_lazy("Personal info"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Role"), {"fields": ("is_staff", "groups")}),
    )
    readonly_fields = ("account_state", "second_factor", "last_sign_in")

    def get_queryset(self, request):
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .prefetch_related("groups")
            .annotate(
                has_app=Exists(factors.filter(type=Authenticator.Type.TOTP)),
                has_passkey=Exists(factors.filter(type=Authenticator.Type.WEBAUTHN)),
            )
        )

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/shut/", view(colleague_pages.deactivate_page), name="auth_user_deactivate"),
            path("<int:pk>/open/", view(colleague_pages.reactivate_page), name="auth_user_reactivate"),
            path("<int:pk>/second-factor/", view(colleague_pages.reset_page), name="auth_user_second_factor"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {**(extra_context or {}), "title": _("Users")})

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or colleague_pages.may_change(obj, by=request.user))

    def has_delete_permission(self, request, obj=None):
        """Whoever has worked here stays in the history; their account is shut instead."""
        may = super().has_delete_permission(request, obj)
        if obj is None:
            return may
        return may and self.has_change_permission(request, obj) and not staff.has_left_traces(obj)

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.name == "groups":
            kwargs["form_class"] = RoleChoices
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request):
        return {"is_staff": True}

    @admin.display(description=gettext_lazy("name"), ordering="first_name")
    def person_name(self, user):
        return user.get_full_name()

    @admin.display(description=gettext_lazy("role"))
    def role(self, user):
        names = [roles.role_name(group.name) for group in roles.in_order(user.groups.all())]
        return ", ".join(names) or (_("Superuser") if user.is_superuser else _("No role"))

    @admin.display(description=gettext_lazy("account"), ordering="is_active")
    def account_state(self, user):
        return _("open") if user.is_active else _("shut")

    @admin.display(description=gettext_lazy("second factor"))
    def second_factor(self, user):
        kinds = [_("app")] * user.has_app + [_("passkey")] * user.has_passkey
        return ", ".join(kinds) or _("none")

    @admin.display(description=gettext_lazy("last sign-in"), ordering="last_login")
    def last_sign_in(self, user):
        return date(localtime(user.last_login), "j M Y, H:i") if user.last_login else _("never")


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    filter_horizontal = ()
    change_list_template = "tickets/desk/roles.html"
    change_form_template = "tickets/desk/role.html"
    list_display = ("role_name",)
    actions = None
    search_fields = ()

    @admin.display(description=gettext_lazy("role"), ordering="name")
    def role_name(self, group):
        return roles.role_name(group.name)

    def changelist_view(self, request, extra_context=None):
        groups = roles.in_order(Group.objects.prefetch_related("permissions__content_type"))
        table = {"title": _("Roles"), "roles": groups, "lines": roles.table(groups)}
        return super().changelist_view(request, {**(extra_context or {}), **table})

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.name == "permissions":
            kwargs["form_class"] = RightChoices
            kwargs["queryset"] = _rights(self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _rights(site):
    """The rights that mean something here: those with words of their own, of settings, or given already."""
    told = Q(pk__in=[])
    for code in roles.CAPABILITIES:
        app, _dot, codename = code.partition(".")
        told |= Q(content_type__app_label=app, codename=codename)
    settings = ContentType.objects.get_for_models(*(set(site._registry) - TOLD)).values()
    return Permission.objects.filter(told | Q(content_type__in=settings) | Q(group__isnull=False)).distinct()
