"""How a log line is written: with what an operator needs, without what opens or tells of a ticket."""

import logging
import re

# Django logs the path of every 4xx and 5xx; on the status page it ends with the token.
TOKEN = re.compile(r"(/tiket/[^/\s]+/)[^/\s]+")
# PostgreSQL explains a broken constraint with the whole row.
DETAIL = re.compile(r"^DETAIL:.*?(?=^\S*Error|^Traceback|^The above|^During|\Z)", re.MULTILINE | re.DOTALL)


class Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = TOKEN.sub(r"\1…", super().format(record))
        return DETAIL.sub("DETAIL: left out\n", text).rstrip("\n")
