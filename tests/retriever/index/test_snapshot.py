from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from hypothesis import given, settings
from support import an_article, an_index, chinese_text

from retriever.domain import Filters, OffsetMap, Page, PrintedPart
from retriever.errors import IndexDamaged, IndexFormatUnknown, IndexNotBuilt, NotAnIndex, RebuildRunning
from retriever.index.generations import current_generation, generations, writing
from retriever.index.health import check
from retriever.index.snapshot import open_snapshot
from retriever.index.store import Store
from retriever.index.store_writer import StoreBuilder
from retriever.passages import split

ARTICLES = [
    an_article("图书馆免费提供纸巾和纯净水。", id="a", title="书香觅清凉", source="甲日报", date="2024-07-03"),
    an_article("开发区建成孵化器十六个。", id="b", title="招商引资", source="乙日报", date="2022-08-03"),
    an_article("没有日期的消息，写到图书馆。", id="c"),
]


def spans(passages):
    return [(passage.start, passage.end, passage.paragraph) for passage in passages]


@pytest.fixture
def root(tmp_path):
    return an_index(tmp_path / "index", ARTICLES)


def test_an_index_opens_from_its_folder_alone(root, tmp_path):
    moved = shutil.move(root, tmp_path / "elsewhere")
    snapshot = open_snapshot(moved)
    assert snapshot.manifest.articles == 3 and snapshot.store.article("a") == ARTICLES[0]
    assert check(moved) == []


@settings(max_examples=40, deadline=None)
@given(text=chinese_text(min_size=1))
def test_an_article_comes_out_of_the_store_as_it_went_in(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("store") / "articles.sqlite"
    article = an_article(text, title="题", source=None, author="王艳")
    builder = StoreBuilder(file)
    builder.add_page(Page(article.info.file, text, "utf-8"))
    builder.add(article, spans(split(article)))
    builder.close()
    store = Store(file)
    assert store.article(article.info.id) == article and store.page(article.info.file) == text
    rows = range(builder.passages)
    assert [passage for passage, _ in store.passages(rows)] == split(article)
    store.close()


def test_an_article_of_two_pages_comes_out_with_both_and_its_passages_name_theirs(tmp_path):
    one, other = "市图书馆新馆开馆，" * 60, "新馆每天早上八点半开门。" * 30
    head = an_article(one, file="1.txt", page="1", source=None)
    tail = PrintedPart("2.txt", "2", (3, 3 + len(other)), OffsetMap(((len(one), 3, len(other)),)))
    article = replace(head, text=one + other, further=(tail,))
    builder = StoreBuilder(tmp_path / "articles.sqlite")
    builder.add(an_article("别的文章。", file="1.txt", page="1"), [(0, 5, 1)])
    builder.add(article, spans(split(article)))
    builder.close()
    store = Store(tmp_path / "articles.sqlite")
    assert store.article(article.info.id) == article
    named = {(info.page, info.file) for _, info in store.passages(range(1, builder.passages))}
    assert named == {("1", "1.txt"), ("1、2", "1.txt"), ("2", "2.txt")}
    for passage, info in store.passages(range(builder.passages))[1:]:
        assert info == article.cited(passage.start, passage.end)
    assert [(info.page, info.file) for _, info in store.passages([0])] == [("1", "1.txt")]
    store.close()


def test_filters_choose_by_paper_and_date_and_leave_undated_articles_out(root):
    snapshot = open_snapshot(root)
    store = snapshot.store

    def chosen(**filters):
        return [article.id for article in store.articles(Filters(**filters), 1, 10).articles]

    assert chosen() == ["a", "b", "c"]
    assert chosen(sources=("乙日报",)) == ["b"]
    assert chosen(date_from="2023-01-01") == ["a"]
    assert chosen(date_to="2023-01-01") == ["b"]
    assert chosen(sources=("甲日报",), date_to="2023-01-01") == []
    assert store.rows(Filters(sources=("乙日报",))).tolist() == [1]


def test_a_new_generation_replaces_the_old_one_and_the_last_two_are_kept(root):
    first = current_generation(root)
    for _ in range(2):
        an_index(root, ARTICLES[:1])
    assert current_generation(root) != first
    assert len(generations(root)) == 2 and first not in generations(root)
    assert open_snapshot(root).manifest.articles == 1


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(root):
    before = sorted(root.rglob("*"))
    with pytest.raises(ZeroDivisionError), writing(root):
        raise ZeroDivisionError
    assert sorted(root.rglob("*")) == before and check(root) == []


def test_what_a_killed_rebuild_left_behind_is_cleared_away_by_the_next(root):
    (root / ".building-20200101T000000Z-abcd").mkdir()
    an_index(root, ARTICLES)
    assert not list(root.glob(".building-*"))


def test_two_rebuilds_cannot_meet_and_the_second_says_who_holds_it(root):
    with writing(root), pytest.raises(RebuildRunning, match="pid"), writing(root):
        pass


def test_no_index_yet_names_the_command_that_makes_one(tmp_path):
    with pytest.raises(IndexNotBuilt, match="baowen rebuild"):
        open_snapshot(tmp_path / "nowhere")


def test_somebody_elses_folder_is_neither_opened_nor_written_to(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(NotAnIndex, match=r"thesis\.txt"):
        open_snapshot(tmp_path)
    with pytest.raises(NotAnIndex), writing(tmp_path):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("current", ["../../etc", "", "nonsense"])
def test_a_pointer_that_names_no_generation_is_not_followed_and_the_newest_generation_serves(root, current):
    (root / "CURRENT").write_text(current)
    with pytest.raises(NotAnIndex):
        current_generation(root)
    assert open_snapshot(root).manifest.articles == 3
    assert "CURRENT" in check(root)[0]
    shutil.rmtree(root / generations(root)[0])
    with pytest.raises(NotAnIndex):
        open_snapshot(root)


def test_an_index_of_another_format_is_refused_with_what_to_do(root):
    manifest = root / current_generation(root) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))
    with pytest.raises(IndexFormatUnknown, match=r"99.*baowen rebuild"):
        open_snapshot(root)


def test_a_flipped_byte_in_any_file_is_found_by_check(root):
    folder = root / current_generation(root)
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) >= 15
    for file in files:
        sound = file.read_bytes()
        flipped = bytearray(sound)
        flipped[len(flipped) // 2] ^= 0x40
        file.write_bytes(flipped)
        assert check(root), f"{file.name} was flipped and nobody noticed"
        file.write_bytes(sound)
    assert check(root) == []


def test_a_file_that_is_missing_or_cut_short_keeps_the_index_from_opening(root):
    folder = root / current_generation(root)
    for file in [file for file in folder.rglob("*") if file.is_file()]:
        sound = file.read_bytes()
        file.unlink()
        with pytest.raises(IndexDamaged, match="baowen rebuild"):
            open_snapshot(root)
        file.write_bytes(sound[: len(sound) // 2])
        with pytest.raises(IndexDamaged):
            open_snapshot(root)
        file.write_bytes(sound)
    open_snapshot(root)
