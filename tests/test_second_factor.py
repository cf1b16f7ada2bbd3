"""Who owes a second factor, whose code is right, and taking it off."""

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from tests.factories import AgentFactory
from tests.one_time_codes import SECRET, code, give_app, recovery_codes
from tickets import sealing, second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory(username="rina", role="agent")


@pytest.mark.parametrize(("needed", "owed"), [(True, True), (False, False)])
def test_is_owed_where_staff_need_one(settings, rina, needed, owed):
    settings.STAFF_NEED_TWO_FACTOR = needed

    assert second_factor.is_owed(rina) is owed


def test_is_owed_no_more_with_an_app(settings, rina):
    settings.STAFF_NEED_TWO_FACTOR = True
    give_app(rina)

    assert second_factor.is_owed(rina) is False


def test_is_owed_with_recovery_codes_alone(settings, rina):
    settings.STAFF_NEED_TWO_FACTOR = True
    give_app(rina).delete()

    assert second_factor.is_owed(rina) is True


@pytest.mark.parametrize(("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_accepted_allows_for_a_clock_that_is_off_by_one_step(monkeypatch, rina, steps, is_right):
    app = give_app(rina)
    # Not at the border of two steps.
    monkeypatch.setattr("time.time", lambda: 1_800_000_015.0)

    found = second_factor.accepted(code(steps=steps), user=rina)

    assert found == (app if is_right else None)


def test_accepted_takes_each_code_once(monkeypatch, rina):
    give_app(rina)
    monkeypatch.setattr("time.time", lambda: 1_800_000_015.0)
    once = code()

    tries = (once, once, code(steps=-1))
    first, again, before = (second_factor.accepted(typed, user=rina) for typed in tries)

    assert (first is not None, again, before) == (True, None, None)
    assert second_factor.accepted(code(steps=1), user=rina) is not None


def test_accepted_reads_a_code_as_apps_show_it(rina):
    give_app(rina)
    shown = code()

    assert second_factor.accepted(f" {shown[:3]} {shown[3:]}", user=rina) is not None


@pytest.mark.parametrize("typed", ["", "000", "١٢٣٤٥٦", "🙂", "0" * 10_000, "\x00" * 6])
def test_accepted_survives_rubbish(rina, typed):
    give_app(rina)

    assert second_factor.accepted(typed, user=rina) is None


def test_accepted_takes_a_recovery_code_once(rina):
    give_app(rina)
    first = recovery_codes(rina)[0]

    assert second_factor.accepted(first, user=rina).type == "recovery_codes"
    assert second_factor.accepted(first, user=rina) is None
    assert len(recovery_codes(rina)) == 9


def test_accepted_does_not_take_the_code_of_a_colleague(rina):
    give_app(AgentFactory())
    give_app(rina).delete()

    assert second_factor.accepted(code(), user=rina) is None


def test_secrets_are_sealed_in_the_database(rina):
    give_app(rina)
    seed = sealing.unseal(Authenticator.objects.get(type="recovery_codes").data["seed"].encode())

    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = str(cursor.fetchall())

    assert [secret for secret in (SECRET, seed) if secret in stored] == []


def test_key_that_is_gone_is_told_from_a_wrong_code(settings, rina):
    give_app(rina)
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(sealing.Unreadable):
        second_factor.accepted(code(), user=rina)


def test_rotate_seals_covers_second_factors(settings, rina, capsys):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.SEALING_KEYS = [old]
    give_app(rina)
    codes = recovery_codes(rina)
    settings.SEALING_KEYS = [new, old]

    call_command("rotate_seals")

    settings.SEALING_KEYS = [new]
    assert second_factor.accepted(code(), user=rina) is not None
    assert recovery_codes(rina) == codes
    assert capsys.readouterr().out == "2 sealed anew.\n"


def test_remove_leaves_nothing_and_says_who_did_it(rina):
    administrator = AgentFactory(role="administrator")
    give_app(rina)
    give_app(administrator)

    assert second_factor.remove(rina, by=administrator) is True

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (administrator, str(rina.pk))
    assert entry.get_change_message() == "Faktor kedua berubah."
    assert set(Authenticator.objects.values_list("user", flat=True)) == {administrator.pk}


def test_remove_ends_the_sessions_of_who_lost_the_telephone(rina):
    administrator = AgentFactory(role="administrator")
    theirs, mine = Client(), Client()
    theirs.force_login(rina)
    mine.force_login(administrator)

    second_factor.remove(rina, by=administrator)

    assert [client.get("/desk/settings/").status_code for client in (theirs, mine)] == [302, 200]


def test_reset_two_factor_lets_the_last_administrator_in_again(rina, capsys):
    give_app(rina)

    call_command("reset_two_factor", "rina")

    assert not Authenticator.objects.exists()
    assert "password alone" in capsys.readouterr().out


def test_reset_two_factor_names_who_is_unknown():
    with pytest.raises(CommandError, match="Nobody is called siapa"):
        call_command("reset_two_factor", "siapa")
