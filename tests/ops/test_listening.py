"""The lock on the data folder and the choice of the port."""

import socket

import pytest

from kayasupport import listening


def test_open_port_takes_the_next_free_one_when_none_was_chosen(monkeypatch):
    with socket.create_server((listening.HOST, 0)) as other:
        taken = other.getsockname()[1]
        monkeypatch.setattr(listening, "FIRST_PORT", taken)

        with listening.open_port("") as found:
            port = found.getsockname()[1]

    assert taken < port < taken + listening.TRIES


def test_open_port_refuses_a_chosen_one_that_is_taken():
    with socket.create_server((listening.HOST, 0)) as other:
        taken = other.getsockname()[1]

        with pytest.raises(listening.Refused, match=f"Port {taken} is taken"):
            listening.open_port(str(taken))


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "٨٠", "80.0"])
def test_open_port_refuses_what_is_no_port(text):
    with pytest.raises(listening.Refused, match="a number from 1 to 65535"):
        listening.open_port(text)


def test_lock_names_its_holder(tmp_path):
    path = tmp_path / "dev.lock"
    with listening.lock(path) as held:
        listening.sign(held, "http://127.0.0.1:8000 (process 7)")

        with pytest.raises(
            listening.Refused, match=r"already with the data in .*: http://127\.0\.0\.1:8000 \(process 7\)"
        ):
            listening.lock(path)


def test_lock_is_free_again_when_its_holder_is_gone(tmp_path):
    path = tmp_path / "dev.lock"
    with listening.lock(path) as held:
        listening.sign(held, "somebody")

    with listening.lock(path) as again:
        assert again.closed is False
