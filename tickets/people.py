"""Who a report is from: one spelling per mailbox and per phone number."""

import phonenumbers

GMAIL = {"gmail.com", "googlemail.com"}


def mailbox_key(address: str) -> str:
    """Return one spelling for all addresses that reach the same mailbox, or "".

    Lower case, no +tag; at Gmail also no dots, which Google ignores. Used for counting
    and finding, never for sending.
    """
    local, at, domain = address.strip().lower().rpartition("@")
    if not at:
        return ""
    local = local.partition("+")[0]
    if domain in GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def parse_phone(text: str) -> str | None:
    """Return the number in E.164, reading 0812... and 62812... as Indonesian; None if it is none."""
    digits = text.strip()
    if digits.startswith("62"):
        digits = f"+{digits}"
    try:
        number = phonenumbers.parse(digits, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def requester_key(*, email: str, phone: str, reply_email: str) -> str:
    """Return what identifies the person behind a report: what was to be registered comes first."""
    return mailbox_key(email) or phone or mailbox_key(reply_email)
