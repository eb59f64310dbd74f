"""The report in a terminal: what went wrong, what to look at, and the sums; never longer than a screen or two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from embeddings.errors import Language
from retriever.domain import Reason
from retriever.report.records import FileReport, RebuildReport
from retriever.report.words import Words, words

MOST_PROBLEMS, MOST_PAGES = 30, 20
_WHY = {True: "not_clear", False: "not_here", None: "not_known"}


def lines(report: RebuildReport, language: Language) -> list[str]:
    say = words(language)
    problems = [problem.message(language) for problem in report.problems[:MOST_PROBLEMS]]
    more = max(report.problem_count, len(report.problems)) - len(problems)
    if more:
        problems.append(say["more_problems"].format(count=more))
    seen = (_to_look_at(report, say), _continued(report, say), _left_out(report, say), _grown(report, say))
    return [*problems, *chain.from_iterable(seen), summary(report, say)]


def summary(report: RebuildReport, say: Words) -> str:
    facts = {name: getattr(report, name) for name in ("files", "articles", "passages", "characters", "seconds")}
    return say["summary" if report.generation else "not_published"].format(**facts, generation=report.generation)


def _to_look_at(report: RebuildReport, say: Words) -> Iterator[str]:
    pages = [page for page in report.pages if page.state in ("whole", "unsure")]
    if pages:
        yield say["look_at"]
        yield from (_line(page, say) for page in pages[:MOST_PAGES])
    if len(pages) > MOST_PAGES:
        yield say["more_pages"].format(count=len(pages) - MOST_PAGES)


def _line(page: FileReport, say: Words) -> str:
    return say["look_at_line"].format(
        file=page.file,
        state=say[page.state],
        confidence=page.confidence,
        articles=page.articles,
        kept=page.kept_share,
    )


def _continued(report: RebuildReport, say: Words) -> Iterator[str]:
    if report.joined:
        yield say["joined"].format(count=report.joined)
    ends = list(broken_off_lines(report, say))
    if ends:
        yield say["broken_off"]
        yield from (f"  {line}" for line in ends[:MOST_PAGES])
    if len(ends) > MOST_PAGES:
        yield say["more_pages"].format(count=len(ends) - MOST_PAGES)


def broken_off_lines(report: RebuildReport, say: Words) -> Iterator[str]:
    """Each page on which an article breaks off whose rest was not found, and why."""
    for page in sorted(report.pages, key=lambda page: page.file):
        for end, count in Counter(page.broken_off).items():
            line = say[_WHY[end.is_here]].format(file=page.file, page=end.to_page)
            yield line if count == 1 else say["times"].format(line=line, count=count)


def _grown(report: RebuildReport, say: Words) -> Iterator[str]:
    if report.anew and report.anew != "first":
        yield say["anew"].format(why=say[f"anew_{report.anew}"])
    elif report.generation and not report.anew:
        yield say["grown"].format(unchanged=report.unchanged, made_anew=report.made_anew)


def _left_out(report: RebuildReport, say: Words) -> Iterator[str]:
    total: Counter[Reason] = Counter()
    for page in report.pages:
        total.update(page.dropped or {})
    if total:
        counts = (say["count"].format(what=say[why], count=count) for why, count in total.most_common())
        yield say["left_out"].format(reasons=say["comma"].join(counts))
