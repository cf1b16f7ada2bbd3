"""Why a backup or a restore does not happen; the text of each says what to do."""


class Damaged(Exception):
    """The archive is not, or not any more, what was written."""


class Refused(Exception):
    """The archive and this installation do not go together, or something stands in the way."""


class ToolFailed(Exception):
    """A program of PostgreSQL is missing, too old, or has ended with an error."""


class Differs(Exception):
    """The restored tables do not hold the rows that the archive says it has."""
