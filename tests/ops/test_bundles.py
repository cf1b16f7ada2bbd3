"""Several sources, one file to fetch."""

import pytest
from django.contrib.staticfiles import finders

from kayasupport import bundles


@pytest.fixture
def folder(settings, tmp_path):
    settings.BASE_DIR = settings.DATA_DIR = tmp_path
    settings.BUNDLES = {"app/all.js": ["first.js", "rest/*.js"], "app/all.css": ["*.css"]}
    (tmp_path / "rest").mkdir()
    return tmp_path


def test_bundle_holds_its_sources_in_order_each_in_a_block_of_its_own(folder):
    (folder / "rest" / "b.js").write_text("const b = 1;\n")
    (folder / "rest" / "a.js").write_text("const a = 1;\n")
    (folder / "first.js").write_text("const first = 1;\n")

    text = bundles.build("app/all.js").read_text()

    assert text == '"use strict";\n{\nconst first = 1;\n}\n{\nconst a = 1;\n}\n{\nconst b = 1;\n}\n'


def test_bundle_is_made_anew_when_a_source_has_changed_or_gone(folder):
    for name in ("a.css", "b.css"):
        (folder / name).write_text(f".{name[0]} {{}}\n")
    before = bundles.build("app/all.css").read_text()

    (folder / "a.css").write_text(".other {}\n")
    (folder / "b.css").unlink()

    assert before == ".a {}\n.b {}\n"
    assert bundles.build("app/all.css").read_text() == ".other {}\n"


def test_comments_and_indents_stay_behind(folder):
    (folder / "first.js").write_text('// Why.\nfunction go() {\n  // How.\n\n  say("//"); // aloud\n}\n')
    (folder / "a.css").write_text(
        "/* Why */\n.a {\n  top: 0; /* really */\n}\n/* x */ .b { top: 1px; } /* y */\n"
    )

    script = bundles.build("app/all.js").read_text()
    style = bundles.build("app/all.css").read_text()

    assert script == '"use strict";\n{\nfunction go() {\nsay("//"); // aloud\n}\n}\n'
    assert style == ".a {\ntop: 0; /* really */\n}\n/* x */ .b { top: 1px; } /* y */\n"


@pytest.mark.parametrize(
    ("name", "marks"), [("tickets/public.js", "``"), ("tickets/public.css", ("/*", "*/"))]
)
def test_no_text_or_comment_runs_over_lines_where_lines_are_changed(name, marks):
    opens, ends = marks
    over_lines = [
        line
        for path in bundles.sources(name)
        for line in path.read_text().splitlines()
        if (line.count(opens) % 2 if opens == ends else line.count(opens) != line.count(ends))
    ]

    assert over_lines == []


def test_bundle_that_has_not_changed_is_left_alone(folder):
    (folder / "a.css").write_text("/* a */\n")
    built = bundles.build("app/all.css").stat()

    assert bundles.build("app/all.css").stat().st_mtime_ns == built.st_mtime_ns


def test_finder_offers_every_bundle(folder):
    finder = bundles.BundleFinder()

    assert [name for name, _storage in finder.list([])] == ["app/all.js", "app/all.css"]
    assert finder.find("app/other.js") == []
    assert finders.find("app/other.js") is None
    assert finder.find("app/all.js", find_all=True) == [str(folder / "bundles/app/all.js")]


def test_public_bundles_are_found():
    assert finders.find("tickets/public.js")
    assert finders.find("tickets/public.css")
