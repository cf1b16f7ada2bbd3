"""The three roles, as groups with explicit permissions."""

from django.db import migrations

AGENT = [
    ("tickets", "ticket", "view_ticket", "Can view ticket"),
    ("tickets", "ticket", "change_ticket", "Can change ticket"),
    ("tickets", "screenshot", "view_screenshot", "Can view screenshot"),
]
LEAD = [
    *AGENT,
    ("tickets", "ticket", "assign_ticket", "Can work on everybody's tickets and assign them to anyone"),
    ("tickets", "message", "view_message", "Can view message"),
]
ADMINISTRATOR = [
    *LEAD,
    *(
        ("auth", model, f"{verb}_{model}", f"Can {verb} {model}")
        for model in ("user", "group")
        for verb in ("view", "add", "change", "delete")
    ),
]
ROLES = {"agent": AGENT, "lead": LEAD, "administrator": ADMINISTRATOR}


def make_roles(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for name, permissions in ROLES.items():
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(*(permission(apps, alias, *names) for names in permissions))


def permission(apps, alias, app_label, model, codename, name):
    # Django makes permissions only after the last migration; these are needed now.
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    content_type, _ = content_types.get_or_create(app_label=app_label, model=model)
    found, _ = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .get_or_create(content_type=content_type, codename=codename, defaults={"name": name})
    )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
