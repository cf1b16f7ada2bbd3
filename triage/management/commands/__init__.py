"""Commands of the triage app."""
