"""Web processes that die, at the worst moments, and one that is replaced while people report."""

import pytest

from tests.faults.drill import said


@pytest.fixture
def deaths(drill, tmp_path):
    folder = tmp_path / "deaths"
    folder.mkdir()
    for number in range(max(2, drill.total // 25)):
        (folder / f"{number:03}").touch()
    return folder


@pytest.mark.parametrize("when", ["before", "after"])
def test_web_process_killed_around_the_commit(product, drill, deaths, settle, when):
    product.start_worker()
    product.start_beat()
    application = "tests.faults.deadly_commits:application"
    product.start_web(application=application, DIES=when, DEATHS=str(deaths))
    given = len(list(deaths.iterdir()))

    load = drill.begin()
    load.finish()
    drill.over()
    drill.faults = given - len(list(deaths.iterdir()))
    outcome = settle(f"web process killed -9 {when} COMMIT")

    assert drill.faults
    assert load.unanswered >= drill.faults
    assert outcome.is_clean


@pytest.mark.any_engine
def test_web_killed_and_started_again(product, drill, settle):
    product.start()

    load = drill.begin()
    load.reach(0.3)
    drill.hurt(product.web.kill)
    product.start_web()
    drill.over()
    outcome = settle("web killed -9 and started again")

    assert outcome.is_clean


@pytest.mark.any_engine
def test_deploy_under_load(product, drill, settle):
    """Everything is replaced while people report: SIGTERM, then the new one."""
    product.start()

    def replace_all():
        for process, start in [
            (product.web, product.start_web),
            (product.worker, product.start_worker),
            (product.processes[2], product.start_beat),
        ]:
            process.stop()
            start()

    load = drill.begin()
    load.reach(0.3)
    drill.hurt(replace_all)
    drill.over()
    outcome = settle("deploy: SIGTERM to web, worker and beat, one after the other")

    assert said(load).keys() <= {503}
    assert outcome.is_clean
