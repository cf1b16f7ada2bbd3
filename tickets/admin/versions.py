"""Pages of what a setting was earlier, by django-simple-history."""

from django.http import Http404
from simple_history.admin import SimpleHistoryAdmin

from tickets.admin.addresses import read_pk


class VersionedAdmin(SimpleHistoryAdmin):
    """A table with numbers as keys whose versions are kept."""

    # The library asks the database for whatever stands in the address.

    def history_view(self, request, object_id, extra_context=None):
        if read_pk(object_id) is None:
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        if read_pk(object_id) is None or read_pk(version_id) is None:
            raise Http404
        return super().history_form_view(request, object_id, version_id, extra_context)
