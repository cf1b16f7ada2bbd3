"""How a log line is written: with what an operator needs, without what opens or tells of a ticket."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from tickets import log_context
from triage import secrets
from triage.secrets import placeholder

# Django logs the path of every 4xx and 5xx, and gunicorn a request line it cannot read; on a ticket's pages
# the path ends with the token, in the API it may stand behind the question mark or in a header.
TOKEN = re.compile(r"(/(?:tiket|sematan/terkirim|identitas)/[^/\s]+/|[?&]token=|\bBearer\s+)[^/\s&\"']+")
# PostgreSQL explains a broken constraint with the whole row.
DETAIL = re.compile(r"^DETAIL:.*?(?=^\S*Error|^Traceback|^The above|^During|\Z)", re.MULTILINE | re.DOTALL)
# Celery writes the error of a task as Python spells it, in one line.
SPELT_DETAIL = re.compile(r"\\nDETAIL:.*")
# Mail servers and address parsers quote whom they refuse.
ADDRESS = re.compile(r"[^\s@<>\"'(),:;=/\\]{1,64}@[\w-]+(?:\.[\w-]+)+")
REFERENCE = re.compile(r"\bKS-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def scrub(text: str) -> str:
    """Return a line for the log without tokens, mail addresses and rows of tables."""
    text = TOKEN.sub(r"\1…", text)
    text = SPELT_DETAIL.sub(r"\\nDETAIL: left out", text)
    text = DETAIL.sub("DETAIL: left out\n", text)
    return ADDRESS.sub("…@…", text).rstrip("\n")


def scrub_failure(text: str) -> str:
    """The same for a traceback: whatever failed may quote what somebody wrote."""
    return secrets.mask(scrub(text), place=placeholder)


class ContextFilter(logging.Filter):
    """Notes on each record what it is about; here, because a handler may format it in another thread."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.context = log_context.current()
        return True


class Formatter(logging.Formatter):
    """Lines for people: time, level, logger, message, and last the id of the request that asked for it."""

    def format(self, record: logging.LogRecord) -> str:
        has_failed = record.exc_info or record.exc_text
        text = (scrub_failure if has_failed else scrub)(super().format(record))
        request_id = getattr(record, "context", {}).get("request_id", "")
        first, newline, rest = text.partition("\n")
        return f"{first} [{request_id}]{newline}{rest}" if request_id else text


class JsonFormatter(logging.Formatter):
    """One JSON object per line, for programs; a traceback is in it, as "exception"."""

    def format(self, record: logging.LogRecord) -> str:
        message = scrub(record.getMessage())
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            **getattr(record, "context", {}),
        }
        if "ticket" not in fields and (found := REFERENCE.search(message)):
            fields["ticket"] = found[0]
        if record.exc_info:
            fields["exception"] = scrub_failure(self.formatException(record.exc_info))
        if record.stack_info:
            fields["stack"] = scrub(record.stack_info)
        return json.dumps(fields, ensure_ascii=False)
