"""``baowen serve`` under mixed load for a while: ``make soak MINUTES=30``.

Readers ask, stream, break streams off, search, open pages and send what is wrong, while the index is rebuilt twice with changed
articles. Told are statuses by kind of request, and memory and descriptors of the workers over time. The exit code is 1 where
there was a 5xx but a documented 503, where memory grew by more than 5 % after the first sixth of the time (5 minutes of 30),
where descriptors leaked, or where a rebuild did not come to its end.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from retriever.rebuild import rebuild
from tests.server.watching_processes import Seen, started, workers_of

ROOT = Path(__file__).parents[2]
KEY = "soak-only-admin-key"
READERS = 4
LOOK_EVERY_S = 5.0
REBUILDS_AT = (0.4, 0.7)  # of the time
GROWTH = 0.05
FEW_DESCRIPTORS = 4  # connections come and go
JSON = {"Content-Type": "application/json"}
DOCUMENTED_503 = ("too-slow", "draining", "index-not-built")


@dataclass
class Told:
    """What came back, by kind of request and status."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, status: int, body: bytes) -> None:
        with self.lock:
            self.statuses[kind, status] += 1
            documented = status == 503 and any(f"urn:baowen:problem:{name}".encode() in body for name in DOCUMENTED_503)
            if status >= 500 and not documented:
                self.wrong.append(f"{kind}: {status} {body[:200]!r}")

    def fail(self, kind: str, error: Exception) -> None:
        with self.lock:
            self.wrong.append(f"{kind}: {error!r}")


