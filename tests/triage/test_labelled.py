"""Labelled reports: what is read, and what is said of lines that are none."""

import pytest

from triage.labelled import BadLines, read_lines

LINES = [
    '{"id": "a", "text": "otp belum masuk", "label": "otp_not_received", "alt_label": null, "app": "x"}',
    "",
    '{"id": "b", "text": "lupa sandi, tidak bisa login", "label": "other", "alt_label": "self_typo"}',
]


def test_read_lines_skips_blanks_and_other_keys():
    assert [(line.id, line.label, line.alt_label) for line in read_lines(LINES)] == [
        ("a", "otp_not_received", ""),
        ("b", "other", "self_typo"),
    ]


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["{"], "line 1 is not JSON"),
        (["[" * 100_000], "line 1 is not JSON"),
        ([LINES[0], "[]"], "line 2 needs an object"),
        ([LINES[0], "", '{"id": "c", "text": "x"}'], "line 3 needs an object"),
        (['{"text": "x", "label": "weather"}'], "line 1 has an unknown label 'weather'"),
        (['{"text": "x", "label": "other", "alt_label": ["a"]}'], "line 1 is wrong"),
        (['{"text": 5, "label": "other"}'], "line 1 is wrong: text and label must be strings"),
        ([""], "no lines"),
    ],
)
def test_read_lines_names_the_bad_line(lines, complaint):
    with pytest.raises(BadLines, match=complaint):
        read_lines(lines)


def test_read_lines_names_every_bad_line_up_to_a_limit():
    with pytest.raises(BadLines) as caught:
        read_lines(["{", LINES[0], *["[]"] * 30])

    complaints = str(caught.value).split("\n")
    assert [complaints[0][:6], complaints[1][:6], complaints[-1]] == ["line 1", "line 3", "and 11 more"]
    assert len(complaints) == 21
