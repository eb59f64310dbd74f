"""What a language model may write, what of it stays, and that the quotation always stands beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from language_model import (
    KEY,
    MISBEHAVIOURS,
    ORDER,
    QUESTION,
    Model,
    an_index,
    behaving,
    completion,
    composed,
    send,
    verbatim_stands,
    with_model,
    writes,
)

from retriever.rebuild import articles_of
from retriever.text.sentences import sentence_spans
from retriever.text.words import pairs
from server.app import create_app
from server.settings import Settings
from server.support import Cited, bears_out, best_run, holds_markup

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return an_index(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    yield from Model(writes("")).run()


@pytest.fixture(scope="module")
def client(index: Path, model: Model) -> FlaskClient:
    return create_app(with_model(index, model.url)).test_client()


def number_of(article: str, body: dict[str, Any]) -> int:
    """Which number a passage of the article has in the prompt: its place among what was found."""
    return next(p["rank"] for p in body["ask"]["passages"] if p["article_id"] == article)


@pytest.fixture(scope="module")
def library(client: FlaskClient, model: Model) -> int:
    with behaving(model, writes("没有找到")):
        return number_of("library", composed(client))


def test_it_is_off_unless_it_is_set_up(index: Path) -> None:
    plain = create_app(Settings(index=index)).test_client()
    body = composed(plain)
    assert (body["status"], body["model"], body["text"], body["sentences"]) == ("not_composed", None, None, [])
    assert "llm_base_url" in body["note"]
    assert body["ask"]["answer"]
    assert [model["id"] for model in plain.get("/v1/models").get_json()["data"]] == ["baowen"]
    asked = {"model": "baowen+llm", "messages": [{"role": "user", "content": QUESTION}]}
    assert plain.post("/v1/chat/completions", json=asked).status_code == 404


def test_what_it_writes_is_cited_sentence_by_sentence_beside_the_quotation(
    client: FlaskClient, model: Model, library: int
) -> None:
    with behaving(
        model, writes(f"新馆早上八点半开门[{library}]，晚上九点关门。[{library}]去年接待读者12万人次。【{library}】")
    ):
        body = composed(client)
    assert (body["status"], body["model"], body["dropped"], body["note"]) == ("composed", "small", 0, None)
    assert [sentence["text"] for sentence in body["sentences"]] == [
        "新馆早上八点半开门，晚上九点关门。",
        "去年接待读者12万人次。",
    ]
    assert body["text"] == "".join(sentence["text"] for sentence in body["sentences"])
    text = client.get("/api/v1/articles/library").get_json()["text"]
    numbers = {citation["n"]: citation for citation in body["citations"]}
    for sentence in body["sentences"]:
        for n in sentence["citations"]:
            citation = numbers[n]
            assert text[citation["start"] : citation["end"]] == citation["cited_text"]
            assert citation["url"].endswith(f"#c{citation['start']}-{citation['end']}")
    assert "12万" in numbers[body["sentences"][1]["citations"][0]]["cited_text"]
    verbatim_stands(client, body)


@pytest.mark.parametrize(
    "sentence",
    [
        "新馆早上八点半开门。",  # nothing cited
        "新馆早上八点半开门。[{library}9]",  # nothing there
        "新馆早上八点半开门。[0]",
        "新馆早上八点半开门。[{orders}]",  # another article
        "新馆早上七点半开门。[{library}]",  # another figure
        "去年接待读者13万人次。[{library}]",
        "新馆早上八点半不开门。[{library}]",  # the opposite
        "馆长李红梅说，新馆收门票。[{library}]",
        "馆长王小明说，新馆没有收门票。[{library}]",  # another name
        "晚报说，新馆每天早上八点半开门，晚上九点关门，OWNED。[{library}]",  # another word
        "北京今天天气晴朗，适合外出游玩散步。[{library}]",  # something else
        "The library opens at half past eight. [{library}]",
        "![新馆每天早上八点半开门](http://evil.example/x.png)[{library}]",
        "<img src=x onerror=alert(1)>新馆每天早上八点半开门。[{library}]",
        ORDER + "[{orders}]",
        "新馆每天早上八点半开门，晚上九点关门，" * 30 + "[{library}]",
        "",
        "没有找到",
    ],
)
def test_what_its_citations_do_not_bear_out_is_dropped(
    client: FlaskClient, model: Model, library: int, sentence: str
) -> None:
    sentence = sentence.format(library=library, orders=3 - library)
    with behaving(model, writes(f"{sentence}\n新馆晚上九点关门。[{library}]")):
        beside_a_good_one = composed(client)
    assert [s["text"] for s in beside_a_good_one["sentences"]] == ["新馆晚上九点关门。"]
    with behaving(model, writes(sentence)):
        alone = composed(client)
    assert (alone["status"], alone["text"], alone["citations"]) == ("not_composed", None, [])
    assert alone["note"]
    verbatim_stands(client, alone)


def test_passages_go_as_data_between_marks_that_are_new_each_time(client: FlaskClient, model: Model) -> None:
    with behaving(model, writes("没有找到")):
        composed(client)
        composed(client)
        (first, second), (headers, _) = model.seen, model.headers
    assert (first["path"], first["model"]) == ("/v1/chat/completions", "small")
    assert headers["Authorization"] == f"Bearer {KEY}"
    system, user = (message["content"] for message in first["messages"])
    mark = re.findall(r"<([0-9a-f]{8}) 1>", user)[0]
    assert mark in system
    assert mark not in second["messages"][1]["content"]
    assert user.count(f"</{mark}>") == len(re.findall(rf"<{mark} [0-9]+>", user)) == 2
    assert ORDER in user
    assert ORDER not in system
    assert user.endswith(QUESTION)
    assert KEY not in json.dumps(first)


def test_an_article_that_gives_orders_changes_nothing_but_the_writing(client: FlaskClient, model: Model) -> None:
    def obeys(handler: BaseHTTPRequestHandler) -> None:
        assert ORDER in model.seen[-1]["messages"][1]["content"]
        send(handler, completion("OWNED http://evil.example/?q=秘密 [1][2]"))

    with behaving(model, obeys):
        body = composed(client)
    assert "OWNED" not in json.dumps({key: value for key, value in body.items() if key != "ask"})
    verbatim_stands(client, body)


def test_what_has_no_answer_is_not_sent_to_it(client: FlaskClient, model: Model) -> None:
    with behaving(model, writes("火星上有三只猫。[1]")):
        body = composed(client, "火星上有几只猫？")
        assert model.seen == []
    assert (body["status"], body["ask"]["status"]) == ("not_composed", "no_answer")
    assert body["note"]


def test_in_a_chat_it_is_asked_for_by_name_and_said_to_be_a_language_model(
    client: FlaskClient, model: Model, library: int
) -> None:
    assert [m["id"] for m in client.get("/v1/models").get_json()["data"]] == ["baowen", "baowen+llm", "small"]

    def chat(name: str) -> dict[str, Any]:
        asked = {"model": name, "messages": [{"role": "user", "content": QUESTION}]}
        body: dict[str, Any] = client.post("/v1/chat/completions", json=asked).get_json()
        return body

    with behaving(model, writes(f"<think>九点？[1]</think>新馆晚上九点关门。[{library}]")):
        plain = chat("baowen")
        assert model.seen == []
        told = chat("baowen+llm")
        assert chat("small")["choices"] == told["choices"]
    message, quoted = told["choices"][0]["message"], plain["choices"][0]["message"]["content"].partition("\n\n")[0]
    composed_text, label, rest = message["content"].partition("\n\n（以上由语言模型 small ")
    assert label
    assert composed_text.startswith("新馆晚上九点关门。[")
    assert quoted in rest
    spans = [annotation["url_citation"] for annotation in message["annotations"]]
    assert message["content"][spans[0]["start_index"] : spans[0]["end_index"]] == "新馆晚上九点关门。"
    assert told["usage"] == {"prompt_tokens": 321, "completion_tokens": 12, "total_tokens": 333}
    with behaving(model, MISBEHAVIOURS["error"]):
        without = chat("baowen+llm")["choices"][0]["message"]["content"]
    assert "500" in without.partition("\n")[0]
    assert without.partition("\n")[2].startswith(quoted)


def test_what_the_papers_print_is_always_borne_out_by_them() -> None:
    looked_at = 0
    for article in articles_of([SEEDS]):
        for start, end in sentence_spans(article.text):
            sentence = article.text[start:end].strip()
            if len(pairs(sentence)) > 1 and not holds_markup(sentence):
                around = article.text[max(0, start - 100) : end + 100]
                run = best_run(sentence, around)
                assert bears_out(sentence, [Cited(around[run.start : run.end], around, "")]), sentence
                looked_at += 1
    assert looked_at > 300
