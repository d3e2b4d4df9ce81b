"""New numbers for stops: only who changed places gets one, and who must stay is never touched (R13.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.routes.stop_order import appended, number_of, reordered

NOW = [("甲", 10), ("乙", 20), ("丙", 30)]


@pytest.mark.article("R13.5")
def test_gaps_stay_and_only_who_changed_places_gets_another_number() -> None:
    assert reordered(NOW, {"甲": 1, "乙": 2, "丙": 3}, ()) == ({}, [])
    assert reordered(NOW, {"甲": 1, "丙": 2, "乙": 3}, {"甲"}) == ({"丙": 20, "乙": 30}, [])
    assert reordered(NOW, {"丙": 1, "乙": 2, "甲": 3}, {"乙"}) == ({"丙": 10, "甲": 30}, [])


@pytest.mark.article("R13.5")
def test_a_held_stop_that_would_stand_elsewhere_is_named() -> None:
    assert reordered(NOW, {"乙": 1, "甲": 2, "丙": 3}, {"甲"})[1] == ["甲"]
    assert reordered(NOW, {"甲": 4}, {"丙"})[1] == []
    assert reordered(NOW, {"甲": 40}, {"丙"})[1] == ["丙"]


@pytest.mark.article("R13.5")
def test_stops_without_a_number_or_with_the_same_one_get_their_own() -> None:
    assert reordered([("甲", 5), ("乙", 5), ("丙", None)], {}, ()) == ({"乙": 6, "丙": 7}, [])
    assert number_of("12") == 12 and number_of("") is None and number_of(None) is None and number_of("三") is None
    assert list(appended({3, 7}, 2)) == [8, 9] and list(appended((), 1)) == [1]


@pytest.mark.article("R13.5")
@given(data=st.data())
def test_the_order_that_is_wanted_is_the_order_that_comes(data: st.DataObject) -> None:
    stops = data.draw(st.lists(st.integers(0, 99), min_size=1, max_size=12, unique=True))
    numbers = sorted(data.draw(st.lists(st.integers(1, 99), min_size=len(stops), max_size=len(stops), unique=True)))
    wanted = data.draw(st.permutations(stops))
    held = data.draw(st.sets(st.sampled_from(stops)))
    now = list(zip(stops, numbers, strict=True))
    found, moved = reordered(now, {stop: at for at, stop in enumerate(wanted, 1)}, held)
    assert set(moved) == {stop for stop in held if stops.index(stop) != list(wanted).index(stop)}
    assert not set(found) & held
    if not moved:
        then = dict(now) | found
        assert sorted(stops, key=then.__getitem__) == list(wanted)
        assert sorted(then.values()) == numbers
