"""A text reads the same character by character, by a kernel or without one, and each of its characters leads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import chinese_text

from retriever.text import character_forms
from retriever.text.character_forms import COMPARED, FOLDED, SIMPLIFIED, CharacterForms
from retriever.text.folding import confused, fold, fold_with_origins, simplify

ANY_TEXT = chinese_text() | st.text(max_size=40) | st.text("正陽縣图书館自己已巳℃㎡…ＡＢａ１½\ud800𠮷", max_size=40)


@given(ANY_TEXT)
def test_texts_are_read_as_they_are_folded_compared_and_simplified(text: str) -> None:
    assert FOLDED.of(text) == fold(text)
    assert COMPARED.of(text) == confused(fold(text))
    assert SIMPLIFIED.of(text) == simplify(text)


@given(ANY_TEXT)
def test_every_character_leads_back_to_the_one_it_was(text: str) -> None:
    folded, origins = fold_with_origins(text)
    read, led_back = FOLDED.with_origins(text)
    assert (read, list(led_back)) == (folded, origins)


@given(st.lists(ANY_TEXT, max_size=4))
def test_what_was_met_before_changes_nothing(texts: list[str]) -> None:
    fresh = CharacterForms(fold)
    assert [fresh.of(text) for text in texts] == [fold(text) for text in texts] == [fresh.of(text) for text in texts]


@given(ANY_TEXT)
def test_without_a_kernel_texts_are_read_alike(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(character_forms, "_read", character_forms._no_kernel)
        without = CharacterForms(lambda character: confused(fold(character)))
        read, origins = without.with_origins(text)
        assert without.of(text) == read == COMPARED.of(text)
        assert list(origins) == list(COMPARED.with_origins(text)[1])
