"""Training lines and whose they are."""

from triage.examples import LINES_PER_WRITER, Example, read_file


def written(folder, content):
    (folder / "examples.txt").write_text(content, encoding="utf-8")
    return read_file(folder)


def test_heading_names_the_writer_of_what_follows(tmp_path):
    found = written(
        tmp_path, "# writer ani\notp ga masuk\n# second pass\nkode kosong\n#writer? no\n# writer budi\nhalo\n"
    )

    assert [(each.text, each.writer) for each in found] == [
        ("otp ga masuk", "ani"),
        ("kode kosong", "ani"),
        ("halo", "budi"),
    ]


def test_lines_before_the_first_heading_are_grouped_by_neighbourhood(tmp_path):
    lines = [f"baris {number}" for number in range(LINES_PER_WRITER + 1)]

    found = written(tmp_path, "\n".join(["# about", *lines, "# writer ani", "baris ani"]))

    assert [each.writer for each in found] == [*["lines 0"] * LINES_PER_WRITER, "lines 1", "ani"]


def test_example_carries_the_category_of_its_folder(tmp_path):
    folder = tmp_path / "self_typo"
    folder.mkdir()

    assert written(folder, "salah ketik") == (Example("self_typo", "salah ketik", "lines 0"),)
