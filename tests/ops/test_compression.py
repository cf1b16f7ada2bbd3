"""Pages are sent compressed to browsers that ask for it; pictures are not compressed twice."""

import gzip

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from kayasupport.compression import CompressionMiddleware
from tests.images import png

LONG = "Kode OTP belum masuk. " * 100


def answered(response, accepts="gzip, br"):
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return CompressionMiddleware(lambda request: response)(request)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json"])
def test_page_is_compressed(kind):
    response = answered(HttpResponse(LONG, content_type=kind))

    assert response["Content-Encoding"] == "gzip"
    assert response["Vary"] == "Accept-Encoding"
    assert gzip.decompress(response.content).decode() == LONG


def test_page_is_left_alone_for_who_did_not_ask():
    assert answered(HttpResponse(LONG), accepts="").content.decode() == LONG


def test_picture_is_left_alone(tmp_path):
    (tmp_path / "layar.png").write_bytes(png())

    response = answered(FileResponse((tmp_path / "layar.png").open("rb")))

    assert "Content-Encoding" not in response
    assert b"".join(response) == png()


@pytest.mark.django_db
def test_the_form_is_compressed(client):
    response = client.get("/", headers={"Accept-Encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert b"<form" in gzip.decompress(response.content)
