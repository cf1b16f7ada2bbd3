"""Sessions in the database, asked for by nothing that it cannot hold."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def load(self):
        # In a quoted cookie \000 is a NUL, which PostgreSQL refuses as a value: no such session.
        if "\0" in (self.session_key or ""):
            self._session_key = None
            return {}
        return super().load()
