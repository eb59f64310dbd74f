"""Rebuilds that were asked for over the API: each a process of its own, its progress in a file that every worker reads.

A lock of the kernel's says whether one runs. It is taken here and handed down to the child, so it ends with the child,
however that ends; what the file says of a task whose lock is free is what became of it.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

from embeddings.errors import Language
from retriever.errors import RebuildRunning
from retriever.index.locking import LOCK
from server.errors import NothingToRebuild, StateNotWritten, StoreHeldByService
from server.messages.rebuilds import BROKE_OFF
from server.settings import Settings
from server.stores import flag_of, place_of

TASK_FILE, TASK_LOCK = "rebuild.json", ".rebuild.lock"
CHILD = "server.rebuild_task"
_READING = ("file_names", "ocr", "user_dictionary", "synonyms")
_ENCODER = ("encoder", "encoder_backend", "encoder_batch", "encoder_length", "encoder_device")
NEEDED = {"index", "store", "state", "corpus", "keep_generations", *_READING, *_ENCODER}  # no key among them


@dataclass(frozen=True, slots=True)
class Task:
    """A rebuild as the file tells it; both languages stand in it, because whoever reads chooses."""

    task: str
    status: Literal["running", "done", "failed"]
    started_at: str
    stage: str | None = None
    done: int = 0
    total: int = 0
    ended_at: str | None = None
    report_zh: tuple[str, ...] = ()
    report_en: tuple[str, ...] = ()

    def report(self, language: Language) -> list[str]:
        return list(self.report_zh if language == "zh" else self.report_en)

    def write(self, folder: Path) -> None:
        """All at once: whoever reads sees the state before or this one."""
        new = folder / f".{TASK_FILE}.{os.getpid()}"
        new.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        new.replace(folder / TASK_FILE)


class Rebuilds:
    """Starts rebuilds and tells of them. Safe to call from several threads and workers."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._folder = settings, settings.state_folder

    def start(self, *, strict: bool = False) -> Task:
        """Raises NothingToRebuild, StoreHeldByService, RebuildRunning with who holds the index, StateNotWritten."""
        if self._settings.address is not None and self._settings.address.is_file:
            raise StoreHeldByService(store=self._settings.address, where=flag_of(self._settings))
        if not self._settings.corpus:
            raise NothingToRebuild(where=flag_of(self._settings))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / TASK_LOCK).open("a+", encoding="utf-8") as lock:
                self._take(lock)
                self._refuse_another()
                task = Task(f"rebuild_{secrets.token_hex(6)}", "running", _now())
                task.write(self._folder)
                lock.truncate(0)
                lock.write(f"{task.task}, {task.started_at}")
                lock.flush()
                self._spawn(task, lock, strict)
        except OSError as error:
            raise StateNotWritten(file=self._folder / TASK_FILE, detail=error.strerror or error) from error
        return task

    def last(self) -> Task | None:
        """The task that runs, or what became of the last one; None where there was none."""
        try:
            told = json.loads((self._folder / TASK_FILE).read_text(encoding="utf-8"))
            task = Task(**{**told, "report_zh": tuple(told["report_zh"]), "report_en": tuple(told["report_en"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None
        if task.status == "running" and not self._runs():
            return replace(task, status="failed", report_zh=(BROKE_OFF[0],), report_en=(BROKE_OFF[1],))
        return task

    def _take(self, lock: IO[str]) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise RebuildRunning(root=place_of(self._settings), holder=lock.read().strip() or "?") from None

    def _refuse_another(self) -> None:
        """A rebuild from the command line holds the index's own lock. Raises RebuildRunning."""
        file = self._settings.index / LOCK
        if self._settings.store or not file.exists():
            return
        with file.open("r", encoding="utf-8") as lock:
            self._take(lock)  # and let go at once: the child takes it

    def _runs(self) -> bool:
        try:
            with (self._folder / TASK_LOCK).open("r", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def _spawn(self, task: Task, lock: IO[str], strict: bool) -> None:
        child = subprocess.Popen(
            [sys.executable, "-m", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=(lock.fileno(),),
            start_new_session=True,  # Ctrl+C in the terminal is for the service, which ends the child by its pipe
        )
        assert child.stdin is not None
        job = {
            "task": asdict(task),
            "strict": strict,
            "settings": self._settings.model_dump(mode="json", include=NEEDED),
        }
        if self._settings.address is not None:  # by the pipe alone, where nobody else reads
            job["token"] = self._settings.address.token
        child.stdin.write(json.dumps(job).encode() + b"\n")
        child.stdin.flush()
        # Its end is waited for, so that no dead process stays; the pipe is held open until then.
        threading.Thread(target=_attend, args=(child,), name="rebuild", daemon=True).start()


def _attend(child: subprocess.Popen[bytes]) -> None:
    child.wait()
    assert child.stdin is not None
    child.stdin.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
