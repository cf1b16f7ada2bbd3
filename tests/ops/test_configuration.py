"""settings, .env.example, docker-compose.yml, Dockerfile and .ci/run say the same."""

import ast
import json
import os
import re
import subprocess
import sys

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
READ = re.compile(r"\benv(?:iron)?\.[a-z_]+\(\s*\"([A-Z][A-Z0-9_]*)\"")
# Read by Django or by us, but nothing to configure.
INTERNAL = {"DJANGO_SETTINGS_MODULE", "KAYASUPPORT_PREPARED"}
# Read by docker compose alone.
COMPOSE_ONLY = {"WORKER_CONCURRENCY"}
APP = ["web", "worker", "beat", "migrate"]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def dockerfile():
    return (ROOT / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def ci():
    return (ROOT / ".ci" / "run").read_text()


def variables_read() -> set[str]:
    sources = (ROOT / "kayasupport").glob("*.py")
    return {name for path in sources for name in READ.findall(path.read_text())} - INTERNAL


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_env_example_lists_every_variable_and_no_other():
    assert set(example()) == variables_read()


def test_env_example_explains_every_variable():
    paragraphs = re.split(r"\n(?=#)", (ROOT / ".env.example").read_text())

    explained = {
        name for text in paragraphs if text.startswith("#") for name in re.findall(r"^([A-Z_]+)=", text, re.M)
    }

    assert explained == variables_read()


def test_env_example_holds_the_defaults(tmp_path):
    data = {"DATA_DIR": str(tmp_path)}  # for both, or they would differ in their keys

    assert settings_under({**example(), **data}) == settings_under(data)


def settings_under(environment: dict[str, str]) -> dict[str, str]:
    code = (
        "import json; from kayasupport import settings as s; "
        # LANGUAGES is lazy text, which needs the applications.
        "print(json.dumps({n: repr(v) for n, v in vars(s).items() if n.isupper() and n != 'LANGUAGES'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    values = json.loads(done.stdout)
    return {name: re.sub(r" at 0x[0-9a-f]+", "", value) for name, value in values.items()}


def test_provider_of_mail_gets_what_it_needs(tmp_path):
    found = settings_under(
        {
            "DATA_DIR": str(tmp_path),
            "EMAIL_URL": "smtp://mail.example.org",
            "ANYMAIL_ESP": "Mailgun",
            "ANYMAIL_SETTINGS": "API_KEY=key=with=signs,SENDER_DOMAIN=mg.example.org",
            "ANYMAIL_WEBHOOK_SECRET": "ana:rahasia",
        }
    )

    given = ast.literal_eval(found["ANYMAIL"])
    assert found["EMAIL_BACKEND"] == "'anymail.backends.mailgun.EmailBackend'"
    assert (given["MAILGUN_API_KEY"], given["MAILGUN_SENDER_DOMAIN"]) == ("key=with=signs", "mg.example.org")
    assert given["WEBHOOK_SECRET"] == "ana:rahasia"


def test_database_url_keeps_its_options_beside_ours(tmp_path):
    url = "postgres://kaya@db/kaya?sslmode=verify-full&connect_timeout=9"

    databases = settings_under({"DATA_DIR": str(tmp_path), "SECRET_KEY": "x", "DATABASE_URL": url})[
        "DATABASES"
    ]

    options = ast.literal_eval(databases)["default"]["OPTIONS"]
    assert options == {
        "connect_timeout": 9,
        "options": "-c statement_timeout=15s -c lock_timeout=5s",
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 25_000,
        "sslmode": "verify-full",
    }


@pytest.mark.parametrize("service", APP)
def test_compose_sets_only_variables_that_are_read(compose, service):
    names = {name.removesuffix("_FILE") for name in compose["services"][service]["environment"]}

    assert names - variables_read() == set()


def test_compose_asks_only_for_variables_of_the_example():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))

    assert asked - COMPOSE_ONLY - set(example()) == set()


@pytest.mark.parametrize("service", APP)
def test_compose_runs_one_image_on_the_same_settings(compose, service):
    web, other = compose["services"]["web"], compose["services"][service]

    assert other["image"] == web["image"] == "kayasupport"
    assert other["environment"] == web["environment"]
    assert other["secrets"] == web["secrets"]


def test_compose_needs_a_secret_key_and_an_address(compose):
    environment = compose["services"]["web"]["environment"]

    assert environment["SECRET_KEY_FILE"] == "/run/secrets/secret_key"
    assert "secret_key" in compose["secrets"]
    assert environment["SITE_URL"].startswith("${SITE_URL:?")


def test_compose_hardens_every_service(compose):
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["init"] is True
        assert "healthcheck" in service or service["image"] == "kayasupport"


def test_compose_opens_one_port_on_this_machine_only(compose):
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert ports == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}
    assert compose["networks"]["back"] == {"internal": True}
    assert compose["services"]["postgres"]["networks"] == ["back"]
    assert compose["services"]["redis"]["networks"] == ["back"]


