"""What Prometheus reads: how often, how long, how much was refused, which generation, how much memory.

``baowen serve`` sets PROMETHEUS_MULTIPROC_DIR before this is imported; then the numbers of all workers stand in files of that
folder, and whichever worker is asked adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
disable_created_metrics()  # type: ignore[no-untyped-call]  # when each number was first seen: nobody here asks
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


class Metrics:
    """Safe to call from several threads; no name of a client and no word of a question goes in."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._requests = Counter(
            "baowen_requests", "Requests answered", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "baowen_request_seconds", "Time of a request", ["route"], buckets=SECONDS, registry=self._registry
        )
        self._steps = Histogram(
            "baowen_step_seconds", "Time of a step of an answer", ["step"], buckets=SECONDS, registry=self._registry
        )
        self._answers = Counter("baowen_answers", "Questions answered or not", ["status"], registry=self._registry)
        self._repeated = Counter("baowen_repeated_answers", "Answers told again as they were", registry=self._registry)
        self._problems = Counter("baowen_problems", "Requests refused, by reason", ["kind"], registry=self._registry)

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """``route`` is one of the rules of the application, so that there are only so many."""
        method = method if method in METHODS else "other"
        counted = self._counted.get((method, route, status))
        if counted is None:  # looking them up costs more than counting
            requests = self._requests.labels(method, route, str(status))
            counted = self._counted[method, route, status] = (requests, self._seconds.labels(route))
        counted[0].inc()
        counted[1].observe(seconds)

    def answered(self, status: str, timings_ms: Mapping[str, float]) -> None:
        self._answers.labels(status).inc()
        for step, took_ms in timings_ms.items():
            self._steps.labels(step).observe(took_ms / 1000)

    def repeated(self) -> None:
        self._repeated.inc()

    def refused(self, kind: str) -> None:
        self._problems.labels(kind).inc()

    def text(self, now: Callable[[], Iterator[Metric]]) -> bytes:
        """Prometheus's text format; ``now`` gives what is looked up at this moment."""
        registry, shared = self._registry, os.environ.get(SHARED_FOLDER)
        if shared:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, shared)  # type: ignore[no-untyped-call]
        return generate_latest(registry) + generate_latest(_Now(now))


class _Now(CollectorRegistry):
    """A registry of one collector, made for one reading."""

    def __init__(self, collect: Callable[[], Iterator[Metric]]) -> None:
        super().__init__()
        self._now = collect

    def collect(self) -> Iterator[Metric]:
        return self._now()


def index_metrics(generation: str, articles: int, passages: int) -> Iterator[Metric]:
    info = GaugeMetricFamily("baowen_index", "The generation that answers", labels=["generation"])
    info.add_metric([generation], 1)
    yield info
    yield GaugeMetricFamily("baowen_index_articles", "Articles of the index", value=articles)
    yield GaugeMetricFamily("baowen_index_passages", "Passages of the index", value=passages)


def memory_metrics() -> Iterator[Metric]:
    """What each worker has in memory, where the system tells."""
    family = GaugeMetricFamily("baowen_resident_bytes", "Memory of a worker", labels=["pid"])
    for pid in sorted(_workers()):
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        except OSError:
            continue  # it ended, or this is no Linux
        family.add_metric([str(pid)], pages * os.sysconf("SC_PAGE_SIZE"))
    yield family


def _workers() -> set[int]:
    """This process and those that write beside it."""
    shared = os.environ.get(SHARED_FOLDER)
    names = (file.stem.rpartition("_")[2] for file in Path(shared).glob("counter_*.db")) if shared else ()
    return {os.getpid(), *(int(name) for name in names if name.isdigit())}
