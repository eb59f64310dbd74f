"""This collection as Dify's external knowledge base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from server.app import create_app
from server.compat.conditions import filters_of, passes
from server.compat.dify_shapes import ConditionsIn, MetadataOut
from server.settings import Settings

KEY = "a-key-of-a-reader"
ASKED = {
    "knowledge_id": "baowen",
    "query": "图书馆每天几点开门？",
    "retrieval_setting": {"top_k": 3, "score_threshold": 0.0},
}


@pytest.fixture(scope="module")
def shelf(shelf_index: Path, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app(Settings(index=shelf_index, state=tmp_path_factory.mktemp("state"))).test_client()


def records(client: FlaskClient, **fields: Any) -> list[dict[str, Any]]:
    response = client.post("/retrieval", json={**ASKED, **fields})
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.get_json()["records"]
    return found


def having(*conditions: tuple[Any, str, Any], operator: str = "and") -> dict[str, Any]:
    rows = [{"name": name, "comparison_operator": how, "value": value} for name, how, value in conditions]
    return {"logical_operator": operator, "conditions": rows}


def test_records_have_every_key_of_difys_contract_and_stand_in_their_article(shelf: FlaskClient) -> None:
    found = records(shelf)
    assert found
    for record in found:
        assert set(record) == {"content", "score", "title", "metadata"}
        assert isinstance(record["title"], str)
        assert 0 <= record["score"] <= 1
        known = record["metadata"]
        article = shelf.get("/api/v1/articles" + known["url"].partition("/articles")[2].partition("#")[0])
        assert article.get_json()["text"][known["start"] : known["end"]] == record["content"]
    assert [record["score"] for record in found] == sorted((record["score"] for record in found), reverse=True)
    assert found[0]["title"] == "图书馆延长开放时间"


def test_top_k_and_threshold_hold(shelf: FlaskClient) -> None:
    assert len(records(shelf, retrieval_setting={"top_k": 1, "score_threshold": 0.0})) == 1
    assert [r["score"] for r in records(shelf, retrieval_setting={"top_k": 5, "score_threshold": 1.0})] == [1.0]
    assert records(shelf, retrieval_setting={"top_k": 2})


def test_a_threshold_above_a_half_gives_nothing_where_nothing_answers(shelf: FlaskClient) -> None:
    unanswered = {"query": "游园会的董事长是谁？"}
    near = records(shelf, **unanswered)
    assert all(record["score"] <= 0.5 for record in near)
    assert records(shelf, **unanswered, retrieval_setting={"top_k": 5, "score_threshold": 0.6}) == []


def test_a_paper_is_a_knowledge_base_of_its_own(shelf: FlaskClient) -> None:
    assert {r["metadata"]["source"] for r in records(shelf, knowledge_id="周口日报", query="门票")} <= {"周口日报"}
    response = shelf.post("/retrieval", json={**ASKED, "knowledge_id": "AAA-BBB"})
    assert (response.status_code, response.get_json()["error_code"]) == (404, 2001)
    assert "周口日报" in response.get_json()["error_msg"]


@pytest.mark.parametrize(
    ("conditions", "articles"),
    [
        (having(("source", "is", "周口日报")), {"libra/ry?#1"}),
        (having(("source", "in", ["周口日报", "别的报"])), {"libra/ry?#1"}),
        (having(("source", "not in", ["周口日报"])), {"hostile", "plain"}),
        (having(("source", "empty", None)), {"plain"}),
        (having(("date", "before", "2023-01-01")), {"libra/ry?#1"}),
        (having(("date", "≥", "2022-08-03"), ("date", "≤", "2022-08-03")), {"libra/ry?#1"}),
        (having(("date", "after", "2022-08-03")), {"hostile"}),
        (having(("date", "after", "2023-01-01"), ("date", "before", "2022-01-01")), set()),
        (having(("page", "=", 1)), {"libra/ry?#1"}),
        (having(("page", ">", 0), ("author", "start with", "张")), {"libra/ry?#1"}),
        (having((["title", "author"], "contains", "张猛")), {"libra/ry?#1"}),
        (having(("author", "is", "张猛"), ("source", "empty", None), operator="or"), {"libra/ry?#1", "plain"}),
        (having(("title", "not contains", "图书馆"), ("title", "not empty", None)), {"hostile"}),
        ({"conditions": None}, {"libra/ry?#1", "hostile", "plain"}),
    ],
)
def test_conditions_on_metadata_hold(shelf: FlaskClient, conditions: dict[str, Any], articles: set[str]) -> None:
    setting = {"top_k": 50, "score_threshold": 0.0}
    found = records(shelf, query="图书馆 游园会 小麦 价格", metadata_condition=conditions, retrieval_setting=setting)
    assert {record["metadata"]["article_id"] for record in found} == articles


@pytest.mark.parametrize(
    "conditions",
    [having(("colour", "is", "red")), having(("date", "is", None)), having(("date", "resembles", "2022"))],
)
def test_a_condition_that_is_not_understood_is_refused_and_never_passed_over(
    shelf: FlaskClient, conditions: dict[str, Any]
) -> None:
    response = shelf.post("/retrieval", json={**ASKED, "metadata_condition": conditions})
    assert response.status_code == 422
    assert set(response.get_json()) == {"error_code", "error_msg"}
    assert "metadata_condition" in response.get_json()["error_msg"]


def test_keys_are_asked_for_as_dify_sends_them(shelf_index: Path, tmp_path: Path) -> None:
    settings = Settings(index=shelf_index, read_keys=(KEY,), state=tmp_path)
    client = create_app(settings).test_client()
    for headers, code in (({}, 1001), ({"Authorization": "Bearer another-key-entirely"}, 1002)):
        response = client.post("/retrieval", json=ASKED, headers=headers)
        assert (response.status_code, response.get_json()["error_code"]) == (403, code)
    assert client.post("/retrieval", json=ASKED, headers={"Authorization": f"Bearer {KEY}"}).status_code == 200


def test_the_empty_request_by_which_dify_tries_an_address_is_taken_for_a_knowledge_base(shelf: FlaskClient) -> None:
    # Dify refuses an address that answers 403, 404 or 502 to a POST without a body.
    response = shelf.post("/retrieval", headers={"Authorization": "Bearer x"})
    assert response.status_code not in (403, 404, 502)
    assert response.get_json()["error_msg"]


NAMES = st.sampled_from(["source", "date", "title", "author", "page", "article_id"])
VALUES = st.sampled_from(
    ["周口日报", "2022-08-03", "2023-01-02", "20220803", "0001-01-01", "9999-12-31", "1", "", "张猛", "x" * 200]
)
OPERATORS = st.sampled_from(
    ["is", "is not", "in", "not in", "before", "after", "≥", "≤", "<", ">", "=", "≠", "contains"]
)
CONDITIONS = st.builds(
    having,
    st.tuples(NAMES, OPERATORS, VALUES),
    st.tuples(NAMES, OPERATORS, VALUES),
    operator=st.sampled_from(["and", "or"]),
)


@given(CONDITIONS, VALUES, st.sampled_from(["2022-08-03", "2023-01-02", "2022-01-01"]))
def test_what_filters_leave_out_would_not_have_passed_either(asked: dict[str, Any], source: str, day: str) -> None:
    conditions = ConditionsIn.model_validate(asked)
    found = MetadataOut(
        article_id="a", source=source, date=day, page="1", author="张猛", url="/articles/a#c0-1", start=0, end=1
    )
    filters = filters_of(conditions, None)
    kept = (
        (not filters.source or source in filters.source)
        and (filters.date_from is None or day >= filters.date_from)
        and (filters.date_to is None or day <= filters.date_to)
    )
    if passes(conditions, found, "x"):
        assert kept
