"""Two problems in one report."""

import pytest

from triage import classifier
from triage.clauses import clauses, second_problem
from triage.language import normalise
from triage.otp import as_one

pytestmark = pytest.mark.usefixtures("model")


def second(text):
    model = classifier.current()
    found = second_problem(text, as_one(model.probabilities(normalise(text))), model=model)
    return found and found.category


def test_clauses_end_at_marks_and_begin_at_openers():
    text = "Kode otp ga masuk, sudah. Saya daftar ulang tapi malah sudah terdaftar"

    assert list(clauses(text)) == ["kode otp tidak masuk", "saya daftar ulang", "malah sudah terdaftar"]


def test_clauses_of_an_endless_report_are_bounded():
    assert len(list(clauses("kode otp tidak masuk. " * 10_000))) < 60


@pytest.mark.parametrize(
    "text",
    [
        "kode otp belum masuk",
        "kode otp belum masuk, sudah cek spam, sudah kirim ulang",
        "akun saya diblokir, tolong dibuka, akun saya diblokir",
        "bagaimana cara top up saldo, terus cara transfer",
        "",
    ],
)
def test_one_problem_has_no_second(text):
    assert second(text) is None


def test_a_short_first_problem_is_not_drowned_by_the_longer_second():
    assert second("otp ga masuk, daftar ulang malah dibilang sudah terdaftar") == "otp_not_received"
