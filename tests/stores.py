"""Articles that are kept in both stores, and what an answer from either says."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from retriever.domain import ArticleInfo, Passage
from retriever.search import Searcher

Done = subprocess.CompletedProcess[str]

STORY = (
    "本报讯 淇河大桥昨日正式通车。大桥全长1268米，双向六车道，总投资7.6亿元，由省交通规划设计院设计。"
    "通车以后，从老城区到高铁站的车程由四十分钟缩短到一刻钟。市民王建国说，他等这座桥等了整整八年，以前每天上班都要绕行二十多公里。"
    "市交通局表示，大桥两侧还将建设滨河步道和停车场，方便群众前来游览，预计今年年底以前全部建成开放。"
)
SHELF = [
    {
        "id": "bridge",
        "title": "淇河大桥通车",
        "text": STORY,
        "source": "鹤壁日报",
        "date": "2023-05-01",
        "author": "李文",
    },
    {
        "id": "bridge-again",
        "title": "淇河大桥建成",
        "text": STORY.replace("昨日", "日前"),
        "source": "大河报",
        "date": "2023-05-02",
    },
    {
        "id": "seeds-of-rice",
        "title": "新稻种亩产创新高",
        "text": "农科院培育的“豫稻22”亩产达到823公斤，比对照品种增产一成。\n该品种抗病性强，今年推广面积3.2万亩。",
        "source": "鹤壁日报",
        "date": "2024-09-10",
    },
    {
        "id": "chip",
        "title": "芯片厂投产",
        "text": 'HX-9000 芯片生产线昨日投产，年产能12万片。负责人说："明年再上一条线。"',
        "date": "2024-09-10",
    },
    {"id": "undated", "title": "养蜂人老周", "text": "老周养蜂三十年，蜂箱从5个增加到240个。" * 3},
]


def said(searcher: Searcher, question: str, **asked: Any) -> object:
    """What an answer says, but for what names the generation."""
    answer = searcher.ask(question, **asked)
    return answer.effective_question, answer.answer, answer.citations, answer.missing_terms


def shown(searcher: Searcher, question: str, **asked: Any) -> list[tuple[Passage, ArticleInfo]]:
    """The passages that come with an answer."""
    return [(hit.passage, hit.article) for hit in searcher.ask(question, **asked).hits]


def baowen(*arguments: str | Path) -> Done:
    """A command of its own process, in English."""
    command = [sys.executable, "-m", "server", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "BAOWEN_LANGUAGE": "en"})


def shelf(folder: Path, *articles: dict[str, str]) -> Path:
    """A folder with a file of ready-made articles."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(article, ensure_ascii=False) + "\n" for article in articles]
    (folder / "shelf.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def milvus_server(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """milvus-lite behind a socket, a process of its own that keeps its data in a folder."""
    serving = "import sys; from milvus_lite.cmdline import main; sys.exit(main())"
    options = ["server", "--data-dir", str(data), "--host", "127.0.0.1", "--port", str(port)]
    command = [sys.executable, "-c", serving, *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            assert eventually(lambda: server.poll() is not None or _answers(port)), (
                "milvus-lite's server does not start"
            )
            yield server
        finally:
            server.kill()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def eventually(holds: Callable[[], bool], within_s: float = 60) -> bool:
    ends = time.monotonic() + within_s
    while not (found := holds()) and time.monotonic() < ends:
        time.sleep(0.1)
    return found
