from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.corpus import SourceFile, read
from retriever.corpus.markup import text_of_html
from retriever.domain import Article, Page
from retriever.errors import BadRecord, BinaryFile, EmptyFile, UnreadableFile

ROWS = [
    {
        "id": "n1",
        "title": "图书馆开门",
        "text": "图书馆九点开门。\n周一闭馆。",
        "source": "周口日报",
        "date": "2022-08-03",
        "page": 1,
    },
    {"text": "没有编号的文章。", "author": "王艳", "url": "https://example.org/2", "colour": "red"},
]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()
WRITERS: dict[str, Callable[[bytes], bytes]] = {".jsonl": bytes, ".jsonl.gz": gzip.compress, ".jsonl.xz": lzma.compress}


def read_bytes(folder: Path, name: str, data: bytes) -> tuple[list[Page | Article], list[UnreadableFile]]:
    path = folder / name
    path.write_bytes(data)
    problems: list[UnreadableFile] = []
    return list(read(SourceFile(name, path), on_problem=problems.append)), problems


def articles(folder: Path, name: str, data: bytes) -> list[Article]:
    found, problems = read_bytes(folder, name, data)
    assert not problems
    return [article for article in found if isinstance(article, Article)]


@pytest.mark.parametrize("suffix", WRITERS)
def test_one_line_of_json_is_one_article(tmp_path: Path, suffix: str) -> None:
    first, second = articles(tmp_path, f"news{suffix}", WRITERS[suffix](LINES))
    assert (first.info.id, first.info.title, first.info.date, first.info.page) == (
        "n1",
        "图书馆开门",
        "2022-08-03",
        "1",
    )
    assert first.text == "图书馆九点开门。\n周一闭馆。" and first.info.file == f"news{suffix}"
    assert (second.info.author, second.info.url, second.info.title) == ("王艳", "https://example.org/2", None)
    assert len(second.info.id) == 16


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_spreadsheet_of_articles_is_read(tmp_path: Path, encoding: str) -> None:
    table = 'title,text,date\n开门,"图书馆九点开门。\n周一闭馆。",2022-08-03\n闭馆,今天闭馆。,\n'
    first, second = articles(tmp_path, "news.csv", table.encode(encoding))
    assert (first.info.title, first.text, first.info.date) == ("开门", "图书馆九点开门。\n周一闭馆。", "2022-08-03")
    assert (second.info.title, second.info.date) == ("闭馆", None)


def test_a_bad_line_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    bad = [
        b"{not json",
        b"[1]",
        b'{"title": "x"}',
        b'{"text": "  "}',
        b'{"text": "x", "date": "6/5"}',
        b'{"text": "x", "page": []}',
    ]
    found, problems = read_bytes(
        tmp_path, "news.jsonl", b"\n".join([LINES.split(b"\n")[0], *bad, b"", LINES.split(b"\n")[1]])
    )
    assert [item.text for item in found] == ["图书馆九点开门。\n周一闭馆。", "没有编号的文章。"]
    assert [problem.facts["line"] for problem in problems] == [2, 3, 4, 5, 6, 7]
    assert all(isinstance(problem, BadRecord) for problem in problems)


@given(st.text(alphabet="图书馆开门，。\r\n 𠀀👩", min_size=1, max_size=60).filter(str.strip))
def test_a_given_text_is_kept_but_for_carriage_returns(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("given")
    [article] = articles(folder, "a.jsonl", json.dumps({"text": text}).encode())
    assert article.text == text.replace("\r\n", "\n")
    assert "".join(text[at] for at in article.offsets.kept()) == article.text


@pytest.mark.parametrize("name", ["page.txt", "page.md"])
def test_a_page_is_handed_on_as_it_was_written(tmp_path: Path, name: str) -> None:
    text = "\n\n新乡日报\r\n\r\n本报讯 今天图书馆开门。\n"
    assert read_bytes(tmp_path, name, text.encode("gb18030"))[0] == [Page(name, text, "gb18030")]


def test_line_ends_of_old_macs_become_line_ends(tmp_path: Path) -> None:
    [page] = read_bytes(tmp_path, "page.txt", "第一行。\r第二行。\r".encode())[0]
    assert page.text == "第一行。\n第二行。\n"


def test_a_web_page_is_its_visible_text() -> None:
    markup = (
        "<html><head><title>站名</title><style>p{}</style></head><body><nav>首页 新闻</nav>"
        "<h1>图书馆开门</h1><p>图书馆<b>九点</b>开门，<br>周一闭馆&nbsp;。</p><script>track()</script>"
        "<ul><li>地址：中山路</li></ul><footer>版权所有</footer></body></html>"
    )
    assert text_of_html(markup).split("\n\n") == ["图书馆开门", "图书馆九点开门，", "周一闭馆 。", "地址：中山路"]


@given(st.text(alphabet="<>/pbdivscript!-=\"'& 图书。\n"))
def test_no_markup_breaks_it(markup: str) -> None:
    text_of_html(markup)


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.txt", b"", EmptyFile),
        ("a.jsonl", b"\n \n", EmptyFile),
        ("a.txt", b"\x00\x01\x02", BinaryFile),
        ("a.jsonl", b"\x00\x01\x02", BinaryFile),
        ("a.jsonl.gz", b"not gzip at all", UnreadableFile),
        ("a.jsonl.xz", b"not xz at all", UnreadableFile),
        ("a.jsonl.gz", gzip.compress(LINES)[:-9], UnreadableFile),
        ("a.html", b"<script>x</script>", EmptyFile),
        ("a.pdf", b"%PDF", UnreadableFile),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, data: bytes, error: type[UnreadableFile]
) -> None:
    with pytest.raises(error, match=name):
        read_bytes(tmp_path, name, data)
