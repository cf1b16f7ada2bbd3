"""Fixtures for every test: own folders, no broker, no mail server, the model trained once."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import SimpleNamespace

import pytest
from celery.app.task import Task
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser

from tests.album import Album, bind
from tests.browsers import Windows, installed_browser, launched
from tests.factories import ScreenshotFactory, TicketFactory
from tests.faults.scoreboard import pytest_terminal_summary  # noqa: F401 (a hook, and here for xdist)
from tests.fuzz import budget
from tests.mail_sink import MailSink
from tests.product import Prepared, Product
from tests.screens import ERROR, install, screen, table
from tickets import (
    bells,
    cap_levels,
    log_context,
    meters,
    migrations,
    promises,
    readiness,
    shared_clock,
    signs,
    vitals,
    waits,
)
from tickets.models import Pulse, Reading
from tickets.opening_hours import Calendar, Hours, Span
from tickets.promises import Promises
from tickets.webhooks import endpoints
from triage.changes import override_with


def pytest_addoption(parser):
    parser.addoption("--album", help="take pictures of every page and state into this folder")
    parser.addoption("--tickets", type=int, default=40, help="reports of each drill in tests/faults")
    parser.addoption("--outcomes", help="write what became of them into this file, as JSON")
    parser.addoption("--fuzz-minutes", type=float, default=0, help="of tests/fuzz in all, with new examples")


def pytest_configure(config):
    budget.plan(config.getoption("--fuzz-minutes"))


def pytest_sessionfinish(session):
    folder = session.config.getoption("--album")
    is_last = not hasattr(session.config, "workerinput")  # xdist: the one that waits for the others
    if folder and is_last and Path(folder).is_dir():
        bind(Path(folder))


@pytest.fixture(scope="session")
def model() -> None:
    """The triage model, trained from the shipped examples when they have changed."""
    call_command("prepare_triage", verbosity=0)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory) -> None:
    """SQLite in a file of this run: in memory it locks tables instead of waiting, as it does in service."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = tmp_path_factory.mktemp("database") / "test.sqlite3"


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    """Nothing a test writes lands in var/, and nothing it reads comes from the network."""
    settings.MAIL_DOMAIN_LOOKUP = False
    settings.SCREENSHOT_DIR = tmp_path / "screenshots"
    settings.IDENTITY_DIR = tmp_path / "identity"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Whitenoise warns of a missing folder, and a warning is an error here.
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def shipped_texts():
    """No texts but the shipped ones, and no look for others that a count of queries would meet."""
    override_with(None)
    yield
    override_with(None)


@pytest.fixture(autouse=True)
def roles(request) -> None:
    """The rows that migrations made, also after a test that ended by emptying all tables."""
    if request.node.get_closest_marker("django_db") and not Group.objects.exists():
        editor = SimpleNamespace(connection=connection)
        import_module("tickets.migrations.0002_roles").make_roles(apps, editor)
        for module in sorted(iter_modules(migrations.__path__), key=lambda each: each.name):
            for name in ("give_rights", "add_macros", "set_promises", "reword_macros"):
                step = getattr(import_module(f"tickets.migrations.{module.name}"), name, None)
                if step:
                    step(apps, editor)


@pytest.fixture(scope="session")
def office() -> Promises:
    """What is promised as shipped, but for the holidays."""
    work = (Span(time(8), time(17)),)
    hours = Hours("Asia/Jakarta", (work,) * 5 + ((), ()))
    year = timezone.localdate().year
    return Promises(Calendar(hours, first=date(year - 2, 1, 1), last=date(year + 3, 12, 31)))


@pytest.fixture
def noon(monkeypatch) -> datetime:
    """Today at the desk's noon, which it now is: for what would come out otherwise around midnight."""
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    return noon


@pytest.fixture(autouse=True)
def unwatched() -> None:
    """Nothing that another test has counted, or has found out about the running system."""
    meters.forget()
    readiness.forget()
    vitals.forget()
    cap_levels.forget()
    log_context.begin()


@pytest.fixture(autouse=True)
def same_clock() -> None:
    """The database's clock is ours, known at no query."""
    shared_clock.keep(timedelta(), seconds=3600)


@pytest.fixture(autouse=True)
def promised(office) -> None:
    """Known already, at no query; a test that changes the rows has to forget it first."""
    promises.keep(office, seconds=3600)


