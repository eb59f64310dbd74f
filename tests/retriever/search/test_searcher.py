from __future__ import annotations

import shutil
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from safetensors.torch import load_file, save_file
from support import an_article, an_index, chinese_text

from embeddings.encoder import DEFAULT_ENCODER, SHIPPED
from retriever.domain import Filters, Turn
from retriever.errors import ArticleNotFound, EmptyQuestion, QuestionTooLong, WrongEncoder
from retriever.search import Searcher
from retriever.search.borrowing import Vocabulary
from retriever.search.coverage import highlights, joined, terms
from retriever.search.question import read

LIBRARY = "夏日炎炎，市图书馆成了市民纳凉的好去处。图书馆每天早上八点半开门，晚上九点闭馆，周一闭馆一天。馆长李文说，暑期读者比平时多三成。"
FACTORY = "东风袜业去年入驻城南产业园。该公司生产二十种袜子，年加工船袜一千多万双，年收入八百多万元，带动三十人就业。织机PPR-9087是新买的。"
FOREIGN = "两国元首举行会谈。会谈后，双方签署联合声明，并见证交换数十项合作文件。当晚举行了欢迎宴会。"

ARTICLES = [
    an_article(
        LIBRARY, id="library", title="图书馆里觅清凉", source="甲日报", date="2024-07-03", page="2", author="张芳"
    ),
    an_article(FACTORY, id="factory", title="小袜子织出好日子", source="乙日报", date="2022-08-03"),
    an_article(FOREIGN, id="foreign", title="元首会谈", source="甲日报", date="2024-07-06"),
    an_article(FOREIGN, id="reprint", title="元首会谈", source="乙日报", date="2024-07-07"),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return an_index(tmp_path_factory.mktemp("search") / "index", ARTICLES)


@pytest.fixture(scope="module")
def searcher(root):
    opened = Searcher.open(root)
    yield opened
    opened.close()


def test_asking_for_opening_hours_quotes_the_library_article(searcher):
    answer = searcher.ask("图书馆几点开门？")
    assert answer.status == "answered" and "八点半" in answer.answer.text
    assert answer.citations[0].article.title == "图书馆里觅清凉" and answer.citations[0].article.page == "2"


def test_everyday_words_find_what_the_paper_prints_otherwise(searcher):
    assert searcher.ask("大热天去哪儿凉快").hits[0].article.id == "library"


def test_who_wrote_an_article_is_answered_from_its_byline(tmp_path):
    text = "□记者 张芳 文/图\n" + LIBRARY
    searcher = Searcher.open(
        an_index(tmp_path / "index", [an_article(text, id="x", title="图书馆里觅清凉", author="张芳")])
    )
    assert searcher.ask("图书馆那篇报道是哪位记者写的？").answer.text == "□记者 张芳 文/图"
    searcher.close()


def test_a_code_is_found_exactly(searcher):
    assert searcher.ask("ppr-9087").hits[0].article.id == "factory"


@pytest.mark.parametrize("question", ["西红柿炒鸡蛋怎么做？", "asdfghjkl", "埃菲尔铁塔有多高"])
def test_a_question_about_something_else_gets_an_honest_not_found(searcher, question):
    answer = searcher.ask(question)
    assert answer.status == "no_answer" and answer.answer is None and answer.citations == ()


def test_words_that_no_article_holds_are_named(searcher):
    assert "铁塔" in "".join(searcher.ask("埃菲尔铁塔有多高").missing_terms)
    assert "图书馆" not in searcher.ask("图书馆有多少铁塔").missing_terms


@pytest.mark.parametrize("word", ["馆", "炎炎", "袜子", "李文", "PPR-9087", "夏日炎"])
def test_a_word_that_is_printed_is_never_called_missing(searcher, word):
    assert searcher.ask(f"{word}是什么？").missing_terms == ()


def test_what_two_papers_printed_alike_is_shown_once_and_both_are_named(searcher):
    hits = searcher.ask("两国元首会谈后签署了什么").hits
    folded = next(hit for hit in hits if hit.article.id in ("foreign", "reprint"))
    assert {folded.article.id, *folded.also_in} == {"foreign", "reprint"}
    assert len({hit.passage.text for hit in hits}) == len(hits)


def test_a_filter_chooses_before_the_best_are_taken(searcher):
    def found(**filters):
        return {hit.article.id for hit in searcher.ask("图书馆", top_k=1, filters=Filters(**filters)).hits}

    assert found() == {"library"}
    assert found(sources=("乙日报",)) <= {"factory", "reprint"} and found(sources=("乙日报",))
    assert found(date_from="2030-01-01") == set()


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_every_mode_finds_the_article_and_says_so(root, mode):
    searcher = Searcher.open(root, mode=mode)
    answer = searcher.ask("图书馆每天早上几点开门")
    assert answer.hits[0].article.id == "library" and answer.index.mode == mode
    why = answer.hits[0].why
    assert (why.dense_rank is None) == (mode == "lexical") and (why.lexical_rank is None) == (mode == "dense")
    assert "图书馆" in why.terms
    searcher.close()


@settings(max_examples=60, deadline=None)
@given(question=chinese_text(min_size=1, max_size=60))
def test_whatever_is_asked_every_quotation_stands_in_its_article(searcher, question):
    if not question.strip():
        return
    answer = searcher.ask(question, history=[Turn("图书馆几点开门？")])
    for citation in answer.citations:
        text = searcher.article(citation.article.id).text
        assert text[citation.start : citation.end] == citation.cited_text
        assert text[: citation.start].count("\n") + 1 == citation.paragraph
    if answer.answer:
        assert answer.answer.text == "".join(quote.text for quote in answer.answer.sentences)
        assert 0 <= answer.answer.confidence <= 1
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))


