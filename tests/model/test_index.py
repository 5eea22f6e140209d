"""Indices: sparse sets of keys as codes, and what families do with them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model import index as module
from planner.model.index import Index, all_of, coded, index_of, spans

POOLS, PERIODS, SLICES = ("gpu", "tpu"), ("Q1", "Q2", "Q3"), ("day", "night")


def _keys(index: Index) -> list[tuple[str, ...]]:
    return list(index)


def _standing() -> Index:
    """Return a GPU pool in Q1 and Q3, and a TPU pool in Q2."""
    keys = [("gpu", "Q1"), ("gpu", "Q3"), ("tpu", "Q2")]
    return index_of({"pool": POOLS, "period": PERIODS}, keys)


def test_keys_are_kept_as_places_of_labels() -> None:
    """Q3 is the third label of its axis."""
    assert _standing()["period"].tolist() == [0, 2, 1]
    assert _keys(_standing()) == [("gpu", "Q1"), ("gpu", "Q3"), ("tpu", "Q2")]


def test_a_name_leaves_out_what_tells_nothing_apart() -> None:
    """Without scenarios their one label is blank, and no name has it."""
    keys = _standing().along("scenario", ("",), 0)

    assert keys.name(1) == ("gpu", "Q3")
    assert keys.on("pool").name(1) == "gpu"
    assert _standing().along("scenario", ("", "boom"), 0).name(1) == ("gpu", "Q3", "")


def test_keys_are_taken_by_place_or_by_mask() -> None:
    """The third and first; and all but the second."""
    assert _keys(_standing().take(np.array([2, 0]))) == [("tpu", "Q2"), ("gpu", "Q1")]
    assert len(_standing().take(np.array([True, False, True]))) == 2


def test_distinct_keys_stand_in_the_order_of_labels() -> None:
    """Each pool once, though one stands in two periods."""
    assert _keys(_standing().distinct("pool")) == [("gpu",), ("tpu",)]


def test_a_key_is_found_by_the_axes_of_the_index() -> None:
    """What is at work by night in Q3 belongs to the second place; nothing stands in Q2."""
    work = index_of(
        {"slice": SLICES, "period": PERIODS, "pool": POOLS},
        [("night", "Q3", "gpu"), ("day", "Q2", "gpu"), ("day", "Q2", "tpu")],
    )

    assert _standing().find(work).tolist() == [1, -1, 2]


def test_codes_of_different_labels_do_not_compare() -> None:
    """Place 0 of another horizon is another quarter: a bug, not a key that is missing."""
    other = index_of({"pool": POOLS, "period": ("Q9",)}, [("gpu", "Q9")])

    with pytest.raises(ValueError, match="different labels: pool, period"):
        _standing().find(other)
    with pytest.raises(ValueError, match="different labels"):
        _standing().join(other)


def test_a_join_pairs_keys_that_agree() -> None:
    """Each pool with its sites: the GPU pool has two, the TPU pool none."""
    sites = index_of(
        {"pool": POOLS, "site": ("hall", "annex")}, [("gpu", "annex"), ("gpu", "hall")]
    )

    assert _keys(_standing().join(sites)) == [
        ("gpu", "Q1", "annex"),
        ("gpu", "Q1", "hall"),
        ("gpu", "Q3", "annex"),
        ("gpu", "Q3", "hall"),
    ]


def test_a_join_without_a_common_axis_is_every_pair() -> None:
    """Three keys by two slices."""
    assert len(_standing().join(all_of("slice", SLICES))) == 6


def test_a_figure_is_asked_for_once_a_key() -> None:
    """Power depends on the pool only: two questions for three keys."""
    asked = []

    def power(pool: str) -> float:
        asked.append(pool)
        return {"gpu": 7.0, "tpu": 5.0}[pool]

    assert _standing().each("pool", power).tolist() == [7.0, 7.0, 5.0]
    assert asked == ["gpu", "tpu"]


def test_a_mask_tells_for_which_keys_something_holds() -> None:
    """All but the GPU pool in Q1 come after (gpu, Q2)."""
    late = _standing().where(("pool", "period"), lambda pool, label: (pool, label) > ("gpu", "Q2"))

    assert late.tolist() == [False, True, True]
    assert late.dtype == bool


def test_an_index_of_nothing_has_nothing() -> None:
    """A case without committed pools: no labels, no keys, and all operations hold."""
    none = index_of({"pool": (), "period": PERIODS}, [])

    assert len(none.distinct("pool", "period")) == 0
    assert none.find(none).tolist() == []
    assert len(none.join(all_of("slice", SLICES))) == 0
    assert none.each("pool", len).tolist() == []


def test_labels_can_be_put_in_between() -> None:
    """Places move with the labels that come before."""
    moved = _standing().relabelled({"pool": POOLS, "period": ("Q0", *PERIODS)})

    assert moved["period"].tolist() == [1, 3, 2]
    assert _keys(moved) == _keys(_standing())


def test_spans_follow_each_other() -> None:
    """Two from 5, none from 9, three from 0."""
    places = spans(np.array([5, 9, 0]), np.array([2, 0, 3]))

    assert places.tolist() == [5, 6, 0, 1, 2]


CODES = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 1)), max_size=12)
AXES = {"pool": POOLS, "period": PERIODS, "slice": SLICES}


@given(CODES, CODES, st.booleans())
def test_indices_do_what_sets_of_tuples_do(
    here: list[tuple[int, int, int]], there: list[tuple[int, int, int]], is_dense: bool
) -> None:
    """Distinct, find and join agree with plain Python, by a table and by sorting."""
    unique = sorted(set(here))
    coarse = sorted({(pool, period) for pool, period, _ in there})
    fine, keys = coded(AXES, unique), coded({"pool": POOLS, "period": PERIODS}, coarse)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "DENSE", 20_000_000 if is_dense else 0)
        found = keys.find(fine).tolist()
        assert [place >= 0 for place in found] == [key[:2] in coarse for key in unique]
        assert all(coarse[p] == key[:2] for p, key in zip(found, unique, strict=True) if p >= 0)
        assert len(coded(AXES, here).distinct("slice", "pool")) == len({(k, p) for p, _, k in here})
    joined = fine.join(keys.along("of", ("x", "y"), 1))
    pairs = [(a, b) for a, b in product(unique, coarse) if a[:2] == b]
    assert len(joined) == len(pairs)
