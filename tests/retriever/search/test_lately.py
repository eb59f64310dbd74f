"""What was lately worked out is not worked out again, is never more than is allowed, and serves several threads."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.search.lately import Lately


def doubled(keys: list[int]) -> Iterator[int]:
    return (2 * key for key in keys)


@given(st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=12), st.integers(0, 6))
def test_values_come_in_the_order_asked_and_no_more_are_kept_than_allowed(
    lots: list[list[int]], remembered: int
) -> None:
    lately = Lately(doubled, remembered)
    for lot in lots:
        assert lately.of(lot) == [2 * key for key in lot]
        assert len(lately) <= remembered


def test_each_is_made_once_while_it_is_remembered_and_the_one_asked_for_longest_ago_is_forgotten() -> None:
    made: list[int] = []

    def make(keys: list[int]) -> list[int]:
        made.extend(keys)
        return keys

    lately = Lately(make, 2)
    for lot in ([1, 1, 2], [1], [3], [1], [2]):
        lately.of(lot)
    assert made == [1, 2, 3, 2]


def test_threads_that_ask_at_once_all_get_their_own() -> None:
    lately = Lately(doubled, 50)
    lots = [[(seed * step) % 97 for step in range(40)] for seed in range(400)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lately.of, lots)) == [[2 * key for key in lot] for lot in lots]
    assert len(lately) <= 50


def test_what_cannot_be_made_is_not_remembered() -> None:
    def refuse(keys: list[int]) -> list[int]:
        raise LookupError(*keys)

    lately = Lately(refuse, 5)
    with pytest.raises(LookupError):
        lately.of([1])
    assert len(lately) == 0
