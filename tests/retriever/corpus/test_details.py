"""Paper, day, page and headline that somebody wrote down: in a sidecar, or at the head of the file itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.corpus import DescribedPage, details_of, sidecar_details
from retriever.corpus.front_matter import front_matter
from retriever.domain import Page
from retriever.errors import BadRecord, UnreadableFile

BLOCK = "---\nsource: 周口日报\ndate: 2022-08-03\npage: 1\ntitle: “图书馆”开门\n---\n"


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_front_matter_describes_the_page_and_is_no_part_of_it(read_bytes, name: str, line_end: str) -> None:
    text = f"\n\n本报讯 开门。{line_end}"
    [page] = read_bytes(name, (BLOCK.replace("\n", line_end) + text).encode("gb18030"))[0]
    assert page == DescribedPage(name, text, "gb18030", ("周口日报", "2022-08-03", "1"), "“图书馆”开门")


def test_chinese_names_and_quotation_marks_are_understood() -> None:
    found, problems = front_matter(
        '---\n报纸：新乡日报\n日期: "2024-06-05"\n# 备注\n编辑: 某人\n版面： 02\n---\n正文', "a.md"
    )
    assert found and found.details == ("新乡日报", "2024-06-05", "02") and not problems


@pytest.mark.parametrize(
    "text",
    [
        "---\n本报讯 开门。\n---\n正文",  # a rule of the layout
        "---\n读者: 很多\n---\n正文",  # nothing that we know
        "---\nsource: 周口日报\n正文",  # never closed
        "正文\n---\nsource: 周口日报\n---\n",
        "---\n\n---\n正文",
        "---\n" + "a: b\n" * 1000 + "source: x\n---\n",
    ],
)
def test_what_is_no_front_matter_stays_in_the_text(read_bytes, text: str) -> None:
    assert read_bytes("a.md", text.encode())[0] == [Page("a.md", text, "utf-8")]


def test_a_date_that_is_none_is_told_with_its_line_and_the_page_is_kept(read_bytes) -> None:
    [page], [problem] = read_bytes("a.md", "---\nsource: 周口日报\ndate: 8月3日\n---\n正文".encode())
    assert page.details == ("周口日报", None, None) and problem.facts["line"] == 3


@given(st.text(alphabet="-\n\r:：sourcedatepage 图#.'\"", max_size=80))
def test_front_matter_only_ever_takes_from_the_head(text: str) -> None:
    found, _ = front_matter("---\n" + text, "a.md")
    assert found is None or ("---\n" + text).endswith(found.body)


def test_a_toml_sidecar_says_the_same_as_a_table(tmp_path: Path) -> None:
    (tmp_path / "pages.toml").write_text(
        '["001.txt"]\nsource = "周口日报"\ndate = 2022-08-03\npage = 1\n["甲/2.txt"]\ndate = "2022-08-04"\n',
        encoding="utf-8",
    )
    assert sidecar_details(tmp_path) == {
        "001.txt": ("周口日报", "2022-08-03", "1"),
        "甲/2.txt": (None, "2022-08-04", None),
    }


def test_of_two_sidecars_the_table_comes_first_and_the_other_fills_in(tmp_path: Path) -> None:
    (tmp_path / "pages.toml").write_text('["1.txt"]\nsource = "旧名"\npage = 3\n', encoding="utf-8")
    (tmp_path / "pages.csv").write_text("file,source\n1.txt,周口日报\n", encoding="utf-8")
    assert sidecar_details(tmp_path) == {"1.txt": ("周口日报", None, "3")}


def test_a_sidecar_comes_before_what_the_page_says_of_itself() -> None:
    page = DescribedPage("a.md", "正文", "utf-8", ("旧名", "2022-08-03", None))
    assert details_of(page, {"a.md": ("周口日报", None, "1")}) == ("周口日报", "2022-08-03", "1")
    assert details_of(Page("b.md", "正文", "utf-8"), {}) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("pages.csv", "file,source,date\n1.txt,周口日报,8月3日\n2.txt,新乡日报,\n", ["1.txt", "2.txt"]),
        ("pages.toml", '"1.txt" = 3\n["2.txt"]\nsource = "新乡日报"\n', ["2.txt"]),
        ("pages.toml", "not toml", []),
        ("pages.toml", "a = " + "[" * 100_000, []),
        ("pages.csv", 'file,source\n1.txt,"' + "长" * 200_000, []),
        ("pages.csv", 'file,source\n1.txt,"' + "长" * 2_000, []),
    ],
)
def test_a_faulty_sidecar_is_told_and_the_rest_of_it_counts(
    tmp_path: Path, name: str, text: str, kept: list[str]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    problems: list[UnreadableFile] = []
    assert sorted(sidecar_details(tmp_path, on_problem=problems.append)) == kept
    assert len(problems) == 1 and problems[0].facts["file"] == name
    with pytest.raises((BadRecord, UnreadableFile), match=name):
        sidecar_details(tmp_path)
