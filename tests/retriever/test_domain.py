from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.domain import OffsetMap, article_id


@given(st.sets(st.integers(0, 300)))
def test_every_kept_character_is_led_back_to_where_it_stood(kept):
    positions = sorted(kept)
    offsets = OffsetMap.from_kept(positions)
    assert len(offsets) == len(positions)
    assert [offsets.raw(i) for i in range(len(offsets))] == positions == list(offsets.kept())


def test_a_clean_span_leads_back_to_the_raw_span_that_holds_it():
    raw = "本 报 讯 （记者）"
    offsets = OffsetMap.from_kept([i for i, c in enumerate(raw) if c != " "])
    assert raw[offsets.raw(0) : offsets.raw(2) + 1] == "本 报 讯"


@pytest.mark.parametrize("position", [-1, 3])
def test_a_position_outside_the_text_is_an_error(position):
    with pytest.raises(IndexError):
        OffsetMap.from_kept([0, 5, 6]).raw(position)


def test_an_article_keeps_its_id_as_long_as_its_file_and_text_stay():
    assert article_id("a.txt", "正文") == article_id("a.txt", "正文")
    assert len({article_id("a.txt", "正文"), article_id("b.txt", "正文"), article_id("a.txt", "别的正文")}) == 3


@given(st.integers(0, 50), st.sets(st.integers(0, 300), min_size=1))
def test_a_map_of_a_later_page_knows_its_own_characters_only(start, kept):
    positions = sorted(kept)
    runs = OffsetMap.from_kept(positions).runs
    offsets = OffsetMap(tuple((clean + start, raw, size) for clean, raw, size in runs))
    assert [offsets.raw(at) for at in range(offsets.start, offsets.end)] == positions == list(offsets.kept())
    for outside in (start - 1, start + len(positions)):
        with pytest.raises(IndexError):
            offsets.raw(outside)
