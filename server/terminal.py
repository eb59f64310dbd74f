"""Answers, articles, settings and progress as lines of text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from embeddings.errors import Language
from retriever.domain import PAGE_SEPARATOR, Article
from retriever.report import ReportBuilder
from server.messages import in_language, texts
from server.messages.commands import SAY, SETTINGS
from server.messages.pages import PAGE
from server.messages.rebuilding import SAY as REBUILDING
from server.messages.rebuilding import STAGES
from server.present import pages_of
from server.schemas import ArticleOut, AskOut, CitationOut, PassageOut
from server.settings import Resolved, Settings
from server.stores import open_searcher

EXCERPT_CHARS = 60
IN_BYTES = {"look", "read"}  # stages of a rebuild
RATE = REBUILDING["rate"]


def answer_lines(answer: AskOut, language: Language) -> Iterator[str]:
    """The answer with numbered marks, then where each was printed; or what was near."""
    say = texts(SAY, language)
    if answer.effective_question != answer.question:
        # A follow-up is searched with what it borrows before it; anything else is a repair of what was typed.
        how = "searched_for" if answer.effective_question.endswith(answer.question) else "repaired"
        yield say[how].format(question=answer.effective_question)
    if answer.answer:
        yield "".join(f"{sentence.text}[{sentence.citation}]" for sentence in answer.answer.sentences)
        yield ""
        yield say["sources"]
        yield from (f"  [{citation.n}] {_byline(citation, language)}" for citation in answer.citations)
        return
    yield say["no_answer"]
    if answer.missing_terms:
        yield say["missing_terms"].format(terms=" ".join(answer.missing_terms))
    if not answer.passages:
        yield say["what_for"]
    else:
        yield ""
        yield say["near"]
        for passage in answer.passages:
            yield f"  {_byline(passage, language)}"
            yield f"    {_excerpt(passage.text)}"


def article_line(article: ArticleOut, language: Language) -> str:
    say = texts(SAY, language)
    printed = (article.source, article.date, pages_of(article, language), article.author)
    byline = " ".join(part for part in printed if part)
    return say["article_line"].format(
        id=article.id,
        byline=byline or PAGE_SEPARATOR.join(part.file for part in article.parts),
        title=article.title or say["untitled"],
        characters=len(article.text),
    )


def articles_of_index(settings: Settings) -> Iterator[Article]:
    """Every article of the live generation, newest first. Raises what opening an index raises."""
    searcher = open_searcher(settings)
    page = 1
    while listing := searcher.articles(page=page, page_size=100).articles:
        yield from (searcher.article(info.id) for info in listing)
        page += 1


def settings_lines(resolved: Resolved, language: Language) -> Iterator[str]:
    """A block for each setting: name = value (origin), then what it does."""
    for name, pair in SETTINGS.items():
        value = getattr(resolved.settings, name)
        shown = in_language(SAY["unset"], language) if value is None else str(value)  # a SecretStr shows stars
        yield f"{name} = {shown}  [{resolved.origins[name].words(language)}]"
        yield f"    {in_language(pair, language)}"


@contextmanager
def progress_bars(
    language: Language = "zh", seen: ReportBuilder | None = None
) -> Iterator[Callable[[str, int, int], None] | None]:
    """One bar on stderr for each stage, with the time left; None, and so silence, where stderr is no terminal.

    Of a rebuild the stages are named, and where ``seen`` is told of its articles, the bar says how many characters a
    second are read.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    bars: dict[str, Any] = {}
    with ExitStack() as open_bars:

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in bars:
                name = in_language(STAGES[stage], language) if stage in STAGES else stage
                how = {"unit": "B", "unit_scale": True} if stage in IN_BYTES else {}
                bars[stage] = open_bars.enter_context(tqdm(desc=name, total=total, file=sys.stderr, **how))
            bar = bars[stage]
            bar.total = total
            if stage == "read" and seen is not None and (seconds := bar.format_dict["elapsed"]):
                bar.set_postfix_str(in_language(RATE, language).format(count=seen.characters / seconds), refresh=False)
            bar.update(done - bar.n)

        yield progress


def _byline(shown: CitationOut | PassageOut, language: Language) -> str:
    title = shown.title or in_language(SAY["untitled"], language)
    parts = (shown.source, shown.date, _page_number(shown, language), title, shown.author)
    return " · ".join(part for part in parts if part) + f"  {shown.url}"


def _page_number(shown: CitationOut | PassageOut, language: Language) -> str | None:
    return in_language(PAGE["page_number"], language).format(page=shown.page) if shown.page else None


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT_CHARS else flat[:EXCERPT_CHARS] + "…"
