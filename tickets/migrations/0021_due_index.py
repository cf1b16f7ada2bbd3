"""No index of due_at alone: that of the queue's order answers by ranges, one for each priority."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0020_traces")]

    operations = [migrations.RemoveIndex(model_name="ticket", name="ticket_due_idx")]
