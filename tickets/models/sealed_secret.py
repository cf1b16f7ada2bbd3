"""SealedSecret: a code or number that was masked in a text, for whoever must see it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from triage.secrets import KEPT


class SecretSource(models.TextChoices):
    DESCRIPTION = "description", _("Report")
    MESSAGE = "message", _("Added information")
    SCREENSHOT = "screenshot", _("Screenshot")
    NOTE = "note", _("Internal note")


class SealedSecret(models.Model):
    LAST = 32767  # the greatest number the column holds

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="secrets")
    number = models.PositiveSmallIntegerField()  # as in the text: [OTP ••• 2]
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KEPT])
    sealed = models.BinaryField()  # see tickets/sealing.py
    source = models.CharField(max_length=12, choices=SecretSource)  # where it was written first
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("sealed secret")
        verbose_name_plural = _("sealed secrets")
        ordering = ["number"]
        default_permissions = ()
        permissions = [
            ("reveal_secret", _("Can have masked codes, accounts and links shown")),
            ("reveal_identity", _("Can have masked identity and card numbers shown")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "number"], name="sealed_secret_number_is_unique"),
        ]
        indexes = [models.Index(fields=["created_at"], name="sealed_secret_age_idx")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
