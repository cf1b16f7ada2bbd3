import pytest

from kayasupport.redis_cache import KeptClientCache

ADDRESS = "redis://127.0.0.1:1/0"  # nobody listens; no command is sent


@pytest.fixture
def cache():
    return KeptClientCache(ADDRESS, {"OPTIONS": {"socket_timeout": 1}})


def test_cache_keeps_its_client(cache):
    assert cache._cache.get_client("a") is cache._cache.get_client("b")


def test_caches_share_no_client(cache):
    other = KeptClientCache(ADDRESS, {})

    assert cache._cache.get_client() is not other._cache.get_client()
