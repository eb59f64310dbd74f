"""Which questions can this index answer at all?  Those about articles it does not hold are counted apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from retriever.errors import ArticleNotFound
from retriever.evaluation.matching import bare, pieces, stands_in
from retriever.evaluation.questions import Gold
from retriever.search import Searcher

_LISTED = 5000  # articles listed at a time


def in_index(searcher: Searcher, golds: Sequence[Gold]) -> frozenset[str]:
    """Ids of the questions that something in the index could answer, the unanswerable ones included.

    A question with evidence needs an article that holds the evidence; one with article ids alone needs one of them.
    """
    by_text = [gold for gold in golds if gold.evidence]
    known = {gold.id for gold in by_text if any(_holds(text, gold) for text in _named_texts(searcher, gold))}
    found = known | _anywhere(searcher, [gold for gold in by_text if gold.id not in known])
    return frozenset(found | {gold.id for gold in golds if not gold.evidence and _is_there(searcher, gold)})


def named_articles(searcher: Searcher, gold: Gold) -> bool:
    """Whether the index knows one of the right articles by its id."""
    return any(True for _ in _named_texts(searcher, gold))


def _is_there(searcher: Searcher, gold: Gold) -> bool:
    return not gold.answerable or named_articles(searcher, gold)


def _holds(text: str, gold: Gold) -> bool:
    return stands_in(pieces(gold.evidence), bare(text))


def _named_texts(searcher: Searcher, gold: Gold) -> Iterator[str]:
    for article_id in gold.relevance:
        try:
            text = searcher.article(article_id).text
        except ArticleNotFound:
            continue
        yield text


def _anywhere(searcher: Searcher, golds: Iterable[Gold]) -> set[str]:
    """Through every article, until each evidence was met: the ids of those that were."""
    sought = {gold.id: pieces(gold.evidence) for gold in golds}
    found: set[str] = set()
    for text in _every_text(searcher) if sought else ():
        folded = bare(text)
        met = {identity for identity, parts in sought.items() if stands_in(parts, folded)}
        found |= met
        for identity in met:
            del sought[identity]
        if not sought:
            break
    return found


def _every_text(searcher: Searcher) -> Iterator[str]:
    page = 1
    while listing := searcher.articles(page=page, page_size=_LISTED).articles:
        yield from (searcher.article(info.id).text for info in listing)
        page += 1