def test_the_same_question_gets_the_same_answer_and_id(searcher):
    first, again = searcher.ask("图书馆几点开门？"), searcher.ask("图书馆几点开门？")
    assert (first.id, first.answer, first.hits) == (again.id, again.answer, again.hits)
    assert searcher.ask("图书馆几点闭馆？").id != first.id


def test_highlights_mark_the_words_of_the_question(searcher):
    hit = searcher.ask("图书馆几点开门？").hits[0]
    marked = {hit.passage.text[start:end] for start, end in hit.highlights}
    assert "图书馆" in marked and "开门" in marked


NOTHING = np.zeros(0, np.float32)
EMPTY = Vocabulary(lambda _: 1.0, lambda *_: (np.zeros(0, np.int64), NOTHING), lambda *_: NOTHING, lambda rows: rows)


def test_highlights_lead_back_through_folding():
    sought = terms(read("PPR-9087", (), EMPTY), lambda _: 1.0)
    text = "㎡：型号ＰＰＲ－９０８７。"
    assert {text[start:end] for start, end in highlights(sought, text)} >= {"ＰＰＲ－９０８７"} or highlights(
        sought, text
    )


def test_touching_highlights_are_one():
    assert joined([(5, 7), (0, 2), (2, 4), (1, 3)]) == ((0, 4), (5, 7))


@pytest.mark.parametrize("question", ["", "  \n "])
def test_an_empty_question_is_refused(searcher, question):
    with pytest.raises(EmptyQuestion):
        searcher.ask(question)


def test_an_overlong_question_is_refused_with_its_length(searcher):
    with pytest.raises(QuestionTooLong, match="501"):
        searcher.ask("问" * 501)


def test_an_unknown_article_is_an_error(searcher):
    with pytest.raises(ArticleNotFound, match="nowhere"):
        searcher.article("nowhere")


def test_facets_count_the_articles_that_were_near(searcher):
    facets = searcher.search("元首会谈").facets
    assert dict(facets.sources)["甲日报"] >= 1 and dict(facets.years)["2024"] >= 1


def test_articles_are_listed_newest_first(searcher):
    listed = searcher.articles(page_size=3)
    assert [article.id for article in listed.articles] == ["reprint", "foreign", "library"] and listed.total == 4
    assert [article.id for article in searcher.articles(page=2, page_size=3).articles] == ["factory"]


def test_an_index_made_by_another_encoder_is_refused_with_its_name(root, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(SHIPPED[DEFAULT_ENCODER], other)
    weights = next(other.rglob("model.safetensors"))
    changed = {name: (values.float() * 0.5).half() for name, values in load_file(weights).items()}
    save_file(changed, weights)
    with pytest.raises(WrongEncoder, match=DEFAULT_ENCODER):
        Searcher.open(root, encoder=str(other))


def test_many_threads_get_the_answers_that_one_gets(searcher):
    alone, together = searcher.ask("图书馆几点开门？"), []

    def ask() -> None:
        together.extend(searcher.ask("图书馆几点开门？") for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(together) == 160 and all(
        answer.hits == alone.hits and answer.answer == alone.answer for answer in together
    )


def test_a_question_that_nothing_is_near_to_is_not_found_rather_than_an_error(tmp_path):
    searcher = Searcher.open(an_index(tmp_path / "index", [an_article("……", id="dots"), an_article("甲乙", id="ab")]))
    answer = searcher.ask("埃菲尔铁塔")
    assert answer.status == "no_answer" and answer.missing_terms
    searcher.close()
