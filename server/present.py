"""The retriever's records as the contract's JSON. The page, the API and the command line all pass through here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import quote

from embeddings.errors import Language
from retriever.domain import (
    Answer,
    Article,
    ArticleList,
    Citation,
    Counts,
    Filters,
    Hit,
    IndexInfo,
    IndexStatus,
    Mode,
    SearchResult,
    Span,
    Suggestion,
)
from retriever.search.following import Near
from server import schemas as out
from server.live import Live
from server.messages import texts
from server.messages.pages import PAGE
from server.rebuilds import Task


def article_url(article_id: str, start: int, end: int) -> str:
    """The reading page with exactly ``text[start:end]`` marked.

    >>> article_url("a/b", 118, 173)
    '/articles/a%2Fb#c118-173'
    """
    return f"/articles/{quote(article_id, safe='')}#c{start}-{end}"


def answer_out(answer: Answer) -> out.AskOut:
    return out.AskOut(
        id=answer.id,
        question=answer.question,
        effective_question=answer.effective_question,
        status=answer.status,
        answer=None
        if answer.answer is None
        else out.AnswerTextOut(
            text=answer.answer.text,
            sentences=[out.QuoteOut(text=s.text, citation=s.citation) for s in answer.answer.sentences],
            confidence=answer.answer.confidence,
        ),
        citations=[_citation(citation) for citation in answer.citations],
        passages=[_passage(hit) for hit in answer.hits],
        missing_terms=list(answer.missing_terms),
        index=_index_info(answer.index),
        timings_ms=answer.timings_ms,
    )


def near_out(near: Near) -> out.PassagesEvent:
    return out.PassagesEvent(
        id=near.id,
        question=near.question,
        effective_question=near.effective_question,
        passages=[_passage(hit) for hit in near.hits],
        index=_index_info(near.index),
    )


def search_out(query: str, result: SearchResult) -> out.SearchOut:
    facets = result.facets
    return out.SearchOut(
        query=query,
        passages=[_passage(hit) for hit in result.hits],
        facets=out.FacetsOut(
            sources=[out.SourceCount(source=source, articles=count) for source, count in facets.sources],
            years=[out.YearCount(year=year, articles=count) for year, count in facets.years],
        ),
        counts=_counts(result.counts),
        index=_index_info(result.index),
    )


def suggest_out(
    question: str, today: date, filters: Filters, suggestions: Iterable[Suggestion], counts: Counts
) -> out.SuggestOut:
    return out.SuggestOut(
        question=question,
        today=today.isoformat(),
        filters=filters_out(filters),
        suggestions=[
            out.SuggestionOut(
                phrase=item.phrase,
                start=item.start,
                end=item.end,
                filters=filters_out(item.filters),
                articles=item.articles,
            )
            for item in suggestions
        ],
        counts=_counts(counts),
    )


def filters_out(filters: Filters) -> out.FiltersOut:
    return out.FiltersOut(source=list(filters.sources), date_from=filters.date_from, date_to=filters.date_to)


def articles_out(listing: ArticleList) -> out.ArticlesOut:
    return out.ArticlesOut(
        articles=[
            out.ArticleInfoOut(
                id=info.id,
                title=info.title,
                source=info.source,
                date=info.date,
                page=info.page,
                author=info.author,
                file=info.file,
            )
            for info in listing.articles
        ],
        total=listing.total,
        page=listing.page,
        page_size=listing.page_size,
    )


def article_out(article: Article) -> out.ArticleOut:
    info = article.info
    return out.ArticleOut(
        id=info.id,
        title=info.title,
        subtitle=info.subtitle,
        source=info.source,
        date=info.date,
        page=info.page,
        author=info.author,
        file=info.file,
        text=article.text,
        raw=_span(article.raw),
        parts=[
            out.PartOut(file=part.file, page=part.page, start=part.start, end=part.end, raw=_span(part.raw))
            for part in article.parts
        ],
    )


def index_out(
    status: IndexStatus, mode: Mode, live: Live, language: Language, task: Task | None = None
) -> out.IndexOut:
    """``task`` is the rebuild that runs or the last one, of those that were asked for over the API."""
    return out.IndexOut(
        generation=status.generation,
        articles=status.articles,
        passages=status.passages,
        characters=status.characters,
        encoder=status.encoder,
        dimensions=status.dimensions,
        mode=mode,
        built_at=status.built_at,
        sources=[out.SourceCount(source=source, articles=count) for source, count in status.sources],
        rebuild=_rebuild(task, language),
        warning=None if live.warning is None else live.warning.message(language),
    )


def _rebuild(task: Task | None, language: Language) -> out.RebuildOut:
    if task is None:
        nothing: dict[str, None] = dict.fromkeys(("stage", "done", "total", "task", "status", "started_at", "ended_at"))
        return out.RebuildOut(running=False, report=[], **nothing)
    running = task.status == "running"
    return out.RebuildOut(
        running=running,
        stage=task.stage if running else None,
        done=task.done if running else None,
        total=task.total if running else None,
        task=task.task,
        status=task.status,
        started_at=task.started_at,
        ended_at=task.ended_at,
        report=task.report(language),
    )


def segments(text: str, spans: Iterable[Span], offset: int = 0) -> Iterator[tuple[str, bool]]:
    """``text`` in pieces, each with whether it lies in a span; ``offset`` is where the text starts in what spans count.

    >>> list(segments("图书馆几点开门", [(3, 5)]))
    [('图书馆', False), ('几点', True), ('开门', False)]
    """
    end = offset
    for start, stop in sorted(spans):
        start, stop = max(start, end), min(stop, offset + len(text))
        if start >= stop:
            continue
        if start > end:
            yield text[end - offset : start - offset], False
        yield text[start - offset : stop - offset], True
        end = stop
    if end < offset + len(text):
        yield text[end - offset :], False


def around(citation: out.CitationOut, found: Iterable[out.PassageOut]) -> tuple[str, str]:
    """What stands before and after the cited words in their paragraph, as far as a passage found shows it."""
    for passage in found:
        if passage.article_id == citation.article_id and passage.start <= citation.start <= citation.end <= passage.end:
            before = passage.text[: citation.start - passage.start].rpartition("\n")[2]
            after = passage.text[citation.end - passage.start :].partition("\n")[0]
            return before, after
    return "", ""


def numbers_beside(answer: out.AskOut, composed: out.ComposedOut) -> dict[int, int]:
    """Under which number each citation of what was composed is shown beside an answer: the same words keep theirs.

    Others are numbered on.
    """
    known = {(c.article_id, c.start, c.end): c.n for c in answer.citations}
    for citation in composed.citations:
        known.setdefault((citation.article_id, citation.start, citation.end), len(known) + 1)
    return {citation.n: known[citation.article_id, citation.start, citation.end] for citation in composed.citations}


def _span(span: Span) -> out.SpanOut:
    return out.SpanOut(start=span[0], end=span[1])


def pages_of(article: out.ArticleOut, language: Language) -> str | None:
    """On which pages an article is printed, as a reader is told: 第 1 版，下转第 2 版; None where no page is known."""
    say = texts(PAGE, language)
    pages = [part.page for part in article.parts if part.page]
    if not pages:
        return None
    return say["page_number"].format(page=pages[0]) + "".join(say["goes_on"].format(page=page) for page in pages[1:])


def _citation(citation: Citation) -> out.CitationOut:
    info = citation.article
    return out.CitationOut(
        n=citation.n,
        cited_text=citation.cited_text,
        article_id=info.id,
        start=citation.start,
        end=citation.end,
        paragraph=citation.paragraph,
        title=info.title,
        source=info.source,
        date=info.date,
        page=info.page,
        author=info.author,
        url=article_url(info.id, citation.start, citation.end),
    )


def _passage(hit: Hit) -> out.PassageOut:
    info, passage = hit.article, hit.passage
    return out.PassageOut(
        rank=hit.rank,
        score=hit.score,
        text=passage.text,
        article_id=passage.article_id,
        start=passage.start,
        end=passage.end,
        paragraph=passage.paragraph,
        title=info.title,
        source=info.source,
        date=info.date,
        page=info.page,
        author=info.author,
        url=article_url(info.id, passage.start, passage.end),
        highlights=[_span(span) for span in hit.highlights],
        why=out.WhyOut(terms=list(hit.why.terms), dense_rank=hit.why.dense_rank, lexical_rank=hit.why.lexical_rank),
        also_in=list(hit.also_in),
    )


def _counts(counts: Counts) -> out.CountsOut:
    return out.CountsOut(articles=counts.articles, issues=counts.issues, passages=counts.passages)


def _index_info(info: IndexInfo) -> out.IndexInfoOut:
    return out.IndexInfoOut(generation=info.generation, articles=info.articles, passages=info.passages, mode=info.mode)