class Reader:
    """One connection, and what its reader does with it."""

    def __init__(self, url: str, questions: list[str], articles: list[str], told: Told, seed: int) -> None:
        self._at = urlsplit(url)
        self._questions, self._articles, self._told = questions, articles, told
        self._random = random.Random(seed)
        self._line = self._connect()
        self.kinds: dict[str, tuple[int, Callable[[], None]]] = {
            "ask": (30, lambda: self._ask()),
            "ask again": (10, lambda: self._ask(self._questions[0])),
            "follow up": (5, lambda: self._ask(history=[{"question": self._question(), "answer": "有。"}])),
            "stream": (15, self._stream),
            "stream broken off": (5, self._break_off),
            "search": (5, lambda: self._get("search", "/api/v1/search?" + urlencode({"q": self._question()}))),
            "suggest": (5, lambda: self._get("suggest", "/api/v1/suggest?" + urlencode({"q": self._question()}))),
            "page": (8, lambda: self._get("page", "/?" + urlencode({"q": self._question()}))),
            "empty page": (4, lambda: self._get("empty page", "/")),
            "article": (5, lambda: self._get("article", "/articles/" + quote(self._article(), safe="") + "?raw=1")),
            "collection": (3, lambda: self._get("collection", "/index")),
            "metrics": (1, lambda: self._get("metrics", "/metrics")),
            "feedback": (
                2,
                lambda: self._post("feedback", "/api/v1/feedback", {"answer_id": "ans_1", "verdict": "up"}),
            ),
            "wrong": (12, self._send_what_is_wrong),
        }

    def act(self) -> None:
        names = list(self.kinds)
        name = self._random.choices(names, [self.kinds[kind][0] for kind in names])[0]
        try:
            self.kinds[name][1]()
        except (OSError, http.client.HTTPException) as error:
            self._told.fail(name, error)
            self._line = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._at.hostname or "", self._at.port, timeout=60)

    def _question(self) -> str:
        return self._random.choice(self._questions)

    def _article(self) -> str:
        return self._random.choice(self._articles)

    def _request(self, kind: str, method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
        self._line.request(method, path, body, JSON | headers if body is not None else headers)
        reply = self._line.getresponse()
        told = reply.read()
        self._told.note(kind, reply.status, told)
        return told

    def _get(self, kind: str, path: str) -> None:
        self._request(kind, "GET", path)

    def _post(self, kind: str, path: str, body: object) -> bytes:
        return self._request(kind, "POST", path, json.dumps(body).encode())

    def _ask(self, question: str | None = None, **more: object) -> None:
        self._post("ask", "/api/v1/ask", {"question": question or self._question(), **more})

    def _stream(self) -> None:
        told = self._post("stream", "/api/v1/ask?stream=1", {"question": self._question()})
        if b"event: done" not in told and b"event: error" not in told:
            self._told.fail("stream", ValueError(f"it ended early: {told[-100:]!r}"))

    def _break_off(self) -> None:
        line = self._connect()
        line.request("POST", "/api/v1/ask?stream=1", json.dumps({"question": self._question()}).encode(), JSON)
        reply = line.getresponse()
        self._told.note("stream broken off", reply.status, b"")
        reply.read(1)
        line.close()

    def _send_what_is_wrong(self) -> None:
        path, body = self._random.choice(
            [
                ("/api/v1/ask", b"{"),
                ("/api/v1/ask", b'{"question": ""}'),
                ("/api/v1/ask", json.dumps({"question": "问" * 501}).encode()),
                ("/api/v1/ask", b'{"question": "x", "tpo_k": 5}'),
                ("/api/v1/ask", b"[" * 3000),
                ("/api/v1/ask", b'{"question": "' + b"x" * 70_000 + b'"}'),
                ("/api/v1/ask?stream=maybe", b'{"question": "x"}'),
                ("/api/v1/index/rebuild", b"{}"),
                ("/fragment", b"{}"),
                ("/v1/chat/completions", b'{"model": "none", "messages": [{"role": "user", "content": "x"}]}'),
                ("/retrieval", b'{"knowledge_id": "none"}'),
                ("/nothing/here", b"{}"),
            ]
        )
        self._request("wrong", "POST", path, body)


def load(reader: Reader, a_second: float, until: float, seed: int) -> None:
    pause = random.Random(seed)
    while time.monotonic() < until:
        reader.act()
        time.sleep(pause.expovariate(a_second / READERS))


def rebuild_over_the_api(url: str, corpus: Path, n: int) -> str:
    """Change an article, have the index rebuilt, wait for its end; how it ended."""
    changed = {"id": "soak", "title": "天气", "text": f"今天是第{n}天，天气很好，大家都出来晒太阳。"}
    (corpus / "soak.jsonl").write_text(json.dumps(changed, ensure_ascii=False) + "\n", encoding="utf-8")
    at = urlsplit(url)
    line = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
    line.request("POST", "/api/v1/index/rebuild", b"{}", JSON | {"Authorization": f"Bearer {KEY}"})
    line.getresponse().read()
    while True:
        time.sleep(0.5)
        line.request("GET", "/api/v1/index")
        told = json.loads(line.getresponse().read())["rebuild"]
        if not told["running"]:
            line.close()
            return str(told["status"])


def soak(url: str, pid: int, corpus: Path, questions: list[str], minutes: float, a_second: float) -> bool:
    told, seconds = Told(), minutes * 60
    at = urlsplit(url)
    line = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
    line.request("GET", "/api/v1/articles?page_size=100")
    articles = [article["id"] for article in json.loads(line.getresponse().read())["articles"]]
    line.close()
    began = time.monotonic()
    readers = [Reader(url, questions, articles, told, n) for n in range(READERS)]
    threads = [
        threading.Thread(target=load, args=(reader, a_second, began + seconds, n)) for n, reader in enumerate(readers)
    ]
    for thread in threads:
        thread.start()
    seen, ended, first_workers = list[Seen](), list[str](), workers_of(pid)
    due = [began + share * seconds for share in REBUILDS_AT]
    while time.monotonic() < began + seconds:
        time.sleep(LOOK_EVERY_S)
        if len(ended) < len(due) and time.monotonic() >= due[len(ended)]:
            ended.append(rebuild_over_the_api(url, corpus, len(ended)))
        seen.append(Seen.now(pid, time.monotonic() - began))
    for thread in threads:
        thread.join()
    return report(told, seen, ended, seconds, workers_of(pid) == first_workers)


def report(told: Told, seen: list[Seen], ended: list[str], seconds: float, same_workers: bool) -> bool:
    for (kind, status), count in sorted(told.statuses.items()):
        print(f"{kind:20s} {status}  {count}")
    for look in seen[:: max(1, len(seen) // 15)]:
        print(look)
    warm = [look for look in seen if look.at_s >= seconds / 6]
    last = [look for look in seen if look.at_s >= seconds * 0.95] or seen[-1:]
    before, after = warm[0], min(last, key=lambda look: look.resident)
    growth = after.resident / before.resident - 1
    leaked = min(look.descriptors for look in last) - before.descriptors
    print(
        f"memory {before.resident >> 20} MiB at {before.at_s:.0f} s, {after.resident >> 20} MiB at the end: {growth:+.1%}"
    )
    print(f"descriptors {before.descriptors}, at the end {before.descriptors + leaked}; rebuilds: {', '.join(ended)}")
    for wrong in told.wrong[:20]:
        print(wrong)
    sound = not told.wrong and same_workers and ended == ["done"] * len(REBUILDS_AT)
    return sound and growth <= GROWTH and leaked <= FEW_DESCRIPTORS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--a-second", type=float, default=10, help="requests, of all readers together")
    wanted = parser.parse_args()
    lines = (ROOT / "tests/quality/questions.dev.jsonl").read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(shutil.copytree(ROOT / "seeds", Path(folder) / "papers"))
        index = Path(folder) / "index"
        rebuild([corpus], index)
        with started(index, Path(folder), BAOWEN_ADMIN_KEY=KEY, BAOWEN_CORPUS=str(corpus)) as (pid, url):
            questions = [json.loads(line)["question"] for line in lines]
            return 0 if soak(url, pid, corpus, questions, wanted.minutes, wanted.a_second) else 1


if __name__ == "__main__":
    sys.exit(main())