def test_compose_starts_nothing_before_the_tables_are_there(compose):
    for name in ("web", "worker", "beat"):
        waits_for = compose["services"][name]["depends_on"]["migrate"]
        assert waits_for == {"condition": "service_completed_successfully"}
    assert compose["services"]["migrate"]["restart"] == "no"


def test_compose_restarts_everything_else(compose):
    policies = {
        name: service["restart"] for name, service in compose["services"].items() if name != "migrate"
    }

    assert set(policies.values()) == {"unless-stopped"}


def test_compose_names_every_volume_and_secret_it_uses(compose):
    volumes = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }
    secrets = {name for service in compose["services"].values() for name in service.get("secrets", [])}

    assert volumes == set(compose["volumes"])
    assert secrets == set(compose["secrets"])


def test_compose_lets_tasks_and_requests_finish(compose):
    services = compose["services"]

    assert int(services["worker"]["stop_grace_period"].removesuffix("s")) > settings.CELERY_TASK_TIME_LIMIT
    assert int(services["web"]["stop_grace_period"].removesuffix("s")) > 30


def test_compose_keeps_what_redis_and_postgresql_hold(compose):
    redis, postgres = compose["services"]["redis"], compose["services"]["postgres"]

    assert redis["command"][1:3] == ["--appendonly", "yes"]
    assert redis["command"][-2:] == ["--maxmemory-policy", "noeviction"]
    assert postgres["volumes"] == ["postgres:/var/lib/postgresql"]


def test_ci_wants_the_majors_of_compose(compose, ci):
    images = {name: compose["services"][name]["image"] for name in ("postgres", "redis")}

    wanted = dict(re.findall(r"^(POSTGRES|REDIS)=(\d+)$", ci, re.M))

    assert images == {"postgres": f"postgres:{wanted['POSTGRES']}", "redis": f"redis:{wanted['REDIS']}"}


def test_dockerfile_has_the_client_of_the_server_for_backups(compose, dockerfile):
    major = re.search(r"^ARG POSTGRES=(\d+)$", dockerfile, re.M)[1]
    last_stage = dockerfile.partition("\nFROM ${PYTHON}\n")[2]

    assert compose["services"]["postgres"]["image"] == f"postgres:{major}"
    assert "\nFROM postgres:${POSTGRES} AS postgres\n" in dockerfile
    # An ARG before the first FROM is not known in a stage that does not name it again.
    assert last_stage.index("\nARG POSTGRES\n") < last_stage.index('"postgresql-client-$POSTGRES"')


def test_dockerfile_puts_data_and_products_where_compose_looks(compose, dockerfile):
    built = dict(
        re.findall(
            r"(DATA_DIR|STATIC_ROOT|TRIAGE_MODEL_DIR)=(/[a-z/]+)",
            dockerfile.partition("\nFROM ${PYTHON}\n")[2],
        )
    )

    # No folder of its own for the models: train_triage writes them, and only the volume can be written.
    assert built == {"DATA_DIR": "/data", "STATIC_ROOT": "/srv/static"}
    assert "prepare_triage" in str(compose["services"]["migrate"]["command"])
    assert compose["services"]["web"]["environment"]["DATA_DIR"] == built["DATA_DIR"]
    assert compose["services"]["web"]["volumes"] == [f"data:{built['DATA_DIR']}"]


def test_static_files_are_collected_where_the_brand_of_this_installation_can_be_among_them(compose):
    roots = {compose["services"][name]["environment"]["STATIC_ROOT"] for name in APP}

    assert roots == {"/data/static"}
    assert "collectstatic" in str(compose["services"]["migrate"]["command"])


def test_dockerfile_runs_as_nobody_in_particular_and_installs_by_hash(dockerfile):
    assert "--require-hashes" in dockerfile
    assert "\nUSER 10001:10001\n" in dockerfile
    assert "\nHEALTHCHECK " in dockerfile


def test_image_holds_no_secrets_and_no_data():
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    wanted = [rule.removeprefix("!") for rule in rules if rule.startswith("!")]

    assert "*" in rules
    assert wanted == ["kayasupport", "tickets", "triage", "manage.py", "requirements.txt"]


def test_cookies_go_over_https_only_and_to_this_host_alone(tmp_path):
    plain = settings_under({"DATA_DIR": str(tmp_path)})
    https = settings_under({"DATA_DIR": str(tmp_path), "SITE_URL": "https://bantuan.example.org"})

    names = [(found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) for found in (plain, https)]
    secure = {https[f"{cookie}_COOKIE_SECURE"] for cookie in ("SESSION", "CSRF", "LANGUAGE")}
    assert names == [("'sessionid'", "'csrftoken'"), ("'__Host-sessionid'", "'__Host-csrftoken'")]
    assert secure == {"True"}
