import os
import signal
import time

import pytest

from tickets.turns import turn


@pytest.fixture(autouse=True)
def own_turns(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.OCR_AT_ONCE = 2


def test_no_more_turns_than_there_are():
    with turn() as first, turn() as second, turn() as third:
        assert (first, second, third) == (True, True, False)


def test_a_turn_is_free_again_afterwards(settings):
    settings.OCR_AT_ONCE = 1
    with pytest.raises(ZeroDivisionError), turn():
        raise ZeroDivisionError

    with turn() as is_ours:
        assert is_ours


def test_a_turn_ends_with_its_process_however_that_ends(settings, tmp_path):
    settings.OCR_AT_ONCE = 1
    other = os.fork()
    if other == 0:
        with turn():
            (tmp_path / "held").touch()
            time.sleep(60)
        os._exit(0)
    while not (tmp_path / "held").exists():
        time.sleep(0.01)

    with turn() as while_it_lives:
        pass
    os.kill(other, signal.SIGKILL)
    os.waitpid(other, 0)
    with turn() as afterwards:
        pass

    assert (while_it_lives, afterwards) == (False, True)
