"""In which order a printed page is read."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from retriever.corpus.pdf_layout import Glyph, text_of_glyphs, turned


def run(x: float, y: float, text: str, size: float = 10, step: float | None = None) -> list[Glyph]:
    step = step or size
    return [Glyph(char, x + step * at, y, x + step * at + size, y + size) for at, char in enumerate(text)]


def column(x: float, y: float, *lines: str) -> list[Glyph]:
    return [glyph for at, line in enumerate(lines) for glyph in run(x, y - 15 * at, line)]


UPPER = [
    *run(0, 700, "上半版的大标题横跨各栏", 24),
    *column(0, 660, "一一一一一", "一一。"),
    *column(100, 660, "二二二二二", "二二。"),
]
LOWER = [
    *run(0, 600, "下半版的大标题横跨各栏", 24),
    *column(0, 560, "三三三三三", "三三。"),
    *column(100, 560, "四四四四四", "四四。"),
]


def test_headlines_across_the_page_part_it() -> None:
    read = text_of_glyphs(LOWER + UPPER).replace("\n", "")
    assert [read.index(char) for char in "上一二下三四"] == sorted(read.index(char) for char in "上一二下三四")


def test_a_sentence_that_runs_on_into_the_next_column_is_not_parted() -> None:
    assert text_of_glyphs([*column(0, 660, "图书馆今天", "开门，读者"), *column(100, 660, "很多。")]) == (
        "图书馆今天\n开门，读者\n很多。"
    )


def test_a_headline_with_its_letters_apart_stays_one_line() -> None:
    assert text_of_glyphs(run(0, 700, "图书馆开门", 20, step=38)) == "图 书 馆 开 门"


def test_a_paragraph_that_begins_further_in_is_told_apart() -> None:
    assert text_of_glyphs([*column(0, 660, "图书馆开门。"), *run(20, 645, "第二段"), *run(0, 630, "还有一行。")]) == (
        "图书馆开门。\n　　第二段\n还有一行。"
    )


def test_vertical_lines_are_read_from_the_right() -> None:
    glyphs = [
        Glyph(char, 500 - 20 * at, 700 - 12 * row, 512 - 20 * at, 712 - 12 * row)
        for at, line in enumerate(["國家發展經濟很快", "人民生活改善。"])
        for row, char in enumerate(line)
    ]
    assert text_of_glyphs(glyphs) == "國家發展經濟很快\n人民生活改善。"


def test_four_quarter_turns_are_none() -> None:
    assert turned(UPPER, 4) == UPPER and turned(turned(UPPER, 1), 3) == UPPER


def test_a_page_lying_on_its_side_reads_the_same_once_turned() -> None:
    assert text_of_glyphs(turned(turned(UPPER, 3), 1)) == text_of_glyphs(UPPER)


numbers = st.floats(-1000, 1000)


@given(
    st.lists(
        st.builds(
            lambda c, x, y, w, h: Glyph(c, x, y, x + w, y + h),
            st.sampled_from("图书 a"),
            numbers,
            numbers,
            numbers,
            numbers,
        ),
        max_size=60,
    )
)
def test_every_character_is_read_once_wherever_it_stands(glyphs: list[Glyph]) -> None:
    read = sorted("".join(text_of_glyphs(glyphs).split()))
    assert read == sorted("".join(glyph.text for glyph in glyphs).replace(" ", ""))


def test_a_page_strewn_with_characters_takes_seconds_not_hours() -> None:
    began = time.perf_counter()
    text_of_glyphs(
        [Glyph("字", x * 37 % 5000, x * 91 % 7000, x * 37 % 5000 + 9, x * 91 % 7000 + 9) for x in range(20_000)]
    )
    assert time.perf_counter() - began < 60
