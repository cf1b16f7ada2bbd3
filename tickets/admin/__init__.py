"""The agents' door: Django's admin, as a helpdesk."""
