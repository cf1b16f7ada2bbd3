"""The examples of docs/embedding.md sign what the form believes."""

import json
import re
import shutil
import subprocess

import pytest
from django.conf import settings as configured

from tickets import prefill

KEY = "rahasia-bersama-yang-panjangnya-cukup"
VALUES = {"email": "siti@contoh.id", "error": "Kode “salah” – 422", "lang": "en"}
PAGE = (configured.BASE_DIR / "docs/embedding.md").read_text()


@pytest.fixture(autouse=True)
def keys(settings):
    settings.PREFILL_KEYS = [KEY]


def example(language):
    return re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[1]


def run(program, *arguments):
    path = shutil.which(program)
    if not path:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def is_believed(token):
    read = prefill.read(token)
    return (read.email, read.error, read.language) == tuple(VALUES.values())


def test_example_in_python_is_believed():
    names = {}
    exec(example("python"), names)

    assert is_believed(names["sign"](VALUES, KEY))
    assert not is_believed(names["sign"](VALUES, "another key"))


def test_example_in_node_is_believed():
    call = f"console.log(sign({json.dumps(VALUES)}, {json.dumps(KEY)}))"

    assert is_believed(run("node", "-e", example("js") + call))


def test_example_in_php_is_believed():
    call = f"echo sign(json_decode('{json.dumps(VALUES)}', true), '{KEY}');"

    assert is_believed(run("php", "-r", example("php") + call))


def test_example_of_the_script_names_what_is_served(client, settings):
    settings.EMBED_PARENTS = ["https://daftar.contoh.id"]
    path = re.search(r'<script src="https://bantuan\.contoh\.id([^"]+)"', PAGE)[1]
    framed = re.search(r'<iframe src="https://bantuan\.contoh\.id([^"]+)"', PAGE)[1]

    script = client.get(path)

    assert script.status_code == 200
    assert set(re.findall(r"`data-(\w+)`", PAGE)) == {"bahasa", "judul", "isi"}
    assert b"const { bahasa, isi, judul } = script.dataset" in script.content
    assert client.get(framed).status_code == 200
