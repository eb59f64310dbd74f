"""A running service and what its processes hold: memory and descriptors, as Linux tells them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def started(index: Path, folder: Path, **settings: str) -> Iterator[tuple[int, str]]:
    """The process number and the address of a service that lives as long as the block."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
    environment = inherited | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | settings
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--index", str(index)]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://[^\s/]+", process.stdout.readline())
            assert found, "baowen serve did not start"
            yield process.pid, found[0]
        finally:
            process.terminate()
            process.wait(timeout=40)


def workers_of(pid: int) -> list[int]:
    """The processes that answer."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return sorted(int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes())


@dataclass(frozen=True, slots=True)
class Seen:
    """All workers together; ``resident`` in bytes, with what they map of the index."""

    at_s: float
    resident: int
    anonymous: int
    descriptors: int
    threads: int

    @classmethod
    def now(cls, pid: int, at_s: float) -> Seen:
        workers = workers_of(pid)
        facts = [dict(re.findall(r"^(\w+):\s+(\d+)", _status(worker), re.MULTILINE)) for worker in workers]
        return cls(
            at_s,
            sum(int(fact["VmRSS"]) for fact in facts) << 10,
            sum(int(fact["RssAnon"]) for fact in facts) << 10,
            sum(len(list(Path(f"/proc/{worker}/fd").iterdir())) for worker in workers),
            sum(int(fact["Threads"]) for fact in facts),
        )

    def __str__(self) -> str:
        memory = f"{self.resident >> 20} MiB, {self.anonymous >> 20} of it no file's"
        return f"{self.at_s:6.0f} s  {memory}; {self.descriptors} descriptors, {self.threads} threads"


def _status(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
