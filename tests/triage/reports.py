"""Reports as the triage tests make them."""

from datetime import UTC, datetime, timedelta

from triage.report import MINUTE, Report

NOW = datetime(2026, 3, 9, 7, 22, tzinfo=UTC)  # 14.22 WIB


def report(text="kode otp belum masuk", *, minutes=None, **facts):
    """A report at NOW; `minutes` ago is the signup, to the minute."""
    if minutes is not None:
        facts = {"signed_up_at": NOW - timedelta(minutes=minutes), "signup_precision": MINUTE, **facts}
    return Report(text=text, **facts)
