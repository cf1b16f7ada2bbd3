"""The product's routes, and a stock admin at /stock/."""

from django.contrib.admin import AdminSite, ModelAdmin
from django.urls import include, path

from tickets.models import Ticket


class StockTickets(ModelAdmin):
    """What a Django team would write first for a queue."""

    list_display = (
        "reference",
        "registered_email",
        "status",
        "category",
        "priority",
        "assignee",
        "created_at",
    )
    list_filter = ("status", "category", "channel", "assignee")
    search_fields = ("reference", "registered_email", "registered_phone", "description")
    date_hierarchy = "created_at"
    list_select_related = ("assignee",)
    list_per_page = 50


class StockSite(AdminSite):
    """Django's own, with the one page of ours that the header links to."""

    def get_urls(self) -> list:
        return [path("shortcuts/", self.index, name="shortcuts"), *super().get_urls()]


stock = StockSite(name="stock")
stock.register(Ticket, StockTickets)
# The product's templates name routes of its own site only.
stock.index_template = stock.app_index_template = None

urlpatterns = [path("stock/", stock.urls), path("", include("kayasupport.urls"))]
