"""SavedView: a way of looking at the queue that an agent has kept, as the address of the page spells it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedViewQuerySet(models.QuerySet):
    def open_to(self, user_pk: int) -> SavedViewQuerySet:
        """One's own, and what leads share with everybody."""
        return self.filter(Q(user=user_pk) | Q(is_shared=True))


class SavedView(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=40)
    # What stands behind the "?": checked when it is opened, because what it names may be gone by then.
    query = models.TextField(max_length=2000)
    position = models.PositiveSmallIntegerField(default=0)
    is_shared = models.BooleanField(_("shared with everybody"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["position", "id"]
        default_permissions = ()
        permissions = [("share_view", _("Can share saved views of the queue with everybody"))]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_view_name_is_unique"),
            models.CheckConstraint(name="saved_view_has_name", condition=~Q(name="")),
        ]
        indexes = [
            models.Index(fields=["position", "id"], name="saved_view_shared_idx", condition=Q(is_shared=True))
        ]

    def __str__(self) -> str:
        return self.name
