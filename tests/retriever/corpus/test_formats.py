"""Documents that people have: PDF, Word, web pages, and archives of them."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable

import pytest

from retriever.corpus import DescribedPage
from retriever.corpus.markup import web_page
from retriever.corpus.pdf_process import picture_of
from retriever.domain import Article, Page
from retriever.errors import EmptyFile, UnreadableFile

Made = Callable[..., bytes]
LIBRARY = ["图书馆今天上午九点", "开门，读者很多，大", "家都很高兴。"]
MUSEUM = ["博物馆明天下午五点", "关门，请大家注意。"]
BODY = """<p>　　本报讯 图书馆<b>九点</b>开门，<br>周一闭馆&nbsp;。</p>
<p>今天上午，市图书馆举行开馆仪式，许多市民前来参观，现场十分热闹。</p>"""


def texts(found: tuple[list[Page | Article], list[UnreadableFile]]) -> list[str]:
    items, problems = found
    assert not problems
    return [item.text for item in items]


def test_a_pdf_is_read_column_by_column(read_bytes, make_pdf: Made, in_columns) -> None:
    drawn = sorted(in_columns(LIBRARY, MUSEUM), key=lambda run: (-run[1], run[0]))  # row by row, across the columns
    [page] = read_bytes("a.pdf", make_pdf([(50, 750, 24, "横跨两栏的标题"), *drawn]))[0]
    assert page == Page("a.pdf", "\n\n".join(["横跨两栏的标题", "\n".join(LIBRARY), "\n".join(MUSEUM)]), "pdf")


def test_each_page_of_a_pdf_is_a_page_of_its_own(read_bytes, make_pdf: Made, in_columns) -> None:
    pages, problems = read_bytes("a.pdf", make_pdf(in_columns(LIBRARY), [], in_columns(MUSEUM)))
    assert [page.file for page in pages] == ["a.pdf#1", "a.pdf#3"]
    assert not problems  # a blank page is no problem


def test_a_scanned_page_among_others_is_told(read_bytes, make_pdf: Made, in_columns) -> None:
    pages, [problem] = read_bytes("a.pdf", make_pdf(in_columns(LIBRARY), [(50, 50, 9, "\ue001\ue002")]))
    assert [page.file for page in pages] == ["a.pdf#1"]
    assert problem.facts["file"] == "a.pdf#2"


def test_a_scan_says_that_it_has_no_text(read_bytes, make_pdf: Made) -> None:
    with pytest.raises(UnreadableFile, match=r"没有可用的文字层.*no usable text layer"):
        read_bytes("a.pdf", make_pdf([], picture=(1, 1, b"\x10")))


def test_a_pdf_without_anything_is_empty(read_bytes, make_pdf: Made) -> None:
    with pytest.raises(EmptyFile):
        read_bytes("a.pdf", make_pdf([]))


def a_scan(make_pdf: Made) -> bytes:
    letters = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    drawn = b"BT /F1 60 Tf 60 500 Td (LIBRARY 2024) Tj ET"
    letters += (
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font"
        b"/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj 4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>" % (len(drawn), drawn)
    )
    head, grey = picture_of(letters, 0, 150).split(b"\n", 1)
    _, width, height, _ = head.split()
    return make_pdf([], picture=(int(width), int(height), grey))


@pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed: OCR was not tried")
def test_a_scan_is_recognised_when_that_is_asked_for(read_bytes, make_pdf: Made) -> None:
    [page] = read_bytes("a.pdf", a_scan(make_pdf), ocr=True)[0]
    assert "2024" in page.text and page.encoding == "pdf+ocr"


def test_without_tesseract_a_scan_says_what_to_install(read_bytes, make_pdf: Made, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    found, [problem] = read_bytes("a.pdf", make_pdf([], picture=(1, 1, b"\x10")), ocr=True)
    assert not found and "apt install tesseract-ocr" in str(problem)


def test_a_word_file_is_its_paragraphs(read_bytes, make_docx: Made) -> None:
    assert texts(read_bytes("a.docx", make_docx("图书馆开门", "本报讯 图书馆九点开门。"))) == [
        "图书馆开门\n\n本报讯 图书馆九点开门。"
    ]


def test_a_word_file_that_word_itself_would_write_is_read(read_bytes) -> None:
    import io

    docx = pytest.importorskip("docx", reason="python-docx is not installed: only hand-made .docx files were read")
    document = docx.Document()
    document.add_heading("图书馆开门", 1)
    document.add_paragraph("本报讯 图书馆九点开门。")
    table = document.add_table(rows=1, cols=1)
    table.cell(0, 0).text = "周一闭馆。"
    out = io.BytesIO()
    document.save(out)
    [text] = texts(read_bytes("a.docx", out.getvalue()))
    assert text.split("\n\n") == ["图书馆开门", "本报讯 图书馆九点开门。", "周一闭馆。"]


def test_a_web_page_loses_its_menus_and_keeps_its_headline(read_bytes) -> None:
    markup = (
        '<html><head><title>图书馆开门_周口日报网</title><meta property="og:site_name" content="周口日报">'
        '<meta property="article:published_time" content="2022-08-03T08:00:00+08:00"></head><body>'
        '<div class="top"><a href="/">首页</a> | <a href="/n">新闻</a></div><div id="menu"><ul><li><a href="1">要闻</a></li></ul></div>'
        f'<div class="main"><h1>图书馆开门</h1><div id="content">{BODY}</div></div>'
        "<footer>版权所有 联系我们</footer><script>track()</script></body></html>"
    )
    [page] = read_bytes("a.html", markup.encode())[0]
    assert page.text.split("\n\n") == [
        "图书馆开门",
        "本报讯 图书馆九点开门，",
        "周一闭馆 。",
        "今天上午，市图书馆举行开馆仪式，许多市民前来参观，现场十分热闹。",
    ]
    assert page.details == ("周口日报", "2022-08-03", None) and page.title == "图书馆开门"


def test_a_web_page_of_several_articles_keeps_them_all() -> None:
    page = web_page(
        "<article><h1>甲</h1><p>第一篇写的是图书馆开门的事情。</p></article>"
        "<article><h1>乙</h1><p>第二篇写的是博物馆关门的事情。</p></article>"
    )
    assert all(text in page.text for text in ("第一篇写的", "第二篇写的")) and page.title is None


def test_an_archive_is_read_like_a_folder(
    read_bytes, make_zip: Made, make_pdf: Made, make_docx: Made, in_columns
) -> None:
    line = '{"text": "一行一篇。"}'.encode()
    found, problems = read_bytes(
        "news.zip",
        make_zip(
            {
                "2024/a.txt": "本报讯。".encode("gb18030"),
                "b.pdf": make_pdf(in_columns(LIBRARY), in_columns(MUSEUM)),
                "c.docx": make_docx("文章。"),
                "d.jsonl": line,
                "e.jsonl.gz": gzip.compress(line.replace(b"}", b', "id": "e"}')),
                "photo.png": b"\x89PNG",
                "__MACOSX/._a.txt": b"\0\0",
                ".hidden.txt": b"x",
                "README.md": b"about",
            }
        ),
    )
    assert not problems
    names = [item.file if isinstance(item, Page) else item.info.file for item in found]
    assert names == [
        "news.zip/2024/a.txt",
        "news.zip/b.pdf#1",
        "news.zip/b.pdf#2",
        "news.zip/c.docx",
        "news.zip/d.jsonl",
        "news.zip/e.jsonl.gz",
    ]


def test_chinese_names_of_old_archives_are_legible(read_bytes, make_zip: Made) -> None:
    packed = make_zip({"xxxx.txt": "正文。".encode()}).replace(b"xxxx.txt", "新闻.txt".encode("gbk"))
    assert [page.file for page in read_bytes("a.zip", packed)[0]] == ["a.zip/新闻.txt"]


def test_a_sidecar_inside_an_archive_describes_its_pages(read_bytes, make_zip: Made) -> None:
    archive = make_zip(
        {
            "1.txt": "---\npage: 3\nsource: 旧名\n---\n正文。".encode(),
            "pages.csv": "file,source,date\n1.txt,周口日报,2022-08-03\n".encode(),
        }
    )
    assert read_bytes("a.zip", archive)[0] == [
        DescribedPage("a.zip/1.txt", "正文。", "utf-8", ("周口日报", "2022-08-03", "3"))
    ]
