"""The rebuild report: what a person sees of a page, and that nothing printed on it can do harm."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import SEEDS, a_cut_page, an_article

from retriever import newspaper
from retriever.domain import (
    Article,
    ArticleInfo,
    CutPage,
    Dropped,
    JoinedArticle,
    OffsetMap,
    Page,
    PrintedPart,
)
from retriever.errors import BadRecord, EmptyFile, ReportFormatUnknown, ReportUnwritable
from retriever.report import ReportBuilder, reporting
from retriever.report.builder import CHARACTERS_IN_FULL, LONGEST_IN_FULL, MOST_PROBLEMS
from retriever.report.picture import areas
from retriever.report.records import FileReport

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"


def written(tmp_path, suffix, *cuts, problems=(), language="zh"):
    file = tmp_path / f"report{suffix}"
    with reporting(file, language) as seen:
        for cut in cuts:
            seen.file()
            seen.page(cut, in_one_piece=cut.confidence < 0.5)
        for problem in problems:
            seen.problem(problem)
    return file.read_text(encoding="utf-8")


def raw_shown(page: str) -> list[str]:
    """The raw page of each picture, as a browser would read it, without the articles' numbers."""
    found = re.findall(r'<div class="raw"[^>]*>(.*?)</div>', page, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]*>", "", re.sub(r'<a class="n".*?</a>', "", raw))) for raw in found]


@pytest.mark.parametrize("file", sorted(SEEDS.glob("*.txt")), ids=lambda file: file.name)
def test_every_character_of_a_seed_page_stands_in_its_picture_once_and_has_its_reason(file, tmp_path):
    text = file.read_text(encoding="utf-8")
    cut = newspaper.cut(Page(file.name, text, "utf-8"))
    pieces = [piece for area in areas(cut) for piece in area.pieces]
    assert "".join(piece.text for piece in pieces) == text
    assert sum(len(piece.text) for piece in pieces if piece.why is None) == sum(len(a.text) for a in cut.articles)
    assert "lost" not in {piece.why for piece in pieces}
    assert raw_shown(written(tmp_path, ".html", cut)) == [text]


@settings(deadline=None)
@given(st.data())
def test_a_picture_shows_the_page_exactly_whatever_was_kept_or_dropped(data):
    text = data.draw(st.text(alphabet="报纸\n 0", max_size=40))
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda span: span[0] < span[1])
    dropped = data.draw(st.lists(spans, max_size=4)) if text else []
    cut = CutPage(Page("a.txt", text, "utf-8"), (), 1.0, tuple(Dropped(*span, "ornament") for span in dropped))
    assert "".join(piece.text for area in areas(cut) for piece in area.pieces) == text


def test_each_article_opens_once_and_its_headline_belongs_to_it():
    page = "开馆了\n市图书馆开馆。\n\n关门了\n商场关门。"
    cut = a_cut_page(page, [(0, 11), (13, 22)], [(4, 11), (17, 22)], headlines=[(0, 3), (13, 16)])
    shown = list(areas(cut))
    assert [area.article for area in shown if area.opens] == [0, 1]
    assert [(area.article, piece.text) for area in shown for piece in area.pieces if piece.why == "headline"] == [
        (0, "开馆了"),
        (1, "关门了"),
    ]


def test_hostile_text_is_shown_as_text_everywhere(tmp_path):
    article = an_article(
        f"游园会{HOSTILE}\u202e结束。",
        file=f"a{HOSTILE}.txt",
        title=HOSTILE,
        author=HOSTILE,
        subtitle=HOSTILE,
        page='"',
    )
    cut = CutPage(Page(article.info.file, article.text, "utf-8"), (article,), 0.4, ())
    problem = BadRecord(file=HOSTILE, line=1, detail=HOSTILE)
    for language in ("zh", "en"):
        page = written(tmp_path, ".html", cut, problems=[problem], language=language)
        assert "<script" not in page and "<img" not in page and "\u202e" not in page
        assert page.count(html.escape(HOSTILE).replace("&#x27;", "&#39;")) >= 6


def test_the_page_needs_nothing_from_anywhere(tmp_path):
    page = written(tmp_path, ".html", a_cut_page("市图书馆开馆。", [(0, 7)], [(0, 7)]))
    assert not re.search(r"<script|<link|@import|url\(|src=|https?://", page)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))


def test_the_least_sure_pages_are_shown_first_and_only_so_many():
    seen = ReportBuilder(pages_in_full=3)
    for n in range(10):
        seen.page(CutPage(Page(f"{n}.txt", "字" * 9, "utf-8"), (), n / 10, ()), in_one_piece=False)
    seen.page(CutPage(Page("huge.txt", "字" * (LONGEST_IN_FULL + 1), "utf-8"), (), 0.0, ()), in_one_piece=True)
    assert [cut.page.file for cut in seen.report().in_full] == ["0.txt", "1.txt", "2.txt"]


def test_what_is_kept_in_full_is_bounded_in_characters_too():
    seen = ReportBuilder(pages_in_full=1000)
    for n in range(30):
        seen.page(CutPage(Page(f"{n}.txt", "字" * LONGEST_IN_FULL, "utf-8"), (), n / 30, ()), in_one_piece=False)
    assert len(seen.report().in_full) == CHARACTERS_IN_FULL // LONGEST_IN_FULL


def test_a_thousand_broken_lines_do_not_fill_the_terminal_or_the_memory():
    seen = ReportBuilder()
    for line in range(5000):
        seen.problem(BadRecord(file="a.jsonl", line=line, detail="no text"))
    report = seen.report()
    assert len(report.problems) == MOST_PROBLEMS and report.problem_count == 5000
    assert len(report.lines()) < 40 and any("4970" in line for line in report.lines("en"))


