"""Users and roles: who works here, and what an administrator does about an account."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import AgentFactory, TicketFactory
from tests.one_time_codes import give_app
from tickets.admin.allauth_adapters import SIGNED_IN_AT

pytestmark = pytest.mark.django_db

USERS, ROLES = reverse("admin:auth_user_changelist"), reverse("admin:auth_group_changelist")


@pytest.fixture
def rina():
    return AgentFactory(username="rina", role="agent")


@pytest.fixture
def proven(administrator):
    """The administrator, who has just signed in."""
    session = administrator.session
    session[SIGNED_IN_AT] = 10**11
    session.save()
    return administrator


def url(name, user):
    return reverse(f"admin:auth_user_{name}", args=[user.pk])


def test_users_show_role_second_factor_last_sign_in_and_state(administrator, rina):
    give_app(rina)
    User.objects.filter(pk=rina.pk).update(is_active=False)

    page = administrator.get(USERS, {"q": "rina"}).content.decode()

    row = page[page.index('<th class="field-username">') :]
    cells = [cell.split("<")[0] for cell in row.split(">")]
    assert [word for word in ("Agen", "aplikasi", "belum pernah", "ditutup") if word not in cells] == []


def test_users_cost_the_same_for_one_and_for_three(administrator):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            administrator.get(USERS)
        counts.append(len(queries))
        for user in AgentFactory.create_batch(2, role="agent"):
            give_app(user)

    assert counts[0] == counts[1]


def test_users_can_be_filtered_by_role_in_words(administrator, rina):
    lead = AgentFactory(role="lead")
    group = Group.objects.get(name="lead")

    answer = administrator.get(USERS, {"role": group.pk})

    assert list(answer.context["cl"].queryset) == [lead]
    assert "Ketua tim" in answer.content.decode()


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "\x00"])
def test_users_filter_survives_rubbish(administrator, value):
    assert administrator.get(USERS, {"role": value}).status_code in {200, 302}


def test_shutting_an_account_asks_with_the_number_of_tickets(administrator, rina):
    tickets = TicketFactory.create_batch(3, assignee=rina, open=True)

    asked = administrator.get(url("deactivate", rina)).content.decode()
    administrator.post(url("deactivate", rina))

    assert "3 tiketnya yang belum selesai" in asked
    rina.refresh_from_db()
    for ticket in tickets:
        ticket.refresh_from_db()
    assert (rina.is_active, [ticket.assignee for ticket in tickets]) == (False, [None] * 3)


def test_form_of_a_colleague_cannot_shut_the_account_by_the_way(administrator, rina):
    administrator.post(url("change", rina), {"username": "rina", "is_staff": "on"})

    rina.refresh_from_db()
    assert rina.is_active is True


def test_account_is_opened_again(administrator, rina):
    User.objects.filter(pk=rina.pk).update(is_active=False)

    administrator.post(url("reactivate", rina))

    rina.refresh_from_db()
    assert rina.is_active is True


def test_second_factor_is_reset_with_an_entry_in_the_log(proven, rina):
    give_app(rina)

    offered = proven.get(url("change", rina)).content.decode()
    proven.post(url("second_factor", rina))

    assert url("second_factor", rina) in offered
    assert not Authenticator.objects.filter(user=rina).exists()
    assert LogEntry.objects.get().user == proven.user


def test_reset_asks_first_who_sits_there(administrator, rina):
    give_app(rina)

    answer = administrator.post(url("second_factor", rina))

    assert answer.url.startswith("/desk/security/confirm/")
    assert Authenticator.objects.filter(user=rina).exists()


@pytest.mark.parametrize("name", ["deactivate", "reactivate", "second_factor"])
def test_nobody_does_it_to_themselves(proven, name):
    answer = proven.post(url(name, proven.user))

    assert answer.status_code == 403
    assert "Keamanan akun" in answer.content.decode()


@pytest.mark.parametrize("name", ["deactivate", "second_factor", "password_change", "delete"])
def test_superuser_is_out_of_reach_of_a_role(proven, name):
    root = AgentFactory(is_superuser=True)
    give_app(root)

    answers = [proven.get(url(name, root)), proven.post(url(name, root), {"post": "yes"})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert Authenticator.objects.filter(user=root).exists()


def test_superuser_cannot_be_changed_by_a_role_but_be_seen(proven):
    root = AgentFactory(username="root", is_superuser=True)

    answer = proven.get(url("change", root))
    proven.post(url("change", root), {"username": "diambil", "is_staff": "on"})

    root.refresh_from_db()
    assert (answer.status_code, root.username) == (200, "root")


def test_account_with_a_history_is_shut_not_deleted(administrator, rina):
    fresh = AgentFactory(role="agent")
    TicketFactory(assignee=rina, open=True)

    assert administrator.post(url("delete", rina), {"post": "yes"}).status_code == 403
    assert administrator.post(url("delete", fresh), {"post": "yes"}).status_code == 302
    assert list(User.objects.filter(pk__in=[rina.pk, fresh.pk])) == [rina]


def test_roles_page_has_the_table_of_rights_from_the_groups(administrator):
    Group.objects.get(name="agent").permissions.remove(Permission.objects.get(codename="view_screenshot"))

    answer = administrator.get(ROLES)

    assert [group.name for group in answer.context["roles"]] == ["agent", "lead", "administrator"]
    held = {line.label: line.held for line in answer.context["lines"]}
    assert held["Melihat tangkapan layar; setiap kali dicatat"] == ["no", "yes", "yes"]
    assert held["Menambah rekan"] == ["no", "no", "yes"]
    # A lead may change macros, an administrator too; who only looks is told apart.
    assert held["Balasan siap pakai"] == ["no", "yes", "yes"]


def test_roles_page_tells_looking_from_changing(administrator):
    agents = Group.objects.get(name="agent")
    agents.permissions.add(Permission.objects.get(codename="view_macro"))

    held = {line.label: line.held for line in administrator.get(ROLES).context["lines"]}

    assert held["Balasan siap pakai"] == ["see", "yes", "yes"]


def test_role_form_names_roles_and_rights_in_words(administrator):
    group = Group.objects.get(name="lead")

    page = administrator.get(reverse("admin:auth_group_change", args=[group.pk])).content.decode()

    assert "<h2>Ketua tim</h2>" in page
    assert "Melihat antrean dan semua tiket" in page
    assert "Can view" not in page


def test_role_form_keeps_every_right_that_it_shows(administrator):
    group = Group.objects.get(name="lead")
    before = set(group.permissions.all())
    address = reverse("admin:auth_group_change", args=[group.pk])
    form = administrator.get(address).context["adminform"].form

    ticked = [right.pk for right in form.initial["permissions"]]
    administrator.post(address, {"name": "lead", "permissions": ticked})

    assert set(group.permissions.all()) == before


def test_every_right_of_a_role_has_words(administrator):
    labels = [line.label for line in administrator.get(ROLES).context["lines"]]

    assert [label for label in labels if label.startswith("Can ")] == []
