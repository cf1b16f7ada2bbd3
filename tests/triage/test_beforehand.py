"""Help before a report: the steps that can be followed on the form, and nothing where too little is known."""

import pytest

from tests.triage.reports import NOW, report
from triage.assess import assess, assess_unread
from triage.beforehand import beforehand
from triage.playbooks import OTHER, playbooks
from triage.report import LANGUAGES, TRIED

pytestmark = pytest.mark.usefixtures("model")

SITUATIONS = [slug for slug in playbooks() if slug != OTHER]


def help_for(text="", **facts):
    given = report(text, **facts)
    return beforehand(assess(given, now=NOW), given, now=NOW)


def test_young_code_is_waited_for_until_a_clock_time():
    found = help_for(situation="otp_not_received", minutes=3)

    assert (found.category, found.is_fix, found.clock) == ("self_otp_waiting", True, "14.29 WIB")
    assert found.steps[0] == "Tunggu sampai pukul 14.29 WIB."


def test_words_alone_bring_help_too():
    found = help_for("halaman pendaftarannya lambat sekali, loading terus tidak selesai")

    assert (found.category, found.is_fix, found.clock) == ("self_slow_browser", True, "")


def test_who_has_tried_everything_is_told_of_an_agent():
    found = help_for("kode otp belum masuk", minutes=30, tried=TRIED)

    assert (found.category, found.is_fix) == ("otp_not_received", False)
    assert not any("spam" in step.lower() for step in found.steps)


def test_what_can_be_done_until_an_agent_looks_is_short():
    found = help_for(situation="otp_not_received")

    assert (found.is_fix, len(found.steps)) == (False, 3)


@pytest.mark.parametrize("text", ["", "halo kak mau tanya", "asdf qwer zxcv"])
def test_nothing_is_said_where_nothing_is_known(text):
    assert help_for(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("contact", ["budi@gmial.com", "+6281234567890", ""])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_help_never_speaks_of_the_page_of_a_report(situation, contact, language):
    found = help_for(situation=situation, minutes=40, contact=contact, language=language)

    told = " ".join([found.why, *found.steps])
    assert "halaman laporan" not in told
    assert "report's page" not in told
    assert "{" not in told


@pytest.mark.parametrize(("minutes", "category"), [(3, "self_otp_waiting"), (40, "otp_not_received")])
def test_without_a_model_the_pick_and_the_clock_decide(minutes, category):
    given = report("tulisan apa saja", situation="self_otp_waiting", minutes=minutes)

    assert assess_unread(given, now=NOW).category == category


def test_without_a_model_and_a_pick_nothing_is_named():
    given = report("kode otp belum masuk", minutes=3)

    assert beforehand(assess_unread(given, now=NOW), given, now=NOW) is None
