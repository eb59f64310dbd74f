from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from support import SEEDS

from retriever.domain import Filters
from retriever.errors import (
    BinaryFile,
    DuplicateArticle,
    EmptyFile,
    NoArticles,
    NothingToRead,
    PathNotFound,
    ProblemsRefused,
    UnreadableFile,
)
from retriever.index.generations import current_generation
from retriever.index.health import check
from retriever.index.snapshot import open_snapshot
from retriever.rebuild import HowToRead, articles_of, rebuild
from retriever.rebuild.__main__ import main
from retriever.search import Searcher


def a_page(
    folder, name="a.txt", text="本报讯（记者 王艳）8月2日，市图书馆新馆开馆，藏书一百二十万册。", encoding="utf-8"
):
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode(encoding))
    return folder


def test_after_a_rebuild_the_index_holds_exactly_what_the_paths_hold(tmp_path):
    pages, root = a_page(tmp_path / "pages"), tmp_path / "index"
    rebuild([SEEDS], root)
    rebuild([pages], root)
    snapshot = open_snapshot(root)
    assert snapshot.manifest.articles == 1 and check(root) == []
    (article,) = articles_of([pages])
    assert snapshot.store.article(article.info.id) == article


def test_a_file_that_cannot_be_read_is_told_and_stops_nothing(tmp_path):
    pages = a_page(tmp_path / "pages")
    (pages / "empty.txt").write_bytes(b"")
    (pages / "photo.txt").write_bytes(bytes(range(256)) * 20)
    report = rebuild([pages], tmp_path / "index")
    assert {type(problem) for problem in report.problems} == {EmptyFile, BinaryFile}
    assert report.articles == 1 and any("photo.txt" in line for line in report.lines("en"))


def test_a_gb18030_page_is_read_right(tmp_path):
    pages, root = a_page(tmp_path / "pages", encoding="gb18030"), tmp_path / "index"
    rebuild([pages], root)
    searcher = Searcher.open(root)
    assert "一百二十万册" in searcher.ask("图书馆新馆藏书多少册").answer.text
    searcher.close()


def test_nothing_is_lost_where_there_is_nothing_to_read(tmp_path):
    root, empty = tmp_path / "index", tmp_path / "empty"
    rebuild([SEEDS], root)
    before = current_generation(root)
    empty.mkdir()
    (empty / "blank.txt").write_text("  \n ")
    for error, path in ((PathNotFound, tmp_path / "nowhere"), (NoArticles, empty)):
        with pytest.raises(error):
            rebuild([path], root)
    (empty / "blank.txt").unlink()
    with pytest.raises(NothingToRead):
        rebuild([empty], root)
    assert current_generation(root) == before and check(root) == []