def test_files_come_worst_first_and_each_says_what_became_of_it():
    files = [
        FileReport("good", articles=2, confidence=0.95),
        FileReport("ready", articles=2),
        FileReport("blank", confidence=1.0),
        FileReport("unsure", articles=2, confidence=0.7),
        FileReport("whole", articles=1, confidence=0.3, in_one_piece=True),
        FileReport("broken", articles=1, problem_count=1),
        FileReport("binary", problem_count=1),
    ]
    ordered = sorted(files, key=lambda file: file.worst_first)
    assert [file.file for file in ordered] == ["binary", "broken", "whole", "unsure", "blank", "good", "ready"]


def test_a_letter_spaced_page_is_kept_whole_though_half_its_characters_are_spaces():
    page = FileReport("a.txt", articles=1, characters=100, kept=50, dropped={"space": 48, "invisible": 2})
    assert page.kept_share == 1.0


def test_programs_get_every_count_and_both_languages(tmp_path):
    cut = a_cut_page("开馆了\n市图书馆开馆。", [(0, 11)], [(4, 11)], headlines=[(0, 3)])
    told = json.loads(written(tmp_path, ".json", cut, problems=[EmptyFile(file="b.txt")]))
    assert [page["file"] for page in told["pages"]] == ["b.txt", "a.txt"]
    assert told["pages"][1] | {"confidence": 1.0} == {
        "file": "a.txt", "state": "good", "articles": 1, "characters": 11, "kept": 7, "dropped": {"headline": 3},
        "confidence": 1.0, "in_one_piece": False, "joined": 0, "broken_off": [], "problem_count": 0, "problems": [],
    }  # fmt: skip
    assert told["problems"][0]["kind"] == "EmptyFile" and "empty" in told["problems"][0]["en"]


def test_the_text_report_is_what_the_terminal_says(tmp_path):
    cut = a_cut_page("开馆了\n市图书馆开馆。", [(0, 11)], [(4, 11)], headlines=[(0, 3)], confidence=0.3)
    told = written(tmp_path, ".txt", cut, problems=[EmptyFile(file="b.txt")])
    assert "b.txt 是空的" in told.splitlines()[0]
    assert "整版未切" in told and "标题 3" in told and "没有生成新索引" in told.splitlines()[-1]


def test_a_name_that_is_no_text_does_not_end_the_report(tmp_path):
    cut = CutPage(Page("a\udcff.txt", "报\ud800", "utf-8"), (), 1.0, ())
    assert json.loads(written(tmp_path, ".json", cut))["pages"][0]["file"] == "a\udcff.txt"
    assert "\\udcff" in written(tmp_path, ".html", cut)


def test_a_report_that_cannot_be_written_is_told_before_anything_is_rebuilt(tmp_path):
    for error, file in ((ReportFormatUnknown, "report.doc"), (ReportUnwritable, "nowhere/report.html")):
        with pytest.raises(error, match="report"), reporting(tmp_path / file):
            raise AssertionError("it began")


def test_the_report_before_stays_until_the_new_one_is_whole(tmp_path):
    file = tmp_path / "report.json"
    file.write_text("before", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), reporting(file):
        assert file.read_text(encoding="utf-8") == "before"
        raise ZeroDivisionError
    assert json.loads(file.read_text(encoding="utf-8"))["generation"] == ""
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


def test_both_pages_of_an_article_show_what_each_prints_of_it(tmp_path):
    pages = [
        Page("p1.txt", "市图书馆新馆开馆，藏书一百二\n（下转第二版）\n", "utf-8"),
        Page("p2.txt", "（上接第一版）\n十万册，座位三千个。\n", "utf-8"),
    ]
    texts, starts = ("市图书馆新馆开馆，藏书一百二", "十万册，座位三千个。"), (0, 8)
    pieces = tuple(
        Article(
            ArticleInfo(page.file, page.file, title="开馆", page=number),
            text,
            (0, len(page.text) - 1),
            OffsetMap.from_kept(range(start, start + len(text))),
        )
        for page, text, start, number in zip(pages, texts, starts, "12", strict=True)
    )
    tail = PrintedPart("p2.txt", "2", pieces[1].raw, OffsetMap(((len(texts[0]), 8, len(texts[1])),)))
    whole = Article(pieces[0].info, "".join(texts), pieces[0].raw, pieces[0].offsets, (tail,))
    jumps = (Dropped(15, 22, "jump"), Dropped(0, 7, "jump"))
    file = tmp_path / "report.html"
    with reporting(file) as seen:
        account = seen.file()
        for page, piece, jump in zip(pages, pieces, jumps, strict=True):
            seen.page(CutPage(page, (piece,), 0.9, (jump,)), in_one_piece=False)
        seen.joined(JoinedArticle(whole, pieces, ((), ())), [account, account])
        account.broken_off("p9.txt", "7", is_here=False)
    report = file.read_text(encoding="utf-8")
    assert sorted(raw_shown(report)) == sorted(page.text for page in pages)
    assert len(re.findall(rf"{len(whole.text)} 字", report)) >= 2, "the whole article is named beside both pages"
    assert re.search(r"下转 <a href=\"#p\d\"><bdi>第2版（p2\.txt）", report)
    assert re.search(r"上接 <a href=\"#p\d\"><bdi>第1版（p1\.txt）", report)
    assert "接成一篇的：1 篇" in report and "p9.txt：第7版不在语料中" in report
