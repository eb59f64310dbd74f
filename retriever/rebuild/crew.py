"""Processes that make lots beside this one, as many as there are cores; they end with it, however it ends.

Each is ``python -m retriever.rebuild.worker``: lots go in by its standard input and come back by its standard output, as
bytes. When this process is gone its input ends, and so does it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, BinaryIO, Self

from embeddings.encoder import Encoder
from embeddings.options import EncoderOptions
from retriever.errors import WorkerLost
from retriever.index.lots import Bytes, Lot, joined
from retriever.rebuild.making import Told
from retriever.text.lexicon import Lexicon

MOST = 8  # processes, some 250 MB each
LENGTH_BYTES = 8
PIPE_BYTES = 1 << 20
# The processes are the parallel part: libraries that start threads of their own would fight over the same cores.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker has to know before it can make a lot."""

    lexicon: Lexicon
    encoder: Encoder | None  # None where vectors are made elsewhere
    options: EncoderOptions

    def to_bytes(self) -> bytes:
        """JSON; the worker loads the encoder of the same name itself."""
        told: dict[str, Any] = {"words": [tuple(word) for word in self.lexicon.user_words]}
        if self.encoder is not None:
            told |= {"encoder": self.encoder.name, "options": asdict(self.options)}
            told["fingerprint"] = self.encoder.fingerprint
        return json.dumps(told).encode()


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Crew:
    """Workers to hand lots to; a context manager. Raises WorkerLost where one ended before its time."""

    def __init__(self, task: Task, size: int) -> None:
        self.size = size
        self._task = task.to_bytes()
        self._workers: list[subprocess.Popen[bytes]] = []
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="crew")
        self._ended = False

    def make(self, articles: Sequence[Told]) -> Future[Lot]:
        """A lot to come."""
        return self._threads.submit(self._make, articles)

    def _make(self, articles: Sequence[Told]) -> Lot:
        worker = self._worker()
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            send(worker.stdin, [joined([part for told in articles for part in _parts(*told)])])
            answer = receive(worker.stdout)
        except OSError as error:
            raise WorkerLost(detail=error.strerror or error) from error
        if answer is None:
            raise WorkerLost(detail=f"exit {worker.wait()}")
        return Lot.from_bytes(answer)

    def _worker(self) -> subprocess.Popen[bytes]:
        """The process of this thread, started when it is first needed."""
        worker: subprocess.Popen[bytes] | None = getattr(self._own, "worker", None)
        if worker is None:
            if self._ended:
                raise WorkerLost(detail="ended")
            try:
                worker = self._own.worker = _started()
                self._workers.append(worker)
                send(worker.stdin, [self._task])
            except OSError as error:
                raise WorkerLost(detail=error.strerror or error) from error
        return worker

    def _kill(self) -> None:
        for worker in self._workers:
            worker.kill()  # it keeps nothing that could be lost

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._kill()
        self._threads.shutdown(wait=True)
        self._kill()  # one that was being started meanwhile
        for worker in self._workers:
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                assert pipe is not None
                _close(pipe)


def _started() -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(path for path in sys.path if path)
    worker = subprocess.Popen(
        [sys.executable, "-P", "-m", "retriever.rebuild.worker"],  # this program's, whatever folder it is run in
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **_ONE_THREAD, "PYTHONPATH": paths, "TOKENIZERS_PARALLELISM": "false"},
        process_group=0,  # Ctrl-C is for this process, which ends them
    )
    for pipe in (worker.stdin, worker.stdout):
        _widen(pipe)
    return worker


def _widen(pipe: Any) -> None:
    """Let a lot go through in a few pieces: for each of them a thread waits until the interpreter is free."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):  # more than this user may have
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _close(pipe: BinaryIO | Any) -> None:
    with contextlib.suppress(BrokenPipeError):  # something was still to be sent to a process that is gone
        pipe.close()


def _parts(title: str | None, text: str) -> tuple[bytes, bytes, bytes]:
    return (b"" if title is None else b"1", (title or "").encode(), text.encode())


def send(pipe: Any, pieces: Sequence[Bytes]) -> None:
    """One message: its length, and its pieces one after the other."""
    pipe.write(sum(map(len, pieces)).to_bytes(LENGTH_BYTES, "little"))
    for piece in pieces:
        pipe.write(piece)
    pipe.flush()


def receive(pipe: Any) -> bytes | None:
    """The next message, None where there is none any more."""
    length = pipe.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    size = int.from_bytes(length, "little")
    message: bytes = pipe.read(size)
    return message if len(message) == size else None
