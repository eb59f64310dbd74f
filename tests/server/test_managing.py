"""Rebuilding over the API harms nothing, tells how far it is, and gives way to whoever holds the index."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from retriever.index.locking import write_lock
from retriever.rebuild import rebuild
from server.app import create_app
from server.feedback import FeedbackBook
from server.rebuilds import TASK_FILE, Rebuilds
from server.settings import Settings

KEY = "the admin's own key"
ADMIN = {"Authorization": f"Bearer {KEY}"}
Rebuilt = dict[str, Any]


def write_page(folder: Path, words: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "a.jsonl"
    file.write_text(
        json.dumps({"id": "a", "title": "天气", "text": words}, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return file


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with papers and their index, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    write_page(folder / "papers", "今天下雨。")
    rebuild([folder / "papers"], folder / "index")
    return folder


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Settings(index=tmp_path / "index", corpus=(tmp_path / "papers",), admin_key=KEY)


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def state(client: FlaskClient) -> Rebuilt:
    body: Rebuilt = client.get("/api/v1/index").get_json()["rebuild"]
    return body


def wait_until(holds: Callable[[], Any]) -> Any:
    while not (found := holds()):  # or until pytest's limit
        time.sleep(0.05)
    return found


def ended(client: FlaskClient) -> Rebuilt | None:
    told = state(client)
    return None if told["running"] else told


def test_a_rebuild_is_told_while_it_runs_and_answers_when_it_is_done(client: FlaskClient, settings: Settings) -> None:
    before = client.get("/api/v1/index").get_json()["generation"]
    write_page(settings.corpus[0], "今天放晴，阳光很好。")
    started = client.post("/api/v1/index/rebuild", headers=ADMIN)
    assert (started.status_code, list(started.get_json())) == (202, ["task", "status", "done", "total"])
    task = started.get_json()["task"]
    assert state(client)["task"] == task
    second = client.post("/api/v1/index/rebuild", headers=ADMIN)
    assert second.status_code == 409
    assert task in second.get_json()["detail"]  # who holds it
    told = wait_until(lambda: ended(client))
    assert (told["status"], told["task"], told["done"]) == ("done", task, None)
    assert told["ended_at"] >= told["started_at"]
    assert any("1 篇文章" in line for line in told["report"])
    wait_until(lambda: client.get("/api/v1/index").get_json()["generation"] != before)
    assert client.get("/api/v1/articles/a").get_json()["text"] == "今天放晴，阳光很好。"


def test_a_rebuild_that_fails_says_why_and_changes_nothing(client: FlaskClient, settings: Settings) -> None:
    before = client.get("/api/v1/index").get_json()["generation"]
    (settings.corpus[0] / "b.txt").write_bytes(b"")
    assert client.post("/api/v1/index/rebuild", json={"strict": True}, headers=ADMIN).status_code == 202
    told = wait_until(lambda: ended(client))
    assert told["status"] == "failed"
    assert "b.txt" in told["report"][0]
    english = client.get("/api/v1/index", headers={"Accept-Language": "en"}).get_json()["rebuild"]["report"]
    assert english[0].startswith("Strict")
    assert client.get("/api/v1/index").get_json()["generation"] == before


def test_a_rebuild_that_is_killed_is_told_and_another_may_follow(client: FlaskClient, settings: Settings) -> None:
    rebuilds = Rebuilds(settings)
    task = rebuilds.start()
    children = Path(f"/proc/{os.getpid()}/task")
    pids = {int(pid) for thread in children.iterdir() for pid in (thread / "children").read_text().split()}
    for pid in pids:
        if b"server.rebuild_task" in Path(f"/proc/{pid}/cmdline").read_bytes():
            subprocess.run(["kill", "-KILL", str(pid)], check=True)
    told = wait_until(lambda: (last := rebuilds.last()) and last.status != "running" and last)
    assert (told.task, told.status) == (task.task, "failed")
    assert client.post("/api/v1/index/rebuild", headers=ADMIN).status_code == 202
    assert wait_until(lambda: ended(client))["status"] == "done"


def test_a_rebuild_gives_way_to_one_from_the_command_line(client: FlaskClient, settings: Settings) -> None:
    with write_lock(settings.index):
        refused = client.post("/api/v1/index/rebuild", headers=ADMIN)
        assert refused.status_code == 409
        assert "pid" in refused.get_json()["detail"]
        assert client.post("/api/v1/index/rollback", headers=ADMIN).status_code == 409
    assert client.post("/api/v1/index/rebuild", headers=ADMIN).status_code == 202
    wait_until(lambda: ended(client))


def test_a_rebuild_ends_with_the_service_that_asked_for_it(settings: Settings, tmp_path: Path) -> None:
    for n in range(400):  # takes a while
        (settings.corpus[0] / f"{n}.txt").write_text(
            f"第{n}天，" + "天气很好，大家都出来晒太阳。" * 200, encoding="utf-8"
        )
    code = (
        "from pathlib import Path; from server.rebuilds import Rebuilds; from server.settings import Settings\n"
        f"Rebuilds(Settings(index=Path({str(settings.index)!r}), corpus=(Path({str(settings.corpus[0])!r}),))).start()\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)
    rebuilds = Rebuilds(settings)
    last = wait_until(lambda: (task := rebuilds.last()) and task.status != "running" and task)
    assert last.status == "failed"
    assert last.report("en")[0].startswith("The rebuild broke off")


def test_without_a_corpus_a_rebuild_says_what_to_set(settings: Settings) -> None:
    client = create_app(settings.model_copy(update={"corpus": ()})).test_client()
    refused = client.post("/api/v1/index/rebuild", headers=ADMIN)
    assert (refused.status_code, "BAOWEN_CORPUS" in refused.get_json()["detail"]) == (409, True)


def test_going_back_and_forth_between_generations(client: FlaskClient, settings: Settings) -> None:
    old = client.get("/api/v1/index").get_json()["generation"]
    assert client.post("/api/v1/index/rollback", headers=ADMIN).status_code == 409  # there is no older one
    write_page(settings.corpus[0], "今天放晴。")
    new = rebuild(settings.corpus, settings.index).generation
    back = client.post("/api/v1/index/rollback", headers=ADMIN)
    assert back.get_json() == {"now": old, "before": new, "passed_over": []}
    forth = client.post("/api/v1/index/rollback", json={"generation": new}, headers=ADMIN)
    assert forth.get_json()["now"] == new
    for name in ("20200101T000000Z-aaaa", "../../etc", "CURRENT"):
        assert client.post("/api/v1/index/rollback", json={"generation": name}, headers=ADMIN).status_code == 404


def test_a_task_file_that_cannot_be_read_counts_as_none(client: FlaskClient, settings: Settings) -> None:
    settings.state_folder.mkdir()
    for text in ("", "{", "[]", '{"task": 5}', "\0"):
        (settings.state_folder / TASK_FILE).write_text(text, encoding="utf-8")
        assert state(client)["task"] is None, text


def test_feedback_is_kept_in_order_and_handed_to_the_admin(client: FlaskClient) -> None:
    answer = client.post("/api/v1/ask", json={"question": "今天天气怎么样？"}).get_json()["id"]
    assert client.post("/api/v1/feedback", json={"answer_id": answer, "verdict": "up"}).data == b""
    note = "没有说明天"
    client.post("/api/v1/feedback", json={"answer_id": answer, "verdict": "down", "note": note})
    kept = [json.loads(line) for line in client.get("/api/v1/feedback", headers=ADMIN).text.splitlines()]
    assert [(line["answer_id"], line["verdict"], line["note"]) for line in kept] == [
        (answer, "up", None),
        (answer, "down", note),
    ]
    assert all("今天" not in json.dumps(line, ensure_ascii=False) for line in kept)  # no word of the question
    for wrong in ({"verdict": "sideways"}, {"answer_id": "../x"}, {"note": "x" * 1001}):
        said = {"answer_id": answer, "verdict": "up"} | wrong
        assert client.post("/api/v1/feedback", json=said).status_code == 422


def test_feedback_fills_two_files_and_no_more(tmp_path: Path) -> None:
    book = FeedbackBook(tmp_path, 1000)
    for n in range(100):
        book.add(f"ans_{n}", "up", "x" * 50, "g")
    files = [file for file in tmp_path.iterdir() if file.suffix == ".jsonl"]
    assert len(files) == 2
    assert sum(file.stat().st_size for file in files) <= 2000
    kept = [json.loads(line)["answer_id"] for line in b"".join(book.lines()).splitlines()]
    assert kept == [f"ans_{n}" for n in range(100 - len(kept), 100)]
