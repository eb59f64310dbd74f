"""Articles that are printed on two pages: where each goes on, and which piece is the other half of which."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retriever.domain import Article, CutPage
from retriever.newspaper import cleaning, signs

_PAGE = re.compile("(?P<page>[0-9A-Za-z０-９一二三四五六七八九十○〇]{1,4})版")
_DIGITS = {"○": 0, **{char: at for at, char in enumerate("〇一二三四五六七八九")}}
_WORDS = re.compile(f"[^{signs.HAN}0-9A-Za-z]+")
# Two halves of a report share names and terms; two reports of one page hardly a run of this many characters.
_RUN_CHARS = 4
_LEAST_ALIKE = 0.01
# A piece goes with another only if no third is a third as much alike.
_CLEARLY = 3.0
_REPEATED_HEADLINE = 0.5


@dataclass(frozen=True, slots=True)
class Jump:
    """What an article says about its other half, pages as :class:`~retriever.domain.ArticleInfo` names them."""

    article_id: str
    to_page: str | None
    from_page: str | None


def jumps(page: CutPage) -> list[Jump]:
    """The articles of a page that go on elsewhere, or come from there; on a line of their own or in the text."""
    return [jump for article in page.articles if (jump := _jump(page, article)) is not None]


def _jump(page: CutPage, article: Article) -> Jump | None:
    if article.info.kind == "notice":
        return None
    start, end = article.raw
    lines = [
        page.page.text[span.start : span.end]
        for span in page.dropped
        if span.why == "jump" and start <= span.start < end
    ]
    paragraphs = article.text.split("\n")
    said = [*map(cleaning.clean, lines), *paragraphs[:2], *paragraphs[-2:]]
    to_page = next((_page(match[0]) for text in said if (match := signs.JUMP_TO.search(text))), None)
    from_page = next((_page(match[0]) for text in said if (match := signs.JUMP_FROM.match(text))), None)
    return Jump(article.info.id, to_page, from_page) if to_page or from_page else None


def _page(mark: str) -> str | None:
    """
    >>> _page("（下转第十二版）"), _page("上接A02版"), _page("（下转03版）")
    ('12', 'A02', '3')
    """
    match = _PAGE.search(mark)
    return _page_name(match["page"]) if match else None


def _page_name(printed: str) -> str:
    if printed[0] in _DIGITS or "十" in printed:
        tens, ten, ones = printed.rpartition("十")
        if ten:
            return str(10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0))
        return "".join(str(_DIGITS.get(char, char)) for char in printed)
    return str(int(printed)) if printed.isdecimal() else printed.upper()


def pair(pieces: Sequence[tuple[Article, Jump]]) -> list[tuple[str, str]]:
    """Ids of the heads and tails that are one article: of one paper and day, on the pages both name, and alike in words.

    What more than one piece could be the other half of stays alone.
    """
    issues: dict[tuple[str | None, str], list[tuple[Article, Jump]]] = defaultdict(list)
    for article, jump in pieces:
        if article.info.date:  # without its day no page number says anything
            issues[article.info.source, article.info.date].append((article, jump))
    return [ids for issue in issues.values() for ids in _pairs_of_issue(issue)]


def _pairs_of_issue(pieces: Sequence[tuple[Article, Jump]]) -> list[tuple[str, str]]:
    runs = {article.info.id: _runs(article.text) for article, _ in pieces}
    alike = {
        (head.info.id, tail.info.id): likeness
        for head, goes in pieces
        for tail, comes in pieces
        if _may_follow(head, goes, tail, comes) and (likeness := _likeness(head, tail, runs)) >= _LEAST_ALIKE
    }
    return [ids for ids in alike if _is_clear(ids, alike)]


def _may_follow(head: Article, goes: Jump, tail: Article, comes: Jump) -> bool:
    """Whether the pages allow it: at least one of the two is known, and none is another than the marks say."""
    one, other = head.info, tail.info
    if one.id == other.id or not goes.to_page or not comes.from_page:
        return False
    named = [(one.page, comes.from_page), (other.page, goes.to_page)]
    known = [(_page_key(page), _page_key(mark)) for page, mark in named if page]
    return bool(known) and all(page == mark for page, mark in known)


def _page_key(page: str) -> str:
    """A02 and A2 are one page."""
    return re.sub("(?<![0-9])0+(?=[0-9])", "", page.upper())


def _runs(text: str) -> frozenset[str]:
    words = _WORDS.sub("", text)
    return frozenset(words[at : at + _RUN_CHARS] for at in range(len(words) - _RUN_CHARS + 1))


def _likeness(head: Article, tail: Article, runs: Mapping[str, frozenset[str]]) -> float:
    """Share of the shorter one's runs of characters; and a headline that is printed again."""
    one, other = runs[head.info.id], runs[tail.info.id]
    alike = len(one & other) / (min(len(one), len(other)) or 1)
    again, headline = _runs(tail.info.title or ""), _runs(f"{head.info.title or ''}{head.info.subtitle or ''}")
    return alike + (1.0 if again and len(again & headline) >= _REPEATED_HEADLINE * len(again) else 0.0)


def _is_clear(ids: tuple[str, str], alike: Mapping[tuple[str, str], float]) -> bool:
    return all(alike[ids] >= _CLEARLY * alike[rival] for rival in _rivals(ids, alike))


def _rivals(ids: tuple[str, str], alike: Mapping[tuple[str, str], float]) -> Iterator[tuple[str, str]]:
    head, tail = ids
    return (other for other in alike if other != ids and (other[0] == head or other[1] == tail))
