"""A backup of a running product, restored by real processes elsewhere, is the same product."""

import subprocess
import sys
import threading
from contextlib import contextmanager

import httpx
import pytest
from django.conf import settings as of_tests
from django.db import connection

from kayasupport.backups import database
from kayasupport.backups.contents import FATES
from tests import images
from tests.backups.test_archive import read
from tests.factories import AgentFactory, MessageFactory, ProofFactory, ScreenshotFactory, TicketFactory
from tests.faults.clients import Client
from tests.mail.letters import letter
from tests.processes import until
from tests.product import NEUTRAL, Product
from tickets import identity_files, links, sealing
from tickets.mail.incoming import receive
from tickets.mail.sealed_mail import read_raw
from tickets.models import Event, IdentityFile, IncomingMail, Message, Screenshot, SealedSecret, Ticket
from tickets.search import matching

pytestmark = pytest.mark.slow

SEALING_KEY = "c2VhbGluZy1rZXktb2YtdGVzdHMtMzItYnl0ZXMhISE="
IDENTITY_KEY = "aWRlbnRpdHkta2V5LW9mLXRlc3RzLTMyLWJ5dGVzISE="
WAITING, CLEAN = "2026/11/28/asli.png", "2026/11/27/bersih.clean"
MODEL = "triage/abc123/model.json"
CARD = images.png()


@pytest.fixture
def own_settings(settings, tmp_path):
    """The keys of the product are those of the test, and each installation has models of its own."""
    settings.SECRET_KEY, settings.SEALING_KEYS = NEUTRAL["SECRET_KEY"], [SEALING_KEY]
    settings.IDENTITY_KEYS = [IDENTITY_KEY]
    return {
        "SEALING_KEYS": SEALING_KEY,
        "IDENTITY_KEYS": IDENTITY_KEY,
        "IDENTITY_DIR": "",
        "TRIAGE_MODEL_DIR": "",
        "SECRET_KEY_FALLBACKS": "",
    }


@pytest.fixture
def target(product, tmp_path):
    """Another installation with the same settings, and not a single table."""
    other = Product(tmp_path / "restored", product.prepared, product.smtp_port, product.own_settings)
    other.install_empty()
    yield other
    other.remove()
    print(other.last_words())


def manage(product, *arguments, fails=False):
    connection.close()  # ours is one that a restore would see
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=of_tests.BASE_DIR,
        env=product.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
    )
    assert bool(done.returncode) == fails, done.stderr.decode()
    return done


def fill(product):
    """A bit of everything that a backup must bring back."""
    AgentFactory(role="lead")
    ticket = TicketFactory(open=True, description="kode otp [OTP ••• 1] belum masuk, kuitansi terlampir")
    TicketFactory.create_batch(3, held=True)
    MessageFactory(ticket=ticket)
    SealedSecret.objects.create(
        ticket=ticket, number=1, kind="otp", sealed=sealing.seal("482913"), source="description"
    )
    put(product, f"screenshots/{WAITING}", b"\x89PNG an original")
    put(product, f"screenshots/{CLEAN}", b"\x89PNG a cleaned one")
    ScreenshotFactory(ticket=ticket, original_path=WAITING)
    ScreenshotFactory(
        ticket=ticket,
        state="clean",
        original_path="",
        clean_path=CLEAN,
        cleaned_at=ticket.created_at,
    )
    of_tests.IDENTITY_DIR = product.folder / "identity"
    ProofFactory(ticket=ticket, pictures=[CARD])
    put(product, MODEL, b"{}")
    put(product, "triage/current", b'{"versions": ["abc123"], "stays_for": ""}')
    receive(letter("Kode saya 771204, belum masuk."), source="command")
    return ticket


def put(product, name, content):
    path = product.folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(content)


