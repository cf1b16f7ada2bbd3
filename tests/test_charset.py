import pytest


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["hex", "rot13", "utf-16", "no-such", "base64"])
@pytest.mark.parametrize("path", ["/", "/bahasa/", "/desk/login/", "/api/v1/tickets/"])
def test_charset_that_a_request_names_is_ignored(client, path, charset):
    body = b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\nhalo\r\n--x--\r\n'

    response = client.generic("POST", path, body, f"multipart/form-data; boundary=x; charset={charset}")

    assert response.status_code < 500
