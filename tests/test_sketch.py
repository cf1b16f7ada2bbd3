import random
import statistics

import pytest

from tickets.sketch import ACCURACY, Sketch, merged


def sketch_of(*seconds):
    sketch = Sketch()
    for each in seconds:
        sketch.add(each)
    return sketch


def test_nothing_has_no_median():
    assert Sketch().quantile(0.5) is None


@pytest.mark.parametrize("seconds", [1, 42, 3600, 30 * 24 * 3600])
def test_one_duration_is_its_own_median(seconds):
    assert sketch_of(seconds).quantile(0.5) == pytest.approx(seconds, rel=ACCURACY)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1])
def test_quantiles_are_right_to_the_accuracy(share):
    chance = random.Random(5)
    durations = sorted(chance.lognormvariate(8, 2) + 1 for _ in range(1001))

    sketch = sketch_of(*durations)

    assert sketch.quantile(share) == pytest.approx(durations[int(share * 1000)], rel=ACCURACY)


def test_durations_under_a_second_and_before_the_start_are_one_second():
    assert sketch_of(0, -5, 0.3).quantile(0.5) == pytest.approx(1, rel=ACCURACY)


def test_stored_sketches_add_up_to_the_sketch_of_all():
    first, second = [10, 20, 30], [40, 5000]

    total = merged([sketch_of(*first).as_json(), sketch_of(*second).as_json(), {}])

    assert total.as_json() == sketch_of(*first, *second).as_json()
    assert total.quantile(0.5) == pytest.approx(statistics.median([*first, *second]), rel=ACCURACY)
