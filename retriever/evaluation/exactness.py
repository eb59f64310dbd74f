"""Is every quotation the article's own words?  Checked here once more, apart from the search's own check."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from retriever.domain import Answer
from retriever.evaluation.records import Figure
from retriever.search import Searcher


class Exactness:
    """Counts citations and passages, and those among them with ``article.text[start:end]`` equal to what is shown."""

    def __init__(self, searcher: Searcher) -> None:
        self._text = lru_cache(maxsize=1024)(lambda article_id: searcher.article(article_id).text)
        self.checked = self.exact = 0

    def check(self, answer: Answer) -> None:
        for article_id, start, end, shown in _quotations(answer):
            self.checked += 1
            self.exact += self._text(article_id)[start:end] == shown

    def figure(self) -> Figure:
        return Figure(self.exact / self.checked if self.checked else 1.0, self.checked)


def _quotations(answer: Answer) -> Iterator[tuple[str, int, int, str]]:
    for citation in answer.citations:
        yield citation.article.id, citation.start, citation.end, citation.cited_text
    for hit in answer.hits:
        yield hit.passage.article_id, hit.passage.start, hit.passage.end, hit.passage.text
