"""The programs of PostgreSQL: there, new enough, and told no password that others can read."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection, connections

from kayasupport.backups import postgresql
from kayasupport.backups.problems import Refused, ToolFailed
from tests.ops.product import alive
from tests.processes import until


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Stand-ins for pg_dump and pg_restore, alone on the PATH but for the shell's."""

    def install(script, *names):
        folder = tmp_path / "bin"
        folder.mkdir()
        for name in names:
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))

    return install


def on_server(monkeypatch, version):
    monkeypatch.setattr(postgresql, "version", lambda: version)


def test_missing_programs_are_said_with_what_to_install(programs, monkeypatch):
    on_server(monkeypatch, "18.1")
    programs("")

    with pytest.raises(ToolFailed, match=r"pg_dump is not installed\. .*postgresql-client-18"):
        postgresql.check_tools()


def test_programs_older_than_the_server_are_refused(programs, monkeypatch):
    on_server(monkeypatch, "18.1")
    programs("echo 'pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)'", "pg_dump", "pg_restore")

    with pytest.raises(ToolFailed, match="pg_dump 15 is older than the server, 18"):
        postgresql.check_tools()


def test_programs_as_new_as_the_server_will_do(programs, monkeypatch):
    on_server(monkeypatch, "15.20")
    programs("echo 'pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)'", "pg_dump", "pg_restore")

    postgresql.check_tools(archive_version="15.3")


def test_a_server_older_than_the_backup_is_refused(programs, monkeypatch):
    on_server(monkeypatch, "15.20")

    with pytest.raises(Refused, match=r"of PostgreSQL 18, and this server is 15"):
        postgresql.check_tools(archive_version="18.1")


def test_the_password_is_on_no_command_line(programs, monkeypatch, tmp_path):
    programs(f'echo "$@" > {tmp_path}/arguments; echo "$PGPASSWORD" > {tmp_path}/password', "pg_dump")
    database = {
        **connection.settings_dict,
        "NAME": "kaya's",
        "USER": "kaya",
        "PASSWORD": "rahasia-sekali",
        "HOST": "db.example.org",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "verify-full", "transaction_mode": "IMMEDIATE"},
    }
    monkeypatch.setattr(connections["default"], "settings_dict", database)

    postgresql._run("pg_dump", "--format=custom")

    arguments = (tmp_path / "arguments").read_text().strip()
    assert arguments == (
        r"--no-password --format=custom --dbname=sslmode=verify-full dbname=kaya\'s user=kaya port=5433"
    )
    assert (tmp_path / "password").read_text() == "rahasia-sekali\n"


def test_a_program_that_fails_is_quoted(programs):
    programs("echo 'could not connect' >&2; exit 1", "pg_dump")

    with pytest.raises(ToolFailed, match="pg_dump has failed: could not connect"):
        postgresql._run("pg_dump")


def test_a_program_dies_with_who_has_started_it(programs, tmp_path):
    programs(f"echo $$ > {tmp_path}/pid; while :; do :; done", "pg_restore")
    code = (
        "import django; django.setup(); from kayasupport.backups import postgresql as p; p._run('pg_restore')"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment(tmp_path))
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), within=60, what="it runs")

    parent.kill()
    parent.wait(10)

    pid = int((tmp_path / "pid").read_text())
    until(lambda: alive([pid]) == [], within=10, what="it has ended too")


def environment(folder):
    return {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "kayasupport.settings",
    }


def test_a_program_that_hangs_is_ended(programs, monkeypatch):
    monkeypatch.setattr(postgresql, "ENDS_WITHIN", 0.2)
    programs("while :; do :; done", "pg_dump")

    with pytest.raises(ToolFailed, match="pg_dump was ended"):
        postgresql._run("pg_dump")
