"""LinkRequest: somebody asks for the link to a report by its number and address; gone once it is answered."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.claims import Claimable, ClaimableQuerySet


class LinkRequest(Claimable):
    """Written for a right guess and for a wrong one, so that the page cannot tell them apart."""

    reference = models.CharField(max_length=12)
    # Keyed: an address that was only tried out is nobody's to keep.
    address_digest = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ClaimableQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a link")
        verbose_name_plural = _("requests for links")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"
