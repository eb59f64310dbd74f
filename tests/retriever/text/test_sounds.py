from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from retriever.text.make_tables import common_characters
from retriever.text.sounds import LOOKS, LOOSELY, SOUNDS, characters_of, mistaken, spelled


@pytest.mark.parametrize(
    ("typed", "meant", "how"),
    [
        ("得", "德", SOUNDS),
        ("月", "约", SOUNDS),
        ("良", "娘", LOOSELY),
        ("真", "正", LOOSELY),
        ("字", "知", LOOSELY),
        ("己", "已", LOOKS),
        ("拔", "拨", LOOKS),
        ("未", "末", LOOKS),
    ],
)
def test_a_slip_is_known_by_how_it_sounds_or_looks(typed, meant, how):
    assert mistaken(typed)[meant] == how and mistaken(meant)[typed] == how


@given(st.sampled_from(common_characters()))
def test_a_character_is_never_mistaken_for_itself(character):
    assert character not in mistaken(character)


@given(st.text(string.ascii_lowercase, max_size=12))
def test_letters_are_parted_without_loss(letters):
    assert all("".join(way) == letters and all(map(characters_of, way)) for way in spelled(letters))


def test_words_of_other_languages_are_not_spelled():
    assert [spelled(word) for word in ("wifi", "iphone", "nba", "select")] == [[], [], [], []]


def test_every_common_character_has_a_sound():
    known = {c for syllable in ("de", "zhang", "lv", "er") for c in characters_of(syllable)}
    assert {"德", "张", "绿", "二"} <= known


def test_readings_are_those_of_the_reference():
    sampled = common_characters()[::7]
    reference = {c: lazy_pinyin(c, style=Style.NORMAL, v_to_u=False)[0] for c in sampled}
    assert sum(c in characters_of(syllable) for c, syllable in reference.items()) >= 0.97 * len(sampled)
