from io import BytesIO

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from kayasupport.charset import readable
from kayasupport.wsgi import application

BODY = b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\nhalo\r\n--x--\r\n'


def status_of(path, content_type, *, query=""):
    """What the whole application answers, as a server would ask it."""
    said = []
    environ = RequestFactory()._base_environ(
        REQUEST_METHOD="POST",
        PATH_INFO=path,
        QUERY_STRING=query,
        CONTENT_TYPE=content_type,
        CONTENT_LENGTH=str(len(BODY)),
        **{"wsgi.input": BytesIO(BODY)},
    )
    application(environ, lambda status, headers: said.append(status))
    return int(said[0].split()[0])


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["hex", "rot13", "utf-16", "no-such", "base64", "idna"])
@pytest.mark.parametrize("path", ["/", "/bahasa/", "/desk/login/", "/api/v1/tickets/"])
def test_charset_that_a_request_names_is_ignored(path, charset):
    assert status_of(path, f"multipart/form-data; boundary=x; charset={charset}", query="a=%00") < 500


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type", ["a/b; x*=no-such''x", "a/b; x*0*=y; x*=''", "a/b; boundary*=hex''%ff"]
)
def test_content_type_that_cannot_be_read_breaks_nothing(content_type):
    assert status_of("/", content_type) < 500


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("application/json; charset=utf-8", "application/json"),
        ("multipart/form-data; charset=hex; boundary=x", 'multipart/form-data; boundary="x"'),
        ('multipart/form-data; boundary="a\\"b"', 'multipart/form-data; boundary="a\\"b"'),
        ("multipart/form-data; boundary=\xff", "multipart/form-data"),
        ("a/b; x*=no-such''x", "a/b"),
    ],
)
def test_kind_and_boundary_are_kept(given, kept):
    assert readable({"CONTENT_TYPE": given}) == {"CONTENT_TYPE": kept}


@given(
    st.text(st.characters(max_codepoint=255)) | st.lists(st.sampled_from(list("*=;'\"%0x \\"))).map("".join)
)
def test_content_type_of_anything_is_made_readable(text):
    once = readable({"CONTENT_TYPE": f"a/b;{text}"})

    assert readable(once) == once
