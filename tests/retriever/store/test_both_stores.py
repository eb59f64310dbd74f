"""What a searcher promises, whichever store it answers from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from stores import SHELF, said, shown

from retriever.domain import Filters, Mode, Turn
from retriever.errors import ArticleNotFound
from retriever.search import Searcher

GOLD = Path(__file__).parents[2] / "quality"


def gold(name: str, every: int) -> list[str]:
    lines = (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines][::every]


def test_an_answer_is_quoted_from_the_article_it_names(searcher: Searcher) -> None:
    answer = searcher.ask("淇河大桥总投资多少？")
    assert answer.answer is not None
    assert "7.6亿元" in answer.answer.text
    for citation in answer.citations:
        article = searcher.article(citation.article.id)
        assert article.text[citation.start : citation.end] == citation.cited_text
    assert answer.citations[0].article.id in ("bridge", "bridge-again")


def test_a_question_that_no_article_answers_gets_no_answer(searcher: Searcher) -> None:
    answer = searcher.ask("红烧肉要炖多久才软烂？")
    assert answer.answer is None
    assert "红烧肉" in answer.missing_terms


@pytest.mark.parametrize(
    "filters",
    [
        Filters(("鹤壁日报",)),
        Filters(("大河报", "鹤壁日报"), date_to="2023-12-31"),
        Filters(date_from="2024-09-10", date_to="2024-09-10"),
        Filters(date_to="2022-12-31"),
        Filters(("没有这份报",)),
    ],
)
def test_only_what_passes_the_filters_is_found(searcher: Searcher, filters: Filters) -> None:
    for hit in searcher.ask("通车 增产 投产 项目", top_k=20, filters=filters).hits:
        assert not filters.sources or hit.article.source in filters.sources
        assert (filters.date_from or "") <= (hit.article.date or "") <= (filters.date_to or "9999")
    listed = searcher.articles(filters=filters, page_size=100)
    assert listed.total == len(listed.articles)
    if "大河报" in filters.sources:
        assert {info.id for info in listed.articles} == {"bridge", "bridge-again"}


def test_an_article_reads_as_it_was_given(searcher: Searcher) -> None:
    for told in SHELF:
        article = searcher.article(told["id"])
        assert (article.text, article.info.title) == (told["text"].strip(), told["title"])
        assert (article.info.source, article.info.date) == (told.get("source"), told.get("date"))
    with pytest.raises(ArticleNotFound):
        searcher.article("none")


def test_the_same_story_is_shown_once_and_its_copies_are_named(searcher: Searcher) -> None:
    hits = searcher.ask("淇河大桥全长多少米？").hits
    assert len([hit for hit in hits if "1268米" in hit.passage.text]) == 1
    assert {info.id for info in searcher.copies("bridge")} == {"bridge-again"}
    assert searcher.copies("chip") == ()


def test_words_are_counted_over_the_whole_collection(searcher: Searcher) -> None:
    assert searcher.counts("淇河大桥 通车").articles == 2
    assert searcher.counts("HX-9000").articles == 1
    found = searcher.search("淇河大桥")
    assert (found.counts.articles, found.counts.issues) == (2, 2)
    assert set(found.facets.sources) == {("鹤壁日报", 1), ("大河报", 1)}
    assert found.facets.years == (("2023", 2),)


def test_a_slip_of_the_pen_is_mended(searcher: Searcher) -> None:
    assert searcher.ask("耕得电子二期项目总投资多少？").effective_question == "耕德电子二期项目总投资多少？"


@pytest.mark.parametrize("question", [*gold("questions.dev", 16), *gold("unanswerable.dev", 30)])
def test_both_stores_answer_alike(in_folder: Searcher, in_milvus: Searcher, question: str) -> None:
    assert said(in_milvus, question) == said(in_folder, question)
    near, found = shown(in_folder, question), shown(in_milvus, question)
    # What comes last among the candidates may differ: Milvus takes them by a nominal length of passages.
    assert found[:1] == near[:1]
    assert len([passage for passage in found if passage in near]) >= len(near) - 1


def test_both_stores_follow_a_conversation_alike(in_folder: Searcher, in_milvus: Searcher) -> None:
    before = Turn("河南凯旺电子有多少项发明专利?", "拥有发明专利16项、20多项核心技术")
    for question in ("它的主要客户都有谁?", "那淇河大桥呢？"):
        asked = {"history": [before], "filters": Filters(date_from="2022-01-01")}
        assert said(in_milvus, question, **asked) == said(in_folder, question, **asked)
        assert shown(in_milvus, question, **asked)[0] == shown(in_folder, question, **asked)[0]


@pytest.mark.parametrize("mode", ["dense", "lexical"])
def test_both_stores_find_the_same_by_one_side_alone(in_folder: Searcher, in_milvus: Searcher, mode: Mode) -> None:
    question = "耕德电子二期项目总投资多少？"
    local, stored = (Searcher(one._snapshot, one.encoder, mode) for one in (in_folder, in_milvus))
    assert shown(stored, question)[:3] == shown(local, question)[:3]


def test_both_stores_list_the_same(in_folder: Searcher, in_milvus: Searcher) -> None:
    assert in_milvus.issues() == in_folder.issues()
    assert in_milvus.status().sources == in_folder.status().sources
    listed = [in_folder.articles(page=page, page_size=7) for page in range(1, 8)]
    found = [in_milvus.articles(page=page, page_size=7) for page in range(1, 8)]
    assert [len(one.articles) for one in found] == [len(one.articles) for one in listed]
    assert {info for one in found for info in one.articles} == {info for one in listed for info in one.articles}
    days = [info.date or "" for one in found for info in one.articles]
    assert [day for day in days if day] == sorted(filter(None, days), reverse=True)
    today = date(2024, 9, 11)
    for question in ("昨天投产的芯片厂", "大河报5月的报道", "2023年通车的桥"):
        assert in_milvus.suggest(question, today=today) == in_folder.suggest(question, today=today)


def test_both_stores_show_the_same_pages(in_folder: Searcher, in_milvus: Searcher) -> None:
    for info in in_folder.articles(page_size=100).articles:
        assert in_milvus.article(info.id) == in_folder.article(info.id)
        assert in_milvus.neighbours(info.id) == in_folder.neighbours(info.id)
        assert in_milvus.page(info.file) == in_folder.page(info.file)
