"""Questions get an answer in their time, and the same question the same answer until the index changes."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from retriever.rebuild import rebuild
from retriever.search.following import OnStep
from server.app import create_app
from server.desk import AT_ONCE, Desk, Kept
from server.errors import TooSlow
from server.live import LiveSearcher
from server.metrics import Metrics
from server.schemas import AskIn, AskOut, PassagesEvent
from server.settings import Settings
from server.streaming import ClientGone

QUESTION = {"question": "耕德电子二期项目总投资多少？"}


def a_desk(seconds: float) -> Desk:
    return Desk(LiveSearcher(Path("none")), Metrics(), seconds=seconds, keep_bytes=0)


def test_work_that_takes_too_long_is_given_up() -> None:
    go_on = threading.Event()
    desk = a_desk(0.05)
    with pytest.raises(TooSlow, match=r"0\.05"):
        desk.in_time(lambda _: go_on.wait(30))
    go_on.set()
    assert a_desk(30).in_time(lambda _: 5) == 5


def test_work_that_nobody_waits_for_any_more_ends_at_its_next_step() -> None:
    ended = threading.Event()

    def work(on_step: OnStep) -> None:
        try:
            while True:
                on_step()
                time.sleep(0.005)
        except TooSlow:
            ended.set()
            raise

    with pytest.raises(TooSlow):
        a_desk(0.05).in_time(work)
    assert ended.wait(10)


def test_what_was_found_is_told_before_an_answer_is_looked_for(seeds_index: Path) -> None:
    told, metrics = list[PassagesEvent](), Metrics()
    desk = Desk(LiveSearcher(seeds_index), metrics, seconds=30, keep_bytes=1 << 20)
    asked = AskIn(question=QUESTION["question"])

    def on_passages(event: PassagesEvent) -> None:
        told.append(event)
        assert b"baowen_answers_total{" not in metrics.text(lambda: iter(()))

    answer = AskOut.model_validate_json(desk.ask_json(asked, on_passages))
    desk.ask_json(asked, told.append)  # remembered: told again all the same
    assert told == [PassagesEvent.of(answer)] * 2


def test_who_goes_away_when_the_passages_come_ends_the_question(seeds_index: Path) -> None:
    metrics = Metrics()
    desk = Desk(LiveSearcher(seeds_index), metrics, seconds=30, keep_bytes=1 << 20)

    def gone(event: PassagesEvent) -> None:
        raise ClientGone

    with pytest.raises(ClientGone):
        desk.ask_json(AskIn(question=QUESTION["question"]), gone)
    assert b"baowen_answers_total{" not in metrics.text(lambda: iter(()))


def test_waiting_for_a_turn_counts() -> None:
    go_on, desk = threading.Event(), a_desk(0.2)

    def keep_busy() -> None:
        with pytest.raises(TooSlow):
            desk.in_time(lambda _: go_on.wait(30))

    busy = [threading.Thread(target=keep_busy) for _ in range(AT_ONCE)]
    for thread in busy:
        thread.start()
    time.sleep(0.05)
    begun = []
    with pytest.raises(TooSlow):
        desk.in_time(lambda _: begun.append(1))
    go_on.set()
    for thread in busy:
        thread.join()
    assert not begun  # what nobody waits for any more is not begun


def test_what_goes_wrong_in_it_is_raised() -> None:
    with pytest.raises(TimeoutError, match="its own"):
        a_desk(30).in_time(lambda _: (_ for _ in ()).throw(TimeoutError("its own")))


def test_a_question_past_its_time_is_told_so(seeds_index: Path) -> None:
    client = create_app(Settings(index=seeds_index, question_seconds=1e-9)).test_client()
    late = client.post("/api/v1/ask", json=QUESTION)
    assert late.status_code == 503
    assert late.get_json()["type"] == "urn:baowen:problem:too-slow"
    assert int(late.headers["Retry-After"]) >= 1


def test_the_same_question_is_answered_anew_after_a_rebuild(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "a", "title": "天气", "text": "今天下雨，气温十度。"}\n', encoding="utf-8")
    rebuild([file], tmp_path / "index")
    client = create_app(Settings(index=tmp_path / "index")).test_client()

    def told() -> str:
        return str(client.post("/api/v1/ask", json={"question": "今天天气怎么样？"}).get_json()["passages"][0]["text"])

    assert told() == told() == "今天下雨，气温十度。"
    file.write_text('{"id": "a", "title": "天气", "text": "今天放晴，气温二十度。"}\n', encoding="utf-8")
    rebuild([file], tmp_path / "index")
    while told() != "今天放晴，气温二十度。":  # a moment, or pytest's time limit
        time.sleep(0.1)


def test_what_is_told_again_is_what_was_told_but_for_the_time_it_took(client: FlaskClient) -> None:
    first, again = (client.post("/api/v1/ask", json=QUESTION | {"top_k": 4}).get_json() for _ in range(2))
    assert again["timings_ms"].keys() == first["timings_ms"].keys()
    assert again | {"timings_ms": 0} == first | {"timings_ms": 0}
    other = client.post("/api/v1/ask", json=QUESTION | {"top_k": 2}).get_json()
    assert len(other["passages"]) == 2


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.text(min_size=1, max_size=30))))
def test_no_more_is_kept_than_fits_and_what_is_kept_is_the_newest(put: list[tuple[str, str]]) -> None:
    kept, truth = Kept(100), dict[str, str]()
    for key, text in put:
        kept.put(key, text)
        truth[key] = text
    found = {key: text for key in truth if (text := kept.get(key)) is not None}
    assert all(truth[key] == text for key, text in found.items())
    assert sum(2 * (len(key) + len(text)) for key, text in found.items()) <= 100
    assert put == [] or len(put[-1][1]) > 49 or put[-1][0] in found