def test_an_id_given_twice_is_kept_once_and_told(tmp_path):
    lines = [json.dumps({"id": "x", "text": f"第{i}篇。"}, ensure_ascii=False) for i in (1, 2)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    report = rebuild([tmp_path / "a.jsonl"], tmp_path / "index")
    assert report.articles == 1 and [type(problem) for problem in report.problems] == [DuplicateArticle]


def test_where_it_is_strict_one_bad_file_keeps_the_old_index_and_the_report_is_written(tmp_path, capsys):
    pages, root, report = a_page(tmp_path / "pages"), tmp_path / "index", tmp_path / "report.json"
    rebuild([pages], root)
    before = current_generation(root)
    (pages / "empty.txt").write_bytes(b"")
    with pytest.raises(ProblemsRefused, match=r"empty\.txt"):
        rebuild([pages], root, strict=True)
    assert main([str(pages), "--index", str(root), "--strict", "--report", str(report)]) == 1
    assert "empty.txt" in capsys.readouterr().err
    assert current_generation(root) == before and check(root) == []
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["generation"] == "" and [page["state"] for page in told["pages"]] == ["skipped", "good"]
    (pages / "empty.txt").unlink()
    assert rebuild([pages], root, strict=True).generation == current_generation(root) != before


def test_the_report_tells_of_every_file_what_was_found_and_left_out(tmp_path):
    report = rebuild([SEEDS], tmp_path / "index")
    assert sum(page.articles for page in report.pages) == report.articles
    assert sum(page.kept for page in report.pages) == report.characters
    assert all(page.kept + sum(page.dropped.values()) == page.characters for page in report.pages)
    assert [page.file for page in report.pages] == sorted(
        (page.file for page in report.pages), key={page.file: page.worst_first for page in report.pages}.__getitem__
    )
    assert not report.in_full, "pages are held in memory for a report that nobody asked for"


def test_one_story_in_two_papers_is_grouped(tmp_path):
    story = (
        "市图书馆新馆八月二日开馆，藏书一百二十万册，设阅览座位三千个，读者凭身份证入馆。"
        "新馆周一闭馆，其余各天早上八点半开门，晚上九点关门，节假日照常开放，市民可以在网上预约座位。"
    )
    pages = a_page(tmp_path / "pages", "a.txt", f"本报讯（记者 王艳）{story}")
    a_page(pages, "b.txt", f"晚报讯 {story}")
    rebuild([pages], tmp_path / "index")
    searcher = Searcher.open(tmp_path / "index")
    one, other = searcher.articles().articles
    assert searcher.copies(one.id) == (other,) and searcher.copies(other.id) == (one,)
    searcher.close()


def a_story_on_two_pages(tmp_path, *, first="周口日报-20220803-01.txt", second="周口日报-20220803-02.txt"):
    pages = a_page(
        tmp_path / "pages",
        first,
        "产业园里机器忙\n本报讯（记者 王艳）8月2日，走进郸城县产业园，袜业公司的车间里机器轰鸣，工人们正在赶制船袜订单。\n"
        "袜业公司负责人李文说，公司去年入驻产业园，年加工船袜一千多万双，带动三十人就业。（下转第二版）\n",
    )
    a_page(
        pages,
        second,
        "（上接第一版）袜业公司负责人李文说，产业园为袜业公司免去了两年的租金，船袜订单已经排到了明年春天。\n"
        "产业园的工人们说，在家门口的车间里上班，既能挣钱又能照顾老人和孩子。\n",
    )
    return pages


def test_an_article_of_two_pages_is_one_and_each_quotation_names_its_page(tmp_path):
    pages = a_story_on_two_pages(tmp_path)
    report = rebuild([pages], tmp_path / "index")
    searcher = Searcher.open(tmp_path / "index")
    (info,) = searcher.articles().articles
    article = searcher.article(info.id)
    assert "就业。\n袜业公司" in article.text and "版）" not in article.text and check(tmp_path / "index") == []
    snapshot = open_snapshot(tmp_path / "index")
    for part in article.parts:
        raw = snapshot.store.page(part.file)
        assert all(raw[part.offsets.raw(at)] == article.text[at] for at in range(part.start, part.end))
    for question, page, words in (
        ("袜业公司带动多少人就业", "1", "三十人就业"),
        ("产业园为袜业公司免去了多久的租金", "2", "两年的租金"),
    ):
        answer = searcher.ask(question)
        citation = next(citation for citation in answer.citations if words in citation.cited_text)
        assert (citation.article.page, citation.article.file) == (page, f"周口日报-20220803-0{page}.txt")
        assert citation.article.id == info.id
    assert {hit.article.page for hit in searcher.ask("产业园的袜业公司").hits} == {"1、2"}
    searcher.close()
    assert [listed.text for listed in articles_of([pages])] == [article.text]
    assert (report.joined, report.articles, report.characters) == (1, 1, len(article.text))
    assert sorted(page.articles for page in report.pages) == [0, 1]
    assert all(page.kept + sum(page.dropped.values()) == page.characters for page in report.pages)


@pytest.mark.parametrize(("second", "told"), [("-03.txt", "第2版不在语料中"), ("-02.txt", "看不出哪一篇")])
def test_the_report_names_the_page_whose_article_breaks_off(tmp_path, second, told):
    pages = a_story_on_two_pages(tmp_path, second=f"周口日报-20220803{second}")
    (pages / f"周口日报-20220803{second}").write_text(
        "本报讯 8月2日，市体育馆免费开放，市民凭身份证入场。\n", encoding="utf-8"
    )
    report = rebuild([pages], tmp_path / "index")
    assert report.joined == 0 and report.articles == 2
    assert any(told in line and "周口日报-20220803-01.txt" in line for line in report.lines("zh"))


def test_a_page_without_a_date_is_not_said_to_lack_another(tmp_path):
    pages = a_page(
        tmp_path / "pages", "x.txt", "本报讯（记者 王艳）8月2日，市图书馆新馆开馆，藏书很多。（下转第二版）\n"
    )
    report = rebuild([pages], tmp_path / "index")
    assert any("x.txt" in line and "日期不明" in line for line in report.lines("zh"))


def test_articles_of_several_pages_are_added_though_others_stand_between_them(tmp_path):
    pages = a_story_on_two_pages(tmp_path, second="周口日报-20220803-02.txt")
    a_page(pages, "周口日报-20220803-01b.txt")
    rebuild([pages], tmp_path / "index")
    listed = list(articles_of([pages]))
    assert [len(article.parts) for article in listed] == [2, 1]
    snapshot = open_snapshot(tmp_path / "index")
    assert all(snapshot.store.article(article.info.id) == article for article in listed)


def test_progress_is_told_to_whoever_asks(tmp_path):
    told = []
    rebuild([SEEDS], tmp_path / "index", progress=lambda *step: told.append(step))
    size = sum(file.stat().st_size for file in SEEDS.glob("0*.txt"))
    assert ("read", 0, size) in told and ("read", size, size) in told and told[-1] == ("write", 1, 1)
    assert told.index(("look", size, size)) < told.index(("read", 0, size))


def test_the_script_rebuilds_and_reports(tmp_path, capsys):
    pages = a_page(tmp_path / "pages")
    assert main([str(pages), "--index", str(tmp_path / "index")]) == 0
    assert "1 篇文章" in capsys.readouterr().out
    assert main([str(tmp_path / "nowhere"), "--index", str(tmp_path / "index")]) == 1
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("seconds_into_writing", [0.0, 0.05, 0.15, 0.3])
def test_a_rebuild_that_is_killed_leaves_the_last_index_answering(tmp_path, seconds_into_writing):
    root = tmp_path / "index"
    rebuild([SEEDS], root)
    before = current_generation(root)
    code = [sys.executable, "-W", "ignore", "-m", "retriever.rebuild", str(SEEDS), "--index", str(root)]
    running = subprocess.Popen(code, stdout=subprocess.DEVNULL)
    while not (begun := list(root.glob(".building-*"))) and running.poll() is None:
        time.sleep(0.005)
    time.sleep(seconds_into_writing)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert begun and check(root) == []
    assert current_generation(root) == before or not list(root.glob(".building-*")), "neither the old index nor the new"
    rebuild([SEEDS], root)
    assert check(root) == [] and not list(root.glob(".building-*"))


def test_with_a_slow_encoder_adding_one_article_encodes_one_article(tmp_path, tiny_bert):
    pages, root = a_page(tmp_path / "pages"), tmp_path / "index"

    def kept_vectors() -> int:
        with contextlib.closing(sqlite3.connect(root / "vectors.sqlite")) as cache:
            return cache.execute("SELECT count(*) FROM vectors").fetchone()[0]

    rebuild([pages], root, encoder=str(tiny_bert))
    assert kept_vectors() == 1
    a_page(pages, "b.txt", "本报讯（记者 李文）8月3日，市体育馆免费开放，市民凭身份证入场。")
    assert rebuild([pages], root, encoder=str(tiny_bert)).passages == 2
    assert kept_vectors() == 2
    searcher = Searcher.open(root, mode="dense")
    assert searcher.status().encoder == str(tiny_bert) and searcher.ask("体育馆").hits
    searcher.close()


def test_the_shipped_encoder_is_quicker_than_a_cache_and_keeps_none(tmp_path):
    rebuild([a_page(tmp_path / "pages")], tmp_path / "index")
    assert not (tmp_path / "index" / "vectors.sqlite").exists()


def test_what_a_file_says_of_itself_names_its_article_and_dates_it(tmp_path):
    note = "---\ntitle: 开馆通知\nsource: 云溪日报\ndate: 2024-05-06\n---\n市图书馆每天早上九点开门，晚上八点关门，周一闭馆。\n"
    (tmp_path / "note.md").write_text(note, encoding="utf-8")
    (article,) = articles_of([tmp_path])
    assert (article.info.title, article.info.source, article.info.date) == ("开馆通知", "云溪日报", "2024-05-06")


def test_a_wrong_date_in_the_librarians_list_is_told_and_stops_nothing(tmp_path):
    pages = a_page(tmp_path / "pages")
    (pages / "pages.csv").write_text("file,source,date,page\na.txt,云溪日报,2024-13-45,1\n", encoding="utf-8")
    report = rebuild([pages], tmp_path / "index")
    assert report.articles == 1 and len(report.problems) == 1 and "pages.csv" in str(report.problems[0])


def test_file_names_are_read_as_the_librarian_says(tmp_path):
    pages = a_page(tmp_path / "pages", "p2 YX 2024.5.6.txt")
    rebuild([pages], tmp_path / "index", how=HowToRead(file_names="p{page} {source} {year}.{month}.{day}"))
    snapshot = open_snapshot(tmp_path / "index")
    (listed,) = snapshot.store.articles(Filters(), 1, 10).articles
    assert (listed.source, listed.date, listed.page) == ("YX", "2024-05-06", "2")


def test_articles_are_listed_past_a_file_that_cannot_be_read_and_it_is_told_once(tmp_path):
    (tmp_path / "a.jsonl").write_text("{no json\n", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"id": "one", "text": "图书馆开门。"}\n', encoding="utf-8")
    told = []
    assert [article.info.id for article in articles_of([tmp_path], on_problem=told.append)] == ["one"]
    assert len(told) == 1 and "a.jsonl" in told[0].message("en")
    with pytest.raises(UnreadableFile):
        list(articles_of([tmp_path]))
