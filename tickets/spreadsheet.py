"""CSV that a spreadsheet opens as what it is: text and numbers, no formulas.

UTF-8 with a byte order mark, semicolons, CRLF: what Excel opens by a double click where the comma is the
decimal sign, as in Indonesia. Other programs are told the separator, or find it out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

SEPARATOR = ";"
BYTE_ORDER_MARK = "\ufeff"

# OWASP, CSV Injection: these begin a formula, in their wide and small forms too, ...
TRIGGERS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
# ... after what a spreadsheet or its user may take away: blanks, quotes, and characters nobody sees, ...
SKIPPED = "\\s\"'`‘’“”«»\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
# ... and where another program may begin a cell: at its own separator, and at a new line.
FORMULA = re.compile(f"(^|[,;|\n])([{SKIPPED}]*[{TRIGGERS}])")
# Tab and carriage return begin formulas as well; with the other control characters they go.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def plain(value: object) -> str:
    """The value as text that is no formula: an apostrophe, which spreadsheets know, stands before one."""
    text = CONTROL.sub(" ", str(value).replace("\r\n", "\n")).strip()
    return FORMULA.sub(r"\1'\2", text)


def lines(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV, every cell in quotes."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return text.getvalue()
