"""What carries the bells and counts the limits: Redis, or a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from django.conf import settings

from kayasupport.doctor.finding import Finding, better, broken, well

SECONDS = 3.0
OLDEST = (6, 2)


def examine() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield _folder()
        return
    try:
        server = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
        )
        about: Any = server.info()
    except (redis.RedisError, OSError, ValueError) as error:
        yield broken(
            "Redis",
            f"It does not answer: {type(error).__name__}. Reports are taken, and triaged by nobody.",
            fix="Start it, and look at REDIS_URL: host, port, password, rediss:// for TLS.",
        )
        return
    yield from _server(about)
    yield from _memory(server)
    yield _persistence(about)


def _folder() -> Finding:
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return broken(
            "Broker",
            f"Bells lie in {folder}, which is not there or not ours to write.",
            fix=f"Create it for the user who runs KayaSupport: mkdir -p -m 700 {folder}",
        )
    return well("Broker", "Bells are files: for one machine, and no service needed.")


def _server(about: dict[str, Any]) -> Iterator[Finding]:
    version = str(about.get("redis_version", "0"))
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < OLDEST:
        yield better(
            "Redis", f"Version {version} is old.", fix="Upgrade it; docker-compose.yml has the tested one."
        )
    else:
        yield well("Redis", f"Version {version} answers.")


def _memory(server: Any) -> Iterator[Finding]:
    try:
        policy = str(server.config_get("maxmemory-policy").get("maxmemory-policy", ""))
    except redis.RedisError:  # a hosted one mostly forbids the question
        yield better(
            "Redis",
            "It does not tell what it throws away when it is full.",
            fix="See to it that its maxmemory-policy is noeviction: bells and counters must not vanish.",
        )
        return
    if policy != "noeviction":
        yield broken(
            "Redis",
            f"When it is full, it throws away bells and counters ({policy}).",
            fix="Set maxmemory-policy to noeviction: it then refuses, and the sweep makes up for it.",
        )
    else:
        yield well("Redis", "When it is full, it refuses instead of forgetting.")


def _persistence(about: dict[str, Any]) -> Finding:
    if int(about.get("aof_enabled", 0)):
        return well("Redis", "It keeps bells over a restart (AOF).")
    return better(
        "Redis",
        "It forgets waiting bells when it restarts; the sweep makes up for them within seconds.",
        fix="Set appendonly yes and appendfsync everysec, to lose no seconds either.",
    )
