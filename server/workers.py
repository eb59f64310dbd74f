"""Processes of granian, each with the whole application and the index mapped into memory once for all of them.

Measured against gunicorn and waitress (ARCHITECTURE.md): two to three times their requests a second, and alone of the three it
keeps answering while hundreds of clients send their headers a letter at a time. Slow bodies hold a thread each: how many one
client may hold is for ``server.guard``.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import multiprocessing
import os
import resource
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

from embeddings.errors import BaowenError
from server.errors import NotServing, WorkersDied
from server.listening import address, free_address
from server.logs import log_to_stderr
from server.service import DRAINING
from server.settings import Settings

log = logging.getLogger(__name__)

MOST_WORKERS = 4  # by default: each takes some 250 MB
MOST_CONNECTIONS = 4096  # of each; one that only sends headers a letter at a time costs next to nothing
STOPS_WITHIN_S = 30
HEADERS_WITHIN_MS = 10_000
FAILED = "failed"
# Libraries would each start a thread a core for every worker; questions are too small to be shared out.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")


def serve_with_granian(settings: Settings, announce: Callable[[str], None]) -> None:
    """Raises PortInUse, CannotListen, NotServing."""
    host, port = free_address(settings.host, settings.port)
    _allow_connections(MOST_CONNECTIONS)
    log_to_stderr(settings)
    with tempfile.TemporaryDirectory(prefix="baowen-") as folder:
        shared = Path(folder)
        (shared / "metrics").mkdir()
        os.environ.update(ONE_THREAD, TOKENIZERS_PARALLELISM="false", PROMETHEUS_MULTIPROC_DIR=str(shared / "metrics"))
        # Fresh processes: none begins with half of another's threads and locks.
        multiprocessing.set_start_method("spawn", force=True)
        workers = settings.workers or min(MOST_WORKERS, len(os.sched_getaffinity(0)))
        server = _Server(
            "baowen",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=settings.threads,
            backlog=MOST_CONNECTIONS,
            backpressure=MOST_CONNECTIONS,
            respawn_failed_workers=True,
            workers_kill_timeout=STOPS_WITHIN_S,
            http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS),
            websockets=False,
            log_enabled=False,
        )
        server.shared, server.drain_seconds = shared, settings.drain_seconds
        told = partial(announce, address(settings.host, port))
        threading.Thread(target=_announce, args=(server, workers, address(host, port), told), daemon=True).start()
        with contextlib.suppress(
            SystemExit
        ):  # granian's word for workers that ended by themselves, as Ctrl+C makes them
            server.serve(target_loader=partial(_load, settings, shared), wrap_loader=False)
        if (shared / FAILED).exists():
            zh, en = json.loads((shared / FAILED).read_text(encoding="utf-8"))
            raise NotServing(told_zh=zh, told_en=en)
        if not server.interrupt_signal:
            raise WorkersDied


def _allow_connections(most: int) -> None:
    """Each connection is an open file, and shells allow 1,024 of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + 512
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


class _Server(MPServer):
    """Says that it is not ready any more before it stops."""

    shared: Path
    drain_seconds: float

    def signal_handler_interrupt(self, *arguments: Any, **named: Any) -> None:
        (self.shared / DRAINING).touch()
        stop: Callable[[], None] = super().signal_handler_interrupt
        if self.drain_seconds:
            waiting = threading.Timer(self.drain_seconds, stop)
            waiting.daemon = True
            waiting.start()
        else:
            stop()


def _load(settings: Settings, shared: Path) -> Callable[..., Any]:
    """The application of one worker, in its process."""
    from server.app import create_app

    log_to_stderr(settings)
    try:
        app = create_app(settings, shared=shared, warmed=True)
    except Exception as error:
        known = error if isinstance(error, BaowenError) else WorkersDied()
        if known is not error:
            log.exception("the service could not be built")
        told = shared / f"{FAILED}.{os.getpid()}"
        told.write_text(json.dumps([known.message("zh"), known.message("en")]), encoding="utf-8")
        told.replace(shared / FAILED)
        os._exit(1)
    # Everything is answered when Python begins to end. Granian's idle threads do not survive the rest of it: they abort.
    atexit.register(os._exit, 0)
    (shared / f"loaded-{os.getpid()}").touch()
    return app


def _announce(server: _Server, workers: int, url: str, announce: Callable[[], None]) -> None:
    """Tell the address when every worker has loaded, or stop the server when one cannot."""
    while len(list(server.shared.glob("loaded-*"))) < workers or not _answers(url):
        if (server.shared / FAILED).exists():
            server.interrupt_signal = True
            server.main_loop_interrupt.set()
            return
        if (server.shared / DRAINING).exists() or not server.shared.exists():
            return
        time.sleep(0.05)
    announce()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True  # it listens, whatever it thinks of this host's name
    except OSError:
        return False
    return True
