from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import chinese_text
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from embeddings import pieces
from embeddings.encoder import DEFAULT_ENCODER, SHIPPED
from embeddings.pieces import InStep, OneByOne, cutter_for
from embeddings.prefixes import NoPerfectHash, Prefixes
from embeddings.static import lots, read_tokenizer

FOLDER = SHIPPED[DEFAULT_ENCODER]
SHIPPED_TOKENIZER = read_tokenizer(FOLDER, FOLDER / "0_StaticEmbedding" / "tokenizer.json")
SHIPPED_CUTTER = cutter_for(SHIPPED_TOKENIZER)

ODD_TEXTS = [
    "",
    " \n\t\r\0",
    "中" * 5000,  # a word without end
    "國務院、国务院",
    "é e\u0301 ñ n\u0303 \u0301 ü",  # composed, or in two characters
    "ﾊﾟﾋﾟ パピ はﾟ",  # half-width marks compose
    "한국어 \u1112\u1161\u11ab",  # syllables, and the jamo they are made of
    "ＡＢＣ１２３４５ⅣⅫ①②½²㎡℃㍿…ﬁ",
    "İstanbul ΑΣ Straße ǅ",  # more or other characters in lower case
    "𠀀𪚥字👩🏽‍🚀𝟘𝟙",
    "\ud83d中\udc00国",  # halves of characters
    "2719年3月1日12345678901234567890",
    "〇一二三①２③4",
    "A1b2C3中1国2",
    "₂₃〸ⅷⅷ〇〇〇",
    "\uffff\ufffe\ufdd0中\u200b国\u00ad年",
    "㋀㏠㍘🈁",
]


def assert_same(tokenizer: Tokenizer, cutter: pieces.Cutter, texts: list[str]) -> None:
    (ours, our_bounds), (theirs, their_bounds) = cutter.cut(texts), OneByOne(tokenizer).cut(texts)
    assert our_bounds.tolist() == their_bounds.tolist()
    assert ours.tolist() == theirs.tolist()


def test_the_shipped_tokenizer_is_cut_in_step() -> None:
    assert isinstance(SHIPPED_CUTTER, InStep)


def test_odd_texts_give_the_pieces_of_tokenizers() -> None:
    assert_same(SHIPPED_TOKENIZER, SHIPPED_CUTTER, ODD_TEXTS)
    for text in ODD_TEXTS:
        assert_same(SHIPPED_TOKENIZER, SHIPPED_CUTTER, [text])
    assert_same(SHIPPED_TOKENIZER, SHIPPED_CUTTER, [])


def test_every_character_of_the_first_plane_gives_the_pieces_of_tokenizers() -> None:
    """Alone in a text, and with a neighbour that it could combine with."""
    for start in range(0, 1 << 16, 4096):
        codes = range(start, start + 4096)
        assert_same(SHIPPED_TOKENIZER, SHIPPED_CUTTER, [f"中{chr(code)}国e{chr(code)}2{chr(code)}3" for code in codes])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text() | chinese_text() | st.text("中国人民0123ab. 万\u0301é\n", max_size=60), max_size=12))
def test_any_texts_give_the_pieces_of_tokenizers(texts: list[str]) -> None:
    assert_same(SHIPPED_TOKENIZER, SHIPPED_CUTTER, texts)


LETTERS = "甲乙ab1２"


@settings(max_examples=150, deadline=None)
@given(
    vocabulary=st.dictionaries(
        st.text(LETTERS + "丙", min_size=1, max_size=7),
        st.sampled_from([0.0, -0.1, -0.2, -0.3, -1.0, -2.0]),
        max_size=40,
    ),
    texts=st.lists(st.text(LETTERS + "丙丁,", max_size=40), max_size=8),
)
def test_ties_and_unknown_characters_come_out_as_in_tokenizers(vocabulary: dict[str, float], texts: list[str]) -> None:
    """With few scores, many cuts are as good as others, and some only by how sums are rounded."""
    tokenizer = a_tokenizer(vocabulary)
    cutter = cutter_for(tokenizer)
    assert isinstance(cutter, InStep)
    assert_same(tokenizer, cutter, texts)


def a_tokenizer(vocabulary: dict[str, float]) -> Tokenizer:
    """Of the shipped one's form."""
    tokenizer = Tokenizer(models.Unigram([("[UNK]", 0.0), *vocabulary.items()], unk_id=0))
    tokenizer.normalizer = SHIPPED_TOKENIZER.normalizer
    tokenizer.pre_tokenizer = SHIPPED_TOKENIZER.pre_tokenizer
    return tokenizer


def test_a_tokenizer_of_another_form_does_its_own_work() -> None:
    form = json.loads(SHIPPED_TOKENIZER.to_str())
    form["model"]["byte_fallback"] = True
    others = [Tokenizer.from_str(json.dumps(form))]
    words = Tokenizer(models.WordLevel({"甲": 0, "[UNK]": 1}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    others.append(words)
    for change in ("normalizer", "pre_tokenizer", "added_tokens", "score"):
        other = a_tokenizer({"甲": -1.0, "乙": 1.0 if change == "score" else -1.0})
        if change == "normalizer":
            other.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents()])
        elif change == "pre_tokenizer":
            other.pre_tokenizer = pre_tokenizers.Whitespace()
        elif change == "added_tokens":
            other.add_tokens(["甲乙"])
        others.append(other)
    for other in others:
        cutter = cutter_for(other)
        assert isinstance(cutter, OneByOne)
        found, bounds = cutter.cut(["甲 乙甲乙", ""])
        assert found.tolist() == other.encode("甲 乙甲乙").ids
        assert bounds.tolist() == [0, len(found), len(found)]


def test_a_vocabulary_too_large_for_the_tables_is_refused() -> None:
    with pytest.raises(NoPerfectHash):
        Prefixes.of({(1 << 17, 1 << 17): 0}, 1 << 17)


def test_lots_hold_all_texts_in_order_and_no_more_than_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.static.TEXTS_AT_ONCE", 4)
    monkeypatch.setattr("embeddings.static.CHARACTERS_AT_ONCE", 10)
    texts = ["字" * size for size in (3, 3, 3, 3, 0, 0, 0, 0, 0, 25, 1, 9, 2)]
    parts = [texts[lot] for lot in lots(texts)]
    assert [text for part in parts for text in part] == texts
    assert [len(part) for part in parts] == [3, 4, 2, 1, 2, 1]
    assert all(len(part) == 1 or sum(map(len, part)) <= 10 for part in parts)
