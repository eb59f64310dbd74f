"""Questions for the empty page, made from the articles themselves and shown only where asking them brings the answer."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from weakref import WeakKeyDictionary

from retriever.domain import Article
from retriever.search import Searcher

LOOKED_AT = 60  # articles of one page of the listing, newest first
MOST_ASKED = 12  # of things, and of headlines; each costs as much as a reader's question
MOMENT_S = 0.08  # a page that is opened waits no longer,
FEWEST = 2  # unless there are fewer
SURE = 0.6
LONGEST_HEADLINE = 24

# A thing that has a name, and what the article says of it right behind the name: what can be asked about it.
_NAMED = r"(?:^|[，。；：！？\s]|的)(?P<thing>[\u4e00-\u9fff]{3,12}?(?:项目|工程|公司|集团|图书馆|博物馆|产业园|基地|学校|医院|大桥))"
FACTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(_NAMED + r"(?:计划)?总投资[约达为]?[0-9]"), "{thing}总投资多少？"),
    (re.compile(_NAMED + r"(?:总)?占地(?:面积)?[约达为]?[0-9]"), "{thing}占地多少？"),
    (re.compile(_NAMED + r"(?:位于|坐落于|坐落在)"), "{thing}在哪里？"),
    (re.compile(_NAMED + r"(?:成立于|始建于|建于|创办于)"), "{thing}是什么时候建的？"),
)
# What a headline lets one ask. The first that fits is taken.
HEADLINES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?P<who>[^\s:：，“]{2,10}?)召开(?P<what>[^\s，]{2,16}会议?)"), "{who}召开的{what}说了些什么？"),
    (re.compile(r"(?P<who>[^\s:：，“]{2,8})\s?[:：]\s?(?P<what>.{4,})"), "{who}是怎样“{what}”的？"),
    (
        re.compile(r"(?P<what>.*(?:应为|应当|不应|不能|不可|莫让|莫把|岂能|何以|别让|更要|才能).*)"),
        "为什么说“{what}”？",
    ),
    (re.compile(r"(?P<what>.{6,})"), "“{what}”讲的是什么？"),
)


class Examples:
    """Looked for when the empty page is opened, a moment each time until there are ``n``; forgotten with their generation."""

    def __init__(self, n: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._n, self._clock = n, clock
        self._begun: WeakKeyDictionary[Searcher, _Looking] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(self, searcher: Searcher, *, moment_s: float = MOMENT_S) -> tuple[str, ...]:
        with self._lock:
            looking = self._begun.get(searcher)
            if looking is None:
                looking = self._begun[searcher] = _Looking(_articles(searcher), self._n)
            until = self._clock() + moment_s
            while (self._clock() < until or len(looking.found) < FEWEST) and looking.try_one(searcher):
                pass
            return tuple(looking.found)


class _Looking:
    """Questions found so far, and what is left to try. It holds no searcher: else none would ever be let go."""

    def __init__(self, articles: list[Article], n: int) -> None:
        self.found: list[str] = []
        self._used: set[str] = set()
        self._rest = self._candidates(articles, n)

    def try_one(self, searcher: Searcher) -> bool:
        """Whether there was anything left to try."""
        candidate = next(self._rest, None)
        if candidate is None:
            return False
        article, question = candidate
        if _answers(searcher, article, question):
            self._used.add(article.info.id)
            self.found.append(question)
        return True

    def _candidates(self, articles: list[Article], n: int) -> Iterator[tuple[Article, str]]:
        """Each from an article that no question was found in. Things that can be asked about come first, the half of all at
        most: headlines show what else is there.
        """
        facts = ((a, q) for a in articles for q in facts_of(a))
        headlines = ((a, q) for a in _spread(articles) for q in questions_of(a))
        for candidates, most in ((facts, n // 2), (headlines, n)):
            for candidate in islice((c for c in candidates if c[0].info.id not in self._used), MOST_ASKED):
                if len(self.found) == most:
                    break
                yield candidate


def _articles(searcher: Searcher) -> list[Article]:
    listed = searcher.articles(page_size=LOOKED_AT).articles
    return [searcher.article(info.id) for info in listed if info.kind != "notice"]


def facts_of(article: Article) -> Iterator[str]:
    """Questions about what its text tells of something with a name."""
    for pattern, question in FACTS:
        if found := pattern.search(article.text):
            yield question.format(thing=found["thing"])


def questions_of(article: Article) -> Iterator[str]:
    """What its headline lets one ask."""
    title = article.info.title or ""
    if len(title) > LONGEST_HEADLINE:
        return
    for pattern, question in HEADLINES:
        if found := pattern.fullmatch(title):
            yield question.format(**{name: _inner_quotes(words) for name, words in found.groupdict().items()})
            return


def _answers(searcher: Searcher, article: Article, question: str) -> bool:
    """Whether asking this is answered, surely, and from the article it was made from."""
    answer = searcher.ask(question)
    return bool(
        answer.answer and answer.answer.confidence >= SURE and answer.citations[0].article.id == article.info.id
    )


def _spread(articles: list[Article]) -> list[Article]:
    """The same articles, so that neighbours come from far apart."""
    return [article for first in range(4) for article in articles[first::4]]


def _inner_quotes(words: str) -> str:
    """
    >>> _inner_quotes("把好“四关”")
    '把好‘四关’'
    """
    return words.strip().translate(str.maketrans("“”", "‘’"))
