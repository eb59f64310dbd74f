from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import chinese_text

from retriever.text.sentences import paragraph_at, paragraph_starts, sentence_spans, short_spans, trim


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(chinese_text(), st.sampled_from([sentence_spans, lambda t: short_spans(t, 12)]))
def test_spans_of_a_kind_cover_the_text_exactly(text, spans):
    assert "".join(text[start:end] for start, end in spans(text)) == text
    assert all(end > start for start, end in spans(text))


@given(chinese_text(), st.integers(1, 40))
def test_a_short_span_is_never_longer_than_asked(text, longest):
    assert all(end - start <= longest for start, end in short_spans(text, longest))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“走吧！”我笑了。", ["“走吧！”", "我笑了。"]),
        ("他说：“好。”大家都笑了？！真的。", ["他说：“好。”", "大家都笑了？！", "真的。"]),
        ("揉、捏、拉……人群中不时发出惊叹。", ["揉、捏、拉……人群中不时发出惊叹。"]),
        ("增长 10.32%,见 www.example.cn 。下一句", ["增长 10.32%,见 www.example.cn 。", "下一句"]),
        ("第一段没有句号\n第二段。", ["第一段没有句号\n", "第二段。"]),
        ("He left. She stayed. 3.5 m", ["He left. ", "She stayed. 3.5 m"]),
        ("（记者 王艳）讯。）下", ["（记者 王艳）讯。）", "下"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert sentences(text) == expected


def test_a_sentence_too_long_to_quote_is_cut_at_its_semicolons_first():
    text = "甲从上海回乡，创办水处理公司;乙从深圳回乡，创办净水设备公司;丙从郑州回乡，创办泵业公司。"
    assert [text[s:e] for s, e in short_spans(text, 20)] == [
        "甲从上海回乡，创办水处理公司;",
        "乙从深圳回乡，创办净水设备公司;",
        "丙从郑州回乡，创办泵业公司。",
    ]


@given(chinese_text())
def test_a_paragraph_is_a_line(text):
    starts = paragraph_starts(text)
    for position in range(len(text)):
        assert paragraph_at(starts, position) == text[:position].count("\n") + 1


@given(chinese_text(min_size=1))
def test_trimming_leaves_no_white_space_at_the_ends(text):
    start, end = trim(text, 0, len(text))
    assert text[start:end] == text.strip()
