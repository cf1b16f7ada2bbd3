"""Backups: the database and the files that its rows point to, in one archive, and back again."""
