"""The contract of every route, on the five newspaper pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.settings import Settings

Ask = Callable[..., dict[str, Any]]
QUESTION = "耕德电子二期项目总投资多少？"

ASK_KEYS = ["id", "question", "effective_question", "status", "answer", "citations", "passages", "missing_terms",
            "index", "timings_ms"]  # fmt: skip
CITATION_KEYS = ["n", "cited_text", "article_id", "start", "end", "paragraph", "title", "source", "date", "page",
                 "author", "url"]  # fmt: skip
PASSAGE_KEYS = ["rank", "score", "text", "article_id", "start", "end", "paragraph", "title", "source", "date", "page",
                "author", "url", "highlights", "why", "also_in"]  # fmt: skip


def test_an_answer_has_every_key_of_the_contract(ask: Ask) -> None:
    body = ask(QUESTION)
    assert list(body) == ASK_KEYS
    assert body["status"] == "answered"
    assert list(body["answer"]) == ["text", "sentences", "confidence"]
    assert all(list(citation) == CITATION_KEYS for citation in body["citations"])
    assert all(list(passage) == PASSAGE_KEYS for passage in body["passages"])
    assert list(body["index"]) == ["generation", "articles", "passages", "mode"]
    assert set(body["timings_ms"]) == {"encode", "search", "answer", "total"}


def test_every_quotation_stands_in_its_article_at_its_offsets(client: FlaskClient, ask: Ask) -> None:
    body = ask(QUESTION, top_k=10)
    quoted = [(c, c["cited_text"]) for c in body["citations"]] + [(p, p["text"]) for p in body["passages"]]
    for where, words in quoted:
        article = client.get(f"/api/v1/articles/{where['article_id']}").get_json()
        assert article["text"][where["start"] : where["end"]] == words
        assert where["url"] == f"/articles/{where['article_id']}#c{where['start']}-{where['end']}"


def test_each_sentence_of_the_answer_names_a_citation(ask: Ask) -> None:
    body = ask(QUESTION)
    assert [c["n"] for c in body["citations"]] == list(range(1, len(body["citations"]) + 1))
    for sentence in body["answer"]["sentences"]:
        assert sentence["text"] in body["citations"][sentence["citation"] - 1]["cited_text"]
    assert 0 <= body["answer"]["confidence"] <= 1


def test_asking_twice_gives_the_same_body_but_for_the_timings(ask: Ask) -> None:
    first, second = ask(QUESTION), ask(QUESTION)
    del first["timings_ms"], second["timings_ms"]
    assert first == second


def test_a_question_is_trimmed_and_chinese_stays_readable(client: FlaskClient) -> None:
    response = client.post("/api/v1/ask", json={"question": f"　{QUESTION}\n"})
    assert response.get_json()["question"] == QUESTION
    assert "耕德电子" in response.text


def test_top_k_limits_the_passages(ask: Ask) -> None:
    assert len(ask(QUESTION, top_k=1)["passages"]) == 1


def test_nothing_answers_a_question_about_something_else(ask: Ask) -> None:
    body = ask("量子色动力学的渐近自由是谁发现的？")
    assert (body["status"], body["answer"], body["citations"]) == ("no_answer", None, [])
    assert list(body) == ASK_KEYS


def test_a_follow_up_is_searched_with_what_it_borrows(ask: Ask) -> None:
    first = ask(QUESTION)
    body = ask("占地多少亩？", history=[{"question": QUESTION, "answer": first["answer"]["text"]}])
    assert body["question"] == "占地多少亩？"
    assert "耕德" in body["effective_question"]


def test_filters_let_only_their_papers_through(shelf: FlaskClient) -> None:
    body = shelf.post("/api/v1/ask", json={"question": "几点开门？", "filters": {"source": ["周口日报"]}}).get_json()
    assert {p["source"] for p in body["passages"]} == {"周口日报"}
    body = shelf.post("/api/v1/ask", json={"question": "几点开门？", "filters": {"date_from": "2023-01-01"}}).get_json()
    assert {p["date"] for p in body["passages"]} <= {"2023-01-02"}


def test_search_gives_passages_and_facets(shelf: FlaskClient) -> None:
    body = shelf.get("/api/v1/search", query_string={"q": "图书馆 开门", "top_k": 2}).get_json()
    assert list(body) == ["query", "passages", "facets", "counts", "index"]
    assert body["query"] == "图书馆 开门"
    assert body["passages"][0]["article_id"] == "libra/ry?#1"
    assert len(body["passages"]) <= 2
    assert {"source": "周口日报", "articles": 1} in body["facets"]["sources"]
    assert {"year": "2022", "articles": 1} in body["facets"]["years"]


def test_search_counts_what_holds_all_the_words_however_few_passages_are_asked_for(client: FlaskClient) -> None:
    few, many = (client.get("/api/v1/search", query_string={"q": "项目", "top_k": k}).get_json() for k in (1, 50))
    assert len(few["passages"]) == 1
    assert few["facets"] == many["facets"]
    assert few["counts"] == many["counts"]
    assert few["counts"]["articles"] > 1
    assert sum(year["articles"] for year in few["facets"]["years"]) <= few["counts"]["articles"]


def test_a_question_is_told_which_filters_it_speaks_of(shelf: FlaskClient) -> None:
    asked = {"q": "周口日报去年8月3日说图书馆几点开门", "today": "2023-05-01"}
    body = shelf.get("/api/v1/suggest", query_string=asked).get_json()
    assert list(body) == ["question", "today", "filters", "suggestions", "counts"]
    assert [(s["phrase"], s["filters"], s["articles"]) for s in body["suggestions"]] == [
        ("周口日报", {"source": ["周口日报"], "date_from": None, "date_to": None}, 1),
        ("去年8月3日", {"source": [], "date_from": "2022-08-03", "date_to": "2022-08-03"}, 1),
    ]
    for suggestion in body["suggestions"]:
        assert body["question"][suggestion["start"] : suggestion["end"]] == suggestion["phrase"]
        answer = shelf.post("/api/v1/ask", json={"question": asked["q"], "filters": suggestion["filters"]}).get_json()
        assert {p["article_id"] for p in answer["passages"]} == {"libra/ry?#1"}
    counted = shelf.get("/api/v1/suggest", query_string={"q": "图书馆 开门", "source": "周口日报"}).get_json()
    assert counted["filters"]["source"] == ["周口日报"]
    assert counted["counts"] == {"articles": 1, "issues": 1, "passages": 1}


def test_today_is_the_clock_of_the_service_unless_it_is_said(shelf_index: Path) -> None:
    client = create_app(Settings(index=shelf_index), today=lambda: date(2022, 8, 4)).test_client()
    body = client.get("/api/v1/suggest", query_string={"q": "昨天的图书馆"}).get_json()
    assert body["today"] == "2022-08-04"
    assert body["suggestions"][0]["filters"]["date_from"] == "2022-08-03"
    assert client.get("/api/v1/suggest?q=a&today=1066-10-14").status_code == 422


def test_search_takes_several_sources(shelf: FlaskClient) -> None:
    body = shelf.get("/api/v1/search?q=%E5%BC%80%E9%97%A8&source=a&source=" + quote("周口日报")).get_json()
    assert {p["source"] for p in body["passages"]} == {"周口日报"}


def test_articles_come_newest_first_and_in_pages(shelf: FlaskClient) -> None:
    body = shelf.get("/api/v1/articles?page_size=2").get_json()
    assert [a["date"] for a in body["articles"]] == ["2023-01-02", "2022-08-03"]
    assert (body["total"], body["page"], body["page_size"]) == (3, 1, 2)
    assert list(body["articles"][0]) == ["id", "title", "source", "date", "page", "author", "file"]
    assert [a["id"] for a in shelf.get("/api/v1/articles?page_size=2&page=2").get_json()["articles"]] == ["plain"]


def test_an_article_has_every_key_of_the_contract(shelf: FlaskClient) -> None:
    body = shelf.get("/api/v1/articles/plain").get_json()
    assert list(body) == ["id", "title", "subtitle", "source", "date", "page", "author", "file", "text", "raw", "parts"]
    assert list(body["raw"]) == ["start", "end"]
    assert body["title"] is None
    assert body["text"].startswith("小麦今年")


def test_an_article_whose_id_holds_slashes_is_found_at_its_address(shelf: FlaskClient) -> None:
    body = shelf.post("/api/v1/ask", json={"question": "图书馆每天几点开门？"}).get_json()
    url = body["citations"][0]["url"]
    assert url.startswith("/articles/libra%2Fry%3F%231#c")
    assert shelf.get("/api/v1/articles/" + quote("libra/ry?#1", safe="")).get_json()["id"] == "libra/ry?#1"
    assert shelf.get(url.partition("#")[0]).status_code == 200


def test_the_index_tells_what_it_holds(client: FlaskClient) -> None:
    body = client.get("/api/v1/index").get_json()
    assert body["articles"] == sum(source["articles"] for source in body["sources"])
    assert body["passages"] >= body["articles"] > 5
    assert body["rebuild"].items() >= {"running": False, "stage": None, "done": None, "total": None}.items()
    assert body["warning"] is None
    assert body["built_at"].startswith("20")
    assert body["mode"] == "hybrid"


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    generation = client.get("/api/v1/index").get_json()["generation"]
    assert client.get("/readyz").get_json() == {"status": "ready", "generation": generation}


@pytest.mark.parametrize("mode", ["dense", "lexical"])
def test_the_mode_is_a_setting(mode: Any, seeds_index: Any) -> None:
    client = create_app(Settings(index=seeds_index, mode=mode)).test_client()
    body = client.post("/api/v1/ask", json={"question": QUESTION}).get_json()
    assert body["index"]["mode"] == mode
    assert body["passages"]
