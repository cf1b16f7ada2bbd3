"""Proof of identity: asked for, kept sealed, looked at and decided about; who may ask, and who may see."""

import tomllib
import uuid
from importlib import import_module
from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

ASK = (
    "tickets",
    "identityrequest",
    "ask_identity",
    "Can ask for proof of identity on tickets about restricted accounts",
)
SEE = (
    "tickets",
    "identityrequest",
    "see_identity",
    "Can see proof of identity, decide, and ask for it on any ticket",
)
REWORDED = {
    "title": "Akun sedang diperiksa",
    "body_id": """\
{greeting},

Akun Anda dibatasi oleh pemeriksaan otomatis. Petugas kami sedang memeriksanya.

Jika kami memerlukan bukti identitas, Anda mendapat tautan khusus dari kami. Mohon jangan kirim foto \
kartu identitas lewat halaman laporan atau email. Jangan kirim kata sandi atau OTP.

Salam,
{agent}""",
    "body_en": """\
{greeting},

Your account was limited by an automatic check. Our staff is looking into it.

If we need proof of your identity, you get a link of its own from us. Please send no picture of a card \
on your report's page or by e-mail, and no password or code.

Kind regards,
{agent}""",
}
RIGHTS = {"agent": [ASK], "lead": [ASK, SEE], "administrator": [ASK, SEE]}


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=RIGHTS):
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in RIGHTS[group.name]))


def reword_macros(apps, schema_editor):
    """Reword the shipped reply that had a card sent as a screenshot; what was written otherwise stays."""
    alias = schema_editor.connection.alias
    macros = apps.get_model("tickets", "Macro").objects.using(alias)
    history = apps.get_model("tickets", "HistoricalMacro").objects.using(alias)
    file = Path(__file__).with_name("0009_macro.toml")
    known = tomllib.loads(file.read_text(encoding="utf-8"))["macros"]
    (texts,) = (each for each in known if each["key"] == "identitas")
    for macro in macros.filter(**texts):
        macros.filter(pk=macro.pk).update(**REWORDED)
        history.create(
            id=macro.pk,
            history_type="~",
            history_date=django.utils.timezone.now(),
            **{**texts, **REWORDED},
            position=macro.position,
            is_active=macro.is_active,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0029_watch"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "Report received"),
                    ("triaged", "Categorised"),
                    ("moved", "Status changed"),
                    ("assigned", "Assigned"),
                    ("categorised", "Category changed"),
                    ("replied", "Reply written"),
                    ("noted", "Note written"),
                    ("informed", "Information added"),
                    ("linked", "Earlier ticket found"),
                    ("joined", "Another ticket merged into this one"),
                    ("carried", "Gone on into another ticket"),
                    ("parted", "Merge undone"),
                    ("mail_failed", "Mail could not be delivered"),
                    ("complained", "Our mail was called spam"),
                    ("readdressed", "Reply address changed"),
                    ("mail_allowed", "Address may be mailed again"),
                    ("completed", "Report completed"),
                    ("link_mailed", "Link sent by e-mail"),
                    ("refused", "Attachments refused"),
                    ("screenshot_viewed", "Screenshot viewed"),
                    ("secret_revealed", "Masked secret shown"),
                    ("sla_breached", "Promised time missed"),
                    ("incident_linked", "Linked to an incident"),
                    ("incident_unlinked", "Taken off an incident"),
                    ("exported", "Data exported for the person"),
                    ("discarded", "Screenshots removed by age"),
                    ("identity_asked", "Proof of identity asked for"),
                    ("identity_withdrawn", "Request for proof of identity withdrawn"),
                    ("identity_received", "Proof of identity received"),
                    ("identity_viewed", "Proof of identity viewed"),
                    ("identity_decided", "Proof of identity decided about"),
                    ("identity_discarded", "Proof of identity deleted"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="IdentityRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("restricted", "The account is restricted"),
                            ("ownership", "Somebody else may use the account"),
                            ("contact", "The registered address or number is to be changed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("match", "Matches"), ("mismatch", "Does not match")],
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("delete_after_at", models.DateTimeField(blank=True, null=True)),
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="identity_request",
                        to="tickets.message",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identity_requests",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "proof of identity",
                "verbose_name_plural": "proofs of identity",
                "ordering": ["id"],
                "permissions": [
                    ("ask_identity", "Can ask for proof of identity on tickets about restricted accounts"),
                    ("see_identity", "Can see proof of identity, decide, and ask for it on any ticket"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IdentityLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("ip_address", models.GenericIPAddressField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="looks",
                        to="tickets.identityrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "look at an identity",
                "verbose_name_plural": "looks at identities",
                "ordering": ["id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IdentityFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("path", models.CharField(max_length=100, unique=True)),
                ("format", models.CharField(max_length=8)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="tickets.identityrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture of an identity",
                "verbose_name_plural": "pictures of identities",
                "ordering": ["number"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="identityrequest",
            index=models.Index(
                condition=models.Q(("delete_after_at__isnull", False)),
                fields=["delete_after_at"],
                name="identity_kept_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="identityrequest",
            constraint=models.UniqueConstraint(
                models.F("ticket"),
                condition=models.Q(("used_at__isnull", True), ("withdrawn_at__isnull", True)),
                name="identity_one_link_per_ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="identityrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))), name="identity_expires_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="identityrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("used_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                ),
                name="identity_used_or_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="identityrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_by__isnull", True), ("withdrawn_at__isnull", False), _connector="OR"
                ),
                name="identity_withdrawer_has_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="identityrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("decision", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("used_at__isnull", False),
                        models.Q(("decision", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="identity_decided_iff_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="identityrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("delete_after_at__isnull", True),
                        ("discarded_at__isnull", True),
                        ("used_at__isnull", True),
                    ),
                    models.Q(
                        ("delete_after_at__isnull", False),
                        ("discarded_at__isnull", True),
                        ("used_at__isnull", False),
                    ),
                    models.Q(
                        ("delete_after_at__isnull", True),
                        ("discarded_at__isnull", False),
                        ("used_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="identity_kept_or_discarded_iff_used",
            ),
        ),
        migrations.AddConstraint(
            model_name="identityfile",
            constraint=models.UniqueConstraint(
                fields=("request", "number"), name="identity_file_number_is_unique"
            ),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
        migrations.RunPython(reword_macros, migrations.RunPython.noop),
    ]
