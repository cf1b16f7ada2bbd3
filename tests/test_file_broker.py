import shutil
import threading
from queue import Empty
from time import monotonic

import pytest
from kombu import Connection, transport


@pytest.fixture
def broker(tmp_path, monkeypatch):
    # Kombu remembers bindings per process: each test needs queue names of its own.
    monkeypatch.setitem(transport.TRANSPORT_ALIASES, "filesystem", "kayasupport.file_broker:Transport")
    folder = str(tmp_path / "broker")
    options = {
        "data_folder_in": folder,
        "data_folder_out": folder,
        "control_folder": f"{folder}/control",
        "polling_interval": 0.02,
    }
    return Connection("filesystem://", transport_options=options)


def received(queue):
    messages = []
    while True:
        try:
            messages.append(queue.get(timeout=0.3).payload)
        except Empty:
            return messages


def test_messages_come_out_in_order_and_once(broker):
    queue = broker.SimpleQueue("antre")
    for number in range(5):
        queue.put({"id": number})

    reader = broker.SimpleQueue("antre", no_ack=True)
    assert [message["id"] for message in received(reader)] == [0, 1, 2, 3, 4]
    assert received(reader) == []


def test_messages_of_another_queue_stay(broker):
    broker.SimpleQueue("lain.sepi").put({"id": 1})

    assert received(broker.SimpleQueue("sepi", no_ack=True)) == []
    assert received(broker.SimpleQueue("lain.sepi", no_ack=True)) == [{"id": 1}]


def test_reader_never_sees_half_a_message(broker):
    payload = {"text": "x" * 200_000}
    options = broker.transport_options

    def write():
        queue = Connection("filesystem://", transport_options=options).SimpleQueue("deras")
        for _ in range(50):
            queue.put(payload)

    reader = broker.SimpleQueue("deras", no_ack=True)
    writer = threading.Thread(target=write)
    writer.start()
    messages = []
    until = monotonic() + 20
    while len(messages) < 50 and monotonic() < until:
        messages += received(reader)
    writer.join()

    assert [message == payload for message in messages] == [True] * 50


def test_queue_of_a_missing_folder_is_empty_until_somebody_writes(broker, tmp_path):
    channel = broker.channel()
    shutil.rmtree(tmp_path / "broker")

    with pytest.raises(Empty):
        channel._get("hilang")
    channel._put("hilang", {"id": 1})

    assert channel._get("hilang") == {"id": 1}


def test_channel_opens_while_the_folder_cannot_be_made(broker, tmp_path):
    (tmp_path / "broker").write_text("a file in its place")

    channel = broker.channel()

    with pytest.raises(Empty):
        channel._get("hilang")
    with pytest.raises(OSError, match="broker"):
        channel._put("hilang", {"id": 1})
