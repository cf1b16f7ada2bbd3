"""The one row of the peer."""

from django.db import models


class Report(models.Model):
    email = models.EmailField()
    description = models.TextField()
    screenshot = models.FileField(upload_to="screenshots")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return str(self.pk)
