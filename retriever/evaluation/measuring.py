"""The conductor: question sets → replies → rows → figures → one run."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.encoder import Encoder
from retriever.domain import Answer, Turn
from retriever.evaluation.calibration import calibration
from retriever.evaluation.exactness import Exactness
from retriever.evaluation.intervals import interval, spearman, spearman_interval
from retriever.evaluation.judging import TOP, articles_found, judge
from retriever.evaluation.presence import in_index, named_articles
from retriever.evaluation.questions import Gold, PairSet, QuestionSet
from retriever.evaluation.ranking import article_values
from retriever.evaluation.records import Figure, Latency, Row, Run, SetResult
from retriever.search import Searcher
from retriever.text.folding import simplify

Progress = Callable[[str, int, int], None]  # set, done, total

_PAIRS_AT_A_TIME = 4096


def measure(searcher: Searcher, sets: Sequence[QuestionSet], progress: Progress | None = None) -> Run:
    """Ask every question of every set and measure what comes back. Raises ExtraMissing where articles are to be ranked."""
    tell = progress or (lambda name, done, total: None)
    results = tuple(_measure_set(searcher, questions, tell) for questions in sets)
    rows = [row for result in results for row in result.rows]
    return Run(
        encoder=searcher.status().encoder,
        sets=results,
        index=searcher.info,
        calibration=calibration(rows),
        latency=_latency([row.ms for row in rows]),
    )


def measure_pairs(encoder: Encoder, pairs: PairSet) -> SetResult:
    """Spearman's correlation of cosines with labels, for each group of pairs."""
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for first in range(0, len(pairs.pairs), _PAIRS_AT_A_TIME):
        block = pairs.pairs[first : first + _PAIRS_AT_A_TIME]
        a = encoder.encode_passages([simplify(pair.a) for pair in block])
        b = encoder.encode_passages([simplify(pair.b) for pair in block])
        for pair, cosine in zip(block, np.einsum("ij,ij->i", a, b).tolist(), strict=True):
            groups[pair.group].append((cosine, pair.label))
    figures = {_named("spearman", group): _spearman(told) for group, told in groups.items()}
    return SetResult(pairs.name, "pairs", len(pairs.pairs), figures)


@dataclass(frozen=True, slots=True)
class _Reply:
    gold: Gold
    answer: Answer
    ms: float


def _measure_set(searcher: Searcher, questions: QuestionSet, tell: Progress) -> SetResult:
    golds = list(questions.counted())
    there = in_index(searcher, golds)
    exactness = Exactness(searcher)
    rows: list[Row] = []
    found: dict[str, list[str]] = {}
    tell(questions.name, 0, len(golds))
    for reply in _replies(searcher, questions):
        exactness.check(reply.answer)
        rows.append(judge(reply.gold, reply.answer, in_index=reply.gold.id in there, ms=reply.ms))
        found[reply.gold.id] = articles_found(reply.answer)
        tell(questions.name, len(rows), len(golds))
    ranked = {gold.id: gold.relevance for gold in golds if gold.id in there and named_articles(searcher, gold)}
    by_article = article_values(found, ranked)
    rows = [replace(row, values={**row.values, **by_article.get(row.id, {})}) for row in rows]
    figures = _figures(rows) | {"exact": exactness.figure()}
    return SetResult(questions.name, questions.form, len(rows), figures, tuple(rows))


def _replies(searcher: Searcher, questions: QuestionSet) -> Iterator[_Reply]:
    """What every question that counts got back, earlier turns sent along as a reader's browser would."""
    for turns in questions.conversations:
        history: list[Turn] = []
        for place, gold in enumerate(turns):
            began = time.perf_counter()
            answer = searcher.ask(gold.question, top_k=TOP, history=history)
            ms = (time.perf_counter() - began) * 1000
            if place >= questions.first_counted:
                yield _Reply(gold, answer, round(ms, 2))
            history.append(Turn(gold.question, answer.answer.text if answer.answer else ""))


def _figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """The mean of each value over all rows that have it, then the same within each group."""
    values: dict[str, list[float]] = defaultdict(list)
    grouped: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for name, value in row.values.items():
            values[name].append(value)
            if row.group:
                grouped[_named(name, row.group)].append(value)
    return {name: _mean(told) for name, told in (values | dict(sorted(grouped.items()))).items()}


def _named(figure: str, group: str) -> str:
    return f"{figure}_{group}" if group else figure


def _mean(values: Sequence[float]) -> Figure:
    return Figure(sum(values) / len(values), len(values), *interval(values))


def _spearman(told: Sequence[tuple[float, float]]) -> Figure:
    rho = spearman([cosine for cosine, _ in told], [label for _, label in told])
    told_enough = len(told) > 3 and not math.isnan(rho)
    return Figure(rho, len(told), *(spearman_interval(rho, len(told)) if told_enough else ()))


def _latency(ms: Sequence[float]) -> Latency | None:
    if not ms:
        return None
    ordered = sorted(ms)
    return Latency(len(ms), ordered[len(ms) // 2], ordered[int(len(ms) * 0.95)])
