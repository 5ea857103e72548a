# SPDX-License-Identifier: MIT
"""Rows stand where they were moved, however often, and no other row is touched without need."""

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from guiuploader.uploads.order import Order, Way
from tests.helpers.work import calls_in


def filled(count: int) -> Order:
    order = Order()
    for number in range(1, count + 1):
        order.put(number, float(number))
    return order


def apply(order: Order, ids: list[int], before: int | None) -> dict[int, float]:
    places = dict(order.room(ids, before))
    for upload_id, place in places.items():
        order.put(upload_id, place)
    return places


def moved(rows: list[int], ids: list[int], before: int | None) -> list[int]:
    """Return what a list makes of the same move."""
    rest = [row for row in rows if row not in ids]
    at = len(rest) if before is None else rest.index(before)
    return [*rest[:at], *ids, *rest[at:]]


@given(st.data())
def test_it_keeps_rows_as_a_list_would(data: st.DataObject) -> None:
    rows, order, newest = list(range(1, 9)), filled(8), 8
    for _ in range(12):
        what = data.draw(st.sampled_from(["move", "way", "new", "drop"]))
        if what == "new":
            newest += 1
            order.put(newest, float(newest))
            rows.append(newest)
        elif what == "drop" and len(rows) > 3:
            gone = data.draw(st.sampled_from(rows))
            order.drop(gone)
            rows.remove(gone)
        else:
            chosen = data.draw(st.sets(st.sampled_from(rows), min_size=1))
            ids = [row for row in rows if row in chosen]
            if what == "way":
                before = order.target(ids, data.draw(st.sampled_from(Way)))
            else:
                before = order.clear_of(ids, data.draw(st.sampled_from([None, *rows])))
            apply(order, ids, before)
            rows = moved(rows, ids, before)
        assert list(order) == rows


def test_a_row_goes_to_the_top_one_up_one_down_and_to_the_end() -> None:
    found = {}
    for way in Way:
        order = filled(5)
        apply(order, [2, 4], order.target([2, 4], way))
        found[way] = list(order)
    assert found == {
        Way.TOP: [2, 4, 1, 3, 5],
        Way.UP: [2, 4, 1, 3, 5],
        Way.DOWN: [1, 3, 5, 2, 4],
        Way.END: [1, 3, 5, 2, 4],
    }


def test_a_row_at_a_border_stays_there() -> None:
    for way, row in ((Way.UP, 1), (Way.TOP, 1), (Way.DOWN, 3), (Way.END, 3)):
        order = filled(3)
        apply(order, [row], order.target([row], way))
        assert list(order) == [1, 2, 3]


def test_only_the_moved_row_gets_another_place() -> None:
    assert apply(filled(1000), [900], 3) == {900: 2.5}


def test_a_place_at_the_end_is_before_those_of_rows_to_come() -> None:
    order = filled(4)
    for number in range(200):
        row = 1 + number % 4
        apply(order, [row], order.target([row], Way.END))
    order.put(5, 5.0)
    assert list(order) == [1, 2, 3, 4, 5]


def test_rows_that_are_moved_between_the_same_two_again_and_again_find_room() -> None:
    order, rows = filled(60), list(range(1, 61))
    widest = 0
    for number in range(2_000):
        row = 3 + number % 57
        widest = max(widest, len(apply(order, [row], order.clear_of([row], 2))))
        rows = moved(rows, [row], 2)
        assert list(order) == rows
    assert widest > 1, "some made room"


def test_rows_with_one_place_go_by_their_ids_and_can_be_parted() -> None:
    order = Order()
    for number in (1, 2, 3):
        order.put(number, 0.0)
    apply(order, [3], 2)
    assert list(order) == [1, 3, 2]


def test_a_move_among_many_rows_costs_no_more_than_among_few() -> None:
    few, many = filled(1_000), filled(100_000)
    least = calls_in(partial(apply, few, [900], 5))
    assert calls_in(partial(apply, many, [90_000], 5)) <= least + 5
