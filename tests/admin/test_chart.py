"""Charts: where lines break, how high scales reach, what is written under the axis."""

import pytest

from tickets.admin.chart import (
    BOTTOM,
    HEIGHT,
    TOP,
    draw_bars,
    draw_lines,
    draw_stacks,
    durations,
    numbers,
    shares,
)

INNER = HEIGHT - TOP - BOTTOM


def heights(chart):
    return [[float(bar.height) for bar in slot.bars] for slot in chart.slots]


def test_line_of_a_chart_breaks_where_there_is_nothing():
    series = {"abstained": [0.1, 0.2, None, 0.4]}

    line = draw_lines(series, scale=shares(series)).lines[0]

    assert (len(line.runs), len(line.dots)) == (1, 1)
    assert "," not in line.dots[0][0]


@pytest.mark.parametrize(("highest", "top"), [(0, "25 %"), (0.25, "25 %"), (0.26, "50 %"), (1, "100 %")])
def test_scale_of_shares_fits_the_highest(highest, top):
    series = {"abstained": [highest]}

    assert draw_lines(series, scale=shares(series)).grid[-1].label == top


@pytest.mark.parametrize(
    ("highest", "labels"),
    [(0, ["0", "1", "2"]), (3, ["0", "2", "4"]), (5, ["0", "5", "10"]), (730, ["0", "500", "1000"])],
)
def test_scale_of_numbers_is_whole_at_the_half(highest, labels):
    series = {"arrived": [0, highest, None]}

    assert [step.label for step in draw_lines(series, scale=numbers(series)).grid] == labels


def test_scale_of_stacks_fits_the_tallest_stack():
    series = {"met": [3, 1], "breached": [0, 4]}

    assert (numbers(series).top, numbers(series, stacked=True).top) == (4, 10)


@pytest.mark.parametrize(("seconds", "top"), [(3, 4), (61, 120), (3000, 3600), (90_000, 172_800)])
def test_scale_of_durations_is_round(seconds, top):
    assert durations({"median": [seconds]}, label=str).top == top


def test_no_duration_is_above_the_drawing():
    series = {"median": [10_000 * 86400.0]}

    chart = draw_lines(series, scale=durations(series, label=str))

    assert chart.lines[0].dots[0][1] == f"{TOP:.1f}"


def test_bars_of_one_place_stand_side_by_side():
    series = {"arrived": [2, 0], "resolved": [1, None]}

    chart = draw_bars(series, scale=numbers(series), titles=["a", "b"])

    first, second = chart.slots[0].bars
    assert heights(chart) == [[INNER, INNER / 2], [0, 0]]
    assert float(second.x) == pytest.approx(float(first.x) + float(first.width), abs=0.2)


def test_bars_of_a_stack_stand_on_one_another():
    series = {"met": [2], "breached": [2]}

    chart = draw_stacks(series, scale=numbers(series, stacked=True), titles=["a"])

    low, high = chart.slots[0].bars
    assert low.x == high.x
    assert float(high.y) + float(high.height) == float(low.y)


def test_axis_names_the_first_the_last_and_a_few_between():
    series = {"arrived": [0] * 30}
    words = [str(day) for day in range(1, 31)]

    chart = draw_bars(series, scale=numbers(series), titles=words, ticks=words)

    assert [(tick.label, tick.anchor) for tick in chart.ticks] == [
        ("1", "start"),
        ("8", "middle"),
        ("15", "middle"),
        ("23", "middle"),
        ("30", "end"),
    ]


def test_axis_of_a_week_names_every_day():
    series = {"arrived": [0] * 7}
    words = [str(day) for day in range(1, 8)]

    chart = draw_bars(series, scale=numbers(series), titles=words, ticks=words)

    assert [tick.label for tick in chart.ticks] == words


def test_single_place_has_one_word():
    series = {"arrived": [1]}

    chart = draw_bars(series, scale=numbers(series), titles=["a"], ticks=["hari ini"])

    assert [tick.label for tick in chart.ticks] == ["hari ini"]
