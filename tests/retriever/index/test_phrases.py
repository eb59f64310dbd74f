from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.index.phrases import MOST_BYTES, _phrases, packed_text, unpacked_text

NEWS = "本报讯（记者 王艳）8月2日，市图书馆新馆开馆，藏书一百二十万册。据介绍，新馆由市政府投资建设，目前已经向市民免费开放。"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_a_text_comes_back_as_it_was(text):
    assert unpacked_text(packed_text(text)) == text


def test_every_character_there_is_comes_back():
    every = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert unpacked_text(packed_text(every)) == every


def test_news_takes_little_more_than_half_of_its_plain_bytes():
    assert len(packed_text(NEWS)) < 0.55 * len(NEWS.encode())
    assert 30_000 < len(_phrases()) <= MOST_BYTES


@pytest.mark.parametrize("damage", [b"", packed_text(NEWS)[:-3], b"\xff" + packed_text(NEWS)])
def test_a_damaged_text_is_not_read(damage):
    with pytest.raises((zlib.error, UnicodeDecodeError)):
        unpacked_text(damage)


def test_half_a_surrogate_is_refused():
    with pytest.raises(UnicodeEncodeError):
        packed_text("\ud800")