@pytest.fixture(autouse=True)
def no_usual_wait() -> None:
    """Nothing is known of earlier waits, at no query; a test that counts has to forget that first."""
    waits.keep(None, seconds=3600)


@pytest.fixture(autouse=True)
def no_webhooks():
    """Nobody is told of anything, known at no query; a test with an endpoint has to forget that first."""
    endpoints.keep((), seconds=3600)
    yield
    endpoints.forget()


@pytest.fixture(autouse=True)
def rung(monkeypatch) -> list[tuple[str, int]]:
    """The bells that would have gone to the broker: (task name, row)."""
    heard: list[tuple[str, int]] = []

    def apply_async(self, args=(), kwargs=None, **options):
        heard.extend((self.name.removeprefix("tickets.tasks."), pk) for pk in args)

    monkeypatch.setattr(Task, "apply_async", apply_async)
    monkeypatch.setattr(bells, "_quiet_until", 0.0)
    return heard


@pytest.fixture
def house_at_work(settings, tmp_path) -> None:
    """An empty broker, and signs of life of a worker, of beat and of the sweep."""
    if not settings.REDIS_URL:
        (tmp_path / "broker").mkdir()
        settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path / "broker")}
    for role in ("worker", "beat"):
        Pulse.objects.create(role=role, name=f"{role}:1")
    signs.note_round("sweep", seconds=0.1)


@pytest.fixture
def one_turn(settings, tmp_path):
    """Turns of this test's own, and only one."""
    settings.DATA_DIR = tmp_path
    settings.OCR_AT_ONCE = 1


@pytest.fixture
def printed(tmp_path, monkeypatch):
    """Have a stand-in for tesseract read these lines on every picture."""

    def say(*lines):
        (tmp_path / "table").write_text(table(*lines))
        install(tmp_path, monkeypatch, reads=f"cat {tmp_path}/table")

    return say


@pytest.fixture
def clean(settings, one_turn):
    """Make a clean screenshot that waits to be read."""

    def make(*, data=None, ticket=None, **columns):
        path = f"{Reading.objects.count()}.png"
        settings.SCREENSHOT_DIR.mkdir(parents=True, exist_ok=True)
        (settings.SCREENSHOT_DIR / path).write_bytes(data or screen(ERROR))
        screenshot = ScreenshotFactory(
            ticket=ticket or TicketFactory(open=True),
            state="clean",
            original_path="",
            clean_path=path,
            cleaned_at=timezone.now(),
        )
        return Reading.objects.create(screenshot=screenshot, **columns)

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = installed_browser()
    if not program:
        pytest.skip("no Chromium is installed; on Debian: apt-get install chromium")
    with launched(program) as browser, pytest.MonkeyPatch.context() as patch:
        # Playwright runs an event loop in this thread, which Django takes for a mistake of ours.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def windows(browser, request) -> Iterator[Windows]:
    """Pages of the product that a test has, or else of the live server; closed before that ends."""
    served = "product" if "product" in request.fixturenames else "live_server"
    windows = Windows(browser, request.getfixturevalue(served).url)
    yield windows
    windows.close()


@pytest.fixture(scope="session")
def album(request) -> Album:
    folder = request.config.getoption("--album")
    return Album(Path(folder) if folder else None)


@pytest.fixture(scope="session")
def prepared(model, tmp_path_factory) -> Iterator[Prepared]:
    """Tables and static files for products that run as processes of their own."""
    prepared = Prepared(tmp_path_factory.mktemp("prepared"), f"kaya_test_{uuid.uuid4().hex[:12]}")
    try:
        prepared.make()
        yield prepared
    finally:
        prepared.discard()


@pytest.fixture
def sink() -> Iterator[MailSink]:
    sink = MailSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def own_settings() -> dict[str, str]:
    """Environment variables for the product of a test."""
    return {}


@pytest.fixture
def product(prepared, sink, own_settings, tmp_path, django_db_blocker, monkeypatch) -> Iterator[Product]:
    """An installation of a test's own, not started yet; the models read and write its rows."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    product = Product(tmp_path / "product", prepared, sink.port, own_settings)
    with django_db_blocker.unblock():
        product.install()
        try:
            with product.rows():
                yield product
        finally:
            product.remove()
            print(product.last_words())  # pytest shows it when the test has failed
