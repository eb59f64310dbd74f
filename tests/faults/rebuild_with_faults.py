"""A rebuild that meets a fault at its n-th step, over and over, in processes of its own: run by test_rebuild_faults.py.

``python rebuild_with_faults.py FAULT INDEX ENCODER ARTICLES OUT`` copies INDEX to ``OUT/<n>``, forks, and rebuilds there with the
fault at step n, until a rebuild comes through. It prints one line of JSON a fault: n, the step, how the rebuild ended. ``FAULT``
may end in ``-anew``: nothing is taken over from the generation before; or in ``-by-several``: lots are made by processes of
their own. Then the fault comes at every third, or fourteenth, step only.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

from embeddings.encoder import load_encoder
from embeddings.errors import BaowenError
from retriever.rebuild import line, rebuild
from retriever.text.lexicon import SHIPPED

WRITES = os.O_WRONLY | os.O_RDWR
TOLD = 3  # the child's end of a pipe to its parent: no file, so no limit on files touches it
STEPS = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "sqlite3.connect")


def steps_to(fault: Callable[[str], None], n: int) -> None:
    """Call ``fault`` at the n-th step of this process at which a file or folder is made, synced, renamed or removed."""
    seen = 0

    def step(what: str) -> None:
        nonlocal seen
        seen += 1
        if seen == n:
            fault(what)

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in STEPS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES):
            step(f"{event} {arguments[0]}")

    really = os.fsync

    def fsync(descriptor: int) -> None:  # Python tells its listeners of everything but this
        file = Path(f"/proc/self/fd/{descriptor}")
        step(f"os.fsync {file.readlink() if file.exists() else descriptor}")
        really(descriptor)

    os.fsync = fsync  # type: ignore[assignment]
    sys.addaudithook(hear)


def kill(what: str) -> NoReturn:
    report(what)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def fail(what: str) -> NoReturn:
    code = errno.EIO if "fsync" in what else errno.ENOSPC
    report(what)
    raise OSError(code, os.strerror(code))


def report(what: str) -> None:
    os.write(TOLD, what.encode())


def at_step(fault: Callable[[str], None], every: int = 1) -> Iterator[Callable[[], None]]:
    return (partial(steps_to, fault, n) for n in count(every, every))


def at_size(action: signal.Handlers, sizes: list[int]) -> Iterator[Callable[[], None]]:
    """The kernel's own limit: the write that makes any file longer than this fails with EFBIG, or ends the process."""

    def limit(size: int) -> None:
        report(f"write past {size} bytes")
        signal.signal(signal.SIGXFSZ, action)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return (partial(limit, size) for size in sizes)


def forked(work: Callable[[], object], arm: Callable[[], None]) -> tuple[int, str, str]:
    """Exit code of ``work`` in a process of its own (minus the signal that ended it), the step that was hit, what it said."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.dup2(writing, TOLD)
        arm()
        try:
            work()
        except BaowenError as error:
            report(f"\n{error.message('en')}")
            os._exit(1)
        except BaseException as error:
            report(f"\nUNTOLD {error!r}")
            os._exit(2)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        step, _, said = told.read().partition("\n")
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), step, said


def main(kind: str, index: Path, encoder: Path, articles: Path, out: Path) -> None:
    sizes = sorted({file.stat().st_size for file in index.rglob("*") if file.is_file()})
    limits = sorted({0, *(size // 2 for size in sizes), *(size - 1 for size in sizes)} - {-1})
    faults: dict[str, Iterator[Callable[[], None]]] = {
        "kill": at_step(kill),
        "fail": at_step(fail),
        "kill-anew": at_step(kill, every=3),
        "fail-anew": at_step(fail, every=3),
        "kill-by-several": at_step(kill, every=14),
        "fail-by-several": at_step(fail, every=14),
        "kill-in-write": at_size(signal.SIG_DFL, limits),
        "fail-in-write": at_size(signal.SIG_IGN, limits),
    }
    load_encoder(str(encoder))
    SHIPPED.search_words("图书馆")  # what loads when first used is not to be loaded a hundred times
    import faiss  # noqa: F401

    if kind.endswith("-by-several"):
        line.ALONE_CHARS, line.LOT_CHARS, line.cores = 0, 100, lambda: 2
    again = partial(rebuild, [articles], encoder=str(encoder), full=kind.endswith("-anew"))
    for n, arm in enumerate(faults[kind], 1):
        root = out / str(n)
        shutil.copytree(index, root)
        code, step, said = forked(partial(again, root), arm)
        print(json.dumps({"n": n, "step": step, "code": code, "said": said}), flush=True)
        if not step:
            return


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
