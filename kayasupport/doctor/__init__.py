"""Examines an installation part by part, and says what to do about what it finds: `manage.py doctor`."""