def everything():
    """All rows of all tables, as the database gives them."""
    with connection.cursor() as cursor:
        found = {}
        for table in database.tables():
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(
                str([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor
            )
    return found


def files(product):
    kept = [
        path for name in ("screenshots", "identity", "triage") for path in (product.folder / name).rglob("*")
    ]
    return {str(path.relative_to(product.folder)): path.read_bytes() for path in kept if path.is_file()}


@contextmanager
def writing(client):
    """Reports come in all the while, from three people at once."""
    is_over = threading.Event()

    def write(first):
        for number in range(first, first + 10_000):
            if is_over.is_set():
                return
            client.send(number)

    people = [threading.Thread(target=write, args=(10_000 * person,)) for person in range(3)]
    for person in people:
        person.start()
    try:
        yield
    finally:
        is_over.set()
        for person in people:
            person.join(60)


@pytest.mark.parametrize("is_prepared", [False, True])
def test_restored_product_has_the_same_rows_files_secrets_and_links(product, target, tmp_path, is_prepared):
    ticket = fill(product)
    if is_prepared:  # as `docker compose up` or the first `make run` leaves it
        manage(target, "migrate", "--verbosity=0")
    before, files_before = everything(), files(product)

    manage(product, "backup", "--to", str(tmp_path / "a.tar"))
    said = manage(target, "restore", str(tmp_path / "a.tar")).stdout.decode()

    with target.rows():
        after = everything()
        found = [each.pk for each in matching(Ticket.objects.all(), "kuitansi")]
        secret = sealing.unseal(bytes(SealedSecret.objects.get().sealed))
        mail = read_raw(IncomingMail.objects.get())
        of_tests.IDENTITY_DIR = target.folder / "identity"
        card = identity_files.read(IdentityFile.objects.get().path)
        MessageFactory(ticket=ticket)  # numbers go on where they were
        numbers = sorted(Message.objects.values_list("pk", flat=True))
        connection.close()
    target.start_web()
    page = httpx.get(target.url + links.status_path(ticket), timeout=30)
    assert after == before
    assert files(target) == files_before
    assert {"screenshots/2026/11/28/asli.png", "screenshots/2026/11/27/bersih.clean", MODEL} <= set(
        files_before
    )
    assert (secret, b"771204" in mail, card) == ("482913", True, CARD)
    assert CARD not in (tmp_path / "a.tar").read_bytes()
    assert (found, len(numbers)) == ([ticket.pk], len(set(numbers)))
    assert (page.status_code, ticket.reference in page.text) == (200, True)
    assert "The keys are those of the backup." in said


def test_backup_while_reports_come_in_is_whole_and_has_all_that_was_acknowledged(product, target, tmp_path):
    product.start()
    client = Client(product.url)
    with writing(client):
        until(lambda: len(client.references) >= 20, within=60, what="20 reports are in")
        before = set(client.references)
        done = subprocess.run(
            [sys.executable, "manage.py", "backup", "--to", "-"],
            cwd=of_tests.BASE_DIR,
            env=product.environment,
            capture_output=True,
            timeout=300,
            check=True,
        )
        came_in_meanwhile = len(set(client.references) - before)
    (tmp_path / "a.tar").write_bytes(done.stdout)

    manage(target, "restore", str(tmp_path / "a.tar"))

    manifest = read(tmp_path / "a.tar")
    here = {path.name for path in product.folder.iterdir()}
    with target.rows():
        rows = database.count_rows(database.ask, tables=database.tables())
        references = set(Ticket.objects.values_list("reference", flat=True))
        told = set(Event.objects.filter(kind="submitted").values_list("ticket__reference", flat=True))
        connection.close()
    assert came_in_meanwhile > 0
    assert client.refused == []
    assert before - references == set()
    assert references - set(client.references) == set()
    assert told == references
    assert (rows, manifest.gone) == (manifest.rows, [])
    assert here - FATES.keys() == set()


def test_older_backup_is_brought_up_to_this_release(product, target, tmp_path):
    fill(product)
    manage(product, "migrate", "sessions", "zero", "--verbosity=0")
    manage(product, "backup", "--to", str(tmp_path / "a.tar"))

    manage(target, "restore", str(tmp_path / "a.tar"))

    manifest = read(tmp_path / "a.tar")
    with target.rows():
        tables = database.tables()
        tickets = Ticket.objects.count()
        connection.close()
    assert ("django_session" in manifest.rows, "sessions" in manifest.migrations) == (False, False)
    assert ("django_session" in tables, tickets) == (True, 4)


def test_keys_go_along_when_asked_for_and_are_missed_when_not(product, target, tmp_path, settings):
    ticket = fill(product)
    target.own_settings = {**target.own_settings, "SECRET_KEY": "another-" + 50 * "x", "SEALING_KEYS": ""}
    target.own_settings["IDENTITY_KEYS"] = ""
    manage(product, "backup", "--to", str(tmp_path / "a.tar"), "--with-keys")

    done = manage(target, "restore", str(tmp_path / "a.tar"))

    aside = target.folder / "keys-of-backup"
    keys = {path.name: path.read_text() for path in aside.iterdir()}
    assert keys == {
        "secret_key": NEUTRAL["SECRET_KEY"],
        "sealing_keys": SEALING_KEY,
        "identity_keys": IDENTITY_KEY,
    }
    assert "SECRET_KEY is another one" in done.stderr.decode()
    assert "SEALING_KEYS lacks a key" in done.stderr.decode()
    assert "IDENTITY_KEYS lacks a key" in done.stderr.decode()
    assert links.token_for(ticket) not in done.stdout.decode()


def test_restore_into_the_running_product_is_refused(product, tmp_path):
    fill(product)
    manage(product, "backup", "--to", str(tmp_path / "a.tar"))
    before, files_before = everything(), files(product)

    done = manage(product, "restore", str(tmp_path / "a.tar"), fails=True)

    assert "Nothing was changed. The database holds accounts and tickets and mail" in done.stderr.decode()
    assert (everything(), files(product)) == (before, files_before)
    assert Screenshot.objects.count() == 2


@pytest.mark.postgresql
def test_restore_beside_other_connections_is_refused(product, target, tmp_path):
    if of_tests.EMBEDDED:
        pytest.skip("SQLite has no connections to count")
    fill(product)
    manage(product, "backup", "--to", str(tmp_path / "a.tar"))
    with target.rows():
        connection.ensure_connection()
        other = connection.connection

        done = subprocess.run(
            [sys.executable, "manage.py", "restore", str(tmp_path / "a.tar")],
            cwd=of_tests.BASE_DIR,
            env=target.environment,
            capture_output=True,
            timeout=60,
        )

        assert other.closed is False
    assert done.returncode == 1
    assert "1 other connections use the database: stop web, worker and beat" in done.stderr.decode()
