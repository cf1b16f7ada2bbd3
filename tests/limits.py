"""Limits for one test; all others stay as they are shipped."""


def lift_all(settings) -> None:
    """Turn nobody away for knocking too often."""
    limit(settings, **dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "1000000/min"))


def limit(settings, **rates: str) -> None:
    """Set throttles by their scopes, `limit(settings, intake="1/hour")`."""
    shipped = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {**shipped, **rates}}
