"""The album of pictures: bound so that a person can leaf through it."""

from tests.album import Album, bind


class Page:
    def screenshot(self, path, **options):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"png")


def test_bind_shows_every_picture_under_its_state(tmp_path):
    album = Album(tmp_path)
    for screen in ("desktop", "phone"):
        album.add(Page(), "report: sent", screen)

    cover = bind(tmp_path).read_text()

    assert cover.count("<img") == 2
    assert 'src="report-sent/desktop.png"' in cover
    assert (tmp_path / "report-sent/phone.png").read_bytes() == b"png"


def test_album_nobody_asked_for_takes_no_picture():
    Album(None).add(Page(), "report", "phone")  # a folder that is None could not be written to
