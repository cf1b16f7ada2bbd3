"""A source of changed texts, as the triage tests make them."""

from triage.changes import SourceSilent


class Memory:
    """A source that counts what it is asked."""

    def __init__(self, **changes):
        self.held = changes
        self.asked = 0
        self.number = 1
        self.is_silent = False

    def version(self):
        self.asked += 1
        if self.is_silent:
            raise SourceSilent
        return self.number

    def changes(self):
        return self.held

    def set(self, **changes):
        self.held, self.number = changes, self.number + 1
