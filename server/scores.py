"""A measured run, and the difference of two, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from embeddings.errors import Language
from retriever.evaluation.comparing import TOLD, Comparison, Moved, SetComparison, Turned
from retriever.evaluation.floors import Broken
from retriever.evaluation.records import Figure, Row, Run, SetResult
from server.messages import texts
from server.messages.evaluation import SCORES

_EXCERPT = 60  # characters
_Say = dict[str, str]


def run_lines(run: Run, language: Language) -> Iterator[str]:
    """Every figure of every set with its interval, then time and calibration."""
    say = texts(SCORES, language)
    yield heading(run, say)
    for result in run.sets:
        yield ""
        yield from _set_lines(result, say)
    yield ""
    if run.latency:
        yield say["latency"].format(p50=run.latency.p50_ms, p95=run.latency.p95_ms, n=run.latency.n)
    if told := run.calibration:
        yield say["calibration"].format(
            n=told.n,
            confidence=told.confidence,
            accuracy=told.accuracy,
            ece_width=told.ece_width,
            ece_mass=told.ece_mass,
            brier=told.brier,
        )


def comparison_lines(comparison: Comparison, file: object, language: Language) -> Iterator[str]:
    """Figures that moved, then the questions that made them move."""
    say = texts(SCORES, language)
    yield say["against"].format(file=file)
    for one in comparison.sets:
        yield one.name
        yield from _compared_lines(one, say)
    if comparison.unmatched:
        yield say["unmatched"].format(names=", ".join(comparison.unmatched))


def broken_text(broken: Sequence[Broken]) -> str:
    return "; ".join(f"{one.set} {one.figure} {percent(one.value)} < {percent(one.floor)}" for one in broken)


def heading(run: Run, say: _Say) -> str:
    if run.index is None:
        return say["encoder"].format(encoder=run.encoder)
    made = run.index
    return say["index"].format(
        generation=made.generation,
        articles=made.articles,
        passages=made.passages,
        mode=made.mode,
        encoder=run.encoder,
    )


def split_groups(result: SetResult) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """The figures over the whole set, and those of its groups."""
    groups = {row.group for row in result.rows if row.group}
    within = {name: figure for name, figure in result.figures.items() if name.partition("_")[2] in groups}
    return {name: figure for name, figure in result.figures.items() if name not in within}, within


def percent(value: float) -> str:
    return f"{100 * value:.1f}%"


def outcome(row: Row, say: _Say) -> str:
    """What was found and said, in a few words."""
    if row.evidence_rank:
        found = say["found_evidence"].format(rank=row.evidence_rank)
    elif row.article_rank:
        found = say["found_article"].format(rank=row.article_rank)
    else:
        found = say["found_none"]
    said = say["said"].format(text=_excerpt(row.said)) if row.said else say["said_nothing"]
    return said if "refused" in row.values else f"{found} · {said}"


def _set_lines(result: SetResult, say: _Say) -> Iterator[str]:
    pairs = result.form == "pairs"
    yield say["set_pairs" if pairs else "set"].format(name=result.name, n=result.n)
    if result.not_in_index:
        yield say["not_in_index"].format(n=len(result.not_in_index))
    whole, within = split_groups(result)
    yield from (_figure_line(name, figure, say, pairs=pairs) for name, figure in whole.items())
    told = {name: figure for name, figure in within.items() if name.startswith(tuple(f"{one}_" for one in TOLD))}
    if told:
        yield say["by_group"]
        yield from (_figure_line(name, figure, say) for name, figure in told.items())


def _figure_line(name: str, figure: Figure, say: _Say, *, pairs: bool = False) -> str:
    show = (lambda value: f"{value:.4f}") if pairs else percent
    parts = [f"  {name:<36}{show(figure.value):>8}"]
    if figure.low is not None and figure.high is not None:
        parts.append(say["interval"].format(low=show(figure.low), high=show(figure.high)))
    parts.append(f"n={figure.n}")
    return "  ".join(parts)


def _compared_lines(one: SetComparison, say: _Say) -> Iterator[str]:
    moved = [figure for figure in one.moved if figure.before != figure.now]
    yield from (_moved_line(figure, say) for figure in moved)
    if not moved:
        yield say["unchanged"]
    if one.only_before or one.only_now:
        yield say["only_one_side"].format(before=one.only_before, now=one.only_now)
    for direction, turned in (("gained", one.gained), ("lost", one.lost)):
        for figure in TOLD:
            yield from _turned_lines([each for each in turned if each.figure == figure], figure, direction, say)


def _moved_line(figure: Moved, say: _Say) -> str:
    return say["changed"].format(
        name=figure.name,
        before=percent(figure.before),
        now=percent(figure.now),
        change=f"{100 * (figure.now - figure.before):+.1f}",
        low=f"{100 * figure.low:+.1f}",
        high=f"{100 * figure.high:+.1f}",
        p=figure.p,
        n=figure.n,
    )


def _turned_lines(turned: Sequence[Turned], figure: str, direction: str, say: _Say) -> Iterator[str]:
    if turned:
        yield say[direction].format(figure=figure, n=len(turned))
    for each in turned:
        yield say["turned"].format(id=each.now.id, question=each.now.question)
        yield say["was"].format(what=outcome(each.before, say))
        yield say["is"].format(what=outcome(each.now, say))


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _EXCERPT else flat[:_EXCERPT] + "…"
