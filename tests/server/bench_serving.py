"""How many questions a second ``baowen serve`` answers, beside a bare Flask route under the same server: ``make bench-server``.

``python -m tests.server.bench_serving [--index DIR] [--rounds N]`` needs wrk. Loads of a shared machine vary, so the three are
measured in turn, and what counts is the ratio within one round.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from flask import Flask

ROOT = Path(__file__).parents[2]
CONNECTIONS = 16
THREADS = 64
BARE_PORT = 8790

bare = Flask(__name__)


@bare.post("/")
def route() -> dict[str, str]:
    return {"name": "报问"}


SCRIPT = """
local file = io.open("%s"); local bodies = {}
for line in file:lines() do bodies[#bodies + 1] = line end
local n = %d
request = function()
  n = n + 1
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, bodies[n %% #bodies + 1])
end
"""


@contextmanager
def baowen(index: Path, **settings: str) -> Iterator[str]:
    """The address of a running service."""
    environment = {**os.environ, **settings}
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--index", str(index)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "baowen serve did not start"
        try:
            yield found[0]
        finally:
            process.terminate()


@contextmanager
def bare_route(workers: int) -> Iterator[str]:
    command = [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--no-ws", "--no-log"]
    command += [
        "--workers",
        str(workers),
        "--blocking-threads",
        str(THREADS),
        "--backpressure",
        "4096",
        "--backlog",
        "4096",
    ]
    with subprocess.Popen([*command, "--port", str(BARE_PORT), "tests.server.bench_serving:bare"], cwd=ROOT) as process:
        try:
            wait_for(f"http://127.0.0.1:{BARE_PORT}/")
            yield f"http://127.0.0.1:{BARE_PORT}/"
        finally:
            process.terminate()


def wait_for(url: str) -> None:
    while True:
        try:
            urllib.request.urlopen(urllib.request.Request(url, b""), timeout=5).close()
            return
        except OSError:
            pass  # not yet


def questions(url: str) -> list[str]:
    """Bodies of different questions, made of the sentences of the articles."""
    with urllib.request.urlopen(f"{url}api/v1/articles?page_size=100") as response:
        articles = [article["id"] for article in json.load(response)["articles"]]
    bodies = []
    for article in articles:
        with urllib.request.urlopen(f"{url}api/v1/articles/{urllib.request.quote(article, safe='')}") as response:
            sentences = re.findall(r"[\u4e00-\u9fff，]{8,30}", json.load(response)["text"])
        bodies += [json.dumps({"question": f"{sentence}是怎么回事？"}, ensure_ascii=False) for sentence in sentences]
    return list(dict.fromkeys(bodies))


def measure(url: str, bodies: Sequence[str], seconds: int) -> tuple[float, float]:
    """Requests a second, and the 99th percentile of the time of one, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        lines, script = Path(folder, "bodies"), Path(folder, "post.lua")
        lines.write_text("\n".join(bodies), encoding="utf-8")
        script.write_text(SCRIPT % (lines, 0), encoding="utf-8")
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), url]
        told = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    assert "Non-2xx" not in told, told
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()  # type: ignore[union-attr]
    return rate, float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=ROOT / "index")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    given = parser.parse_args()
    workers = min(4, len(os.sched_getaffinity(0)))
    with ExitStack() as running:
        flask = running.enter_context(bare_route(workers))
        answers, fresh = (running.enter_context(baowen(given.index, BAOWEN_ANSWERS_MB=mb)) for mb in ("16", "0"))
        different = questions(answers)
        kinds = {
            "bare Flask route": (flask, ["{}"]),
            "one question": (f"{answers}api/v1/ask", different[:1]),
            f"{len(different)} questions": (f"{answers}api/v1/ask", different),
            f"{len(different)} questions, none remembered": (f"{fresh}api/v1/ask", different),
        }
        for url, bodies in kinds.values():
            measure(url, bodies, 1)
        rounds = [
            {kind: measure(url, bodies, given.seconds) for kind, (url, bodies) in kinds.items()}
            for _ in range(given.rounds)
        ]
    for kind in kinds:
        rate = median(figures[kind][0] for figures in rounds)
        ratio = median(figures[kind][0] / figures["bare Flask route"][0] for figures in rounds)
        p99 = median(figures[kind][1] for figures in rounds)
        print(f"{kind:42s} {rate:8.0f} requests/s  {ratio:5.2f} of the bare route  p99 {p99:6.1f} ms")


if __name__ == "__main__":
    main()
