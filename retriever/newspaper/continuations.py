"""Articles that are printed on two pages: which of them go on elsewhere, and which piece is the other half of which."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from retriever.domain import Article, CutPage, Span
from retriever.newspaper import cleaning, signs
from retriever.newspaper.bylines import read_byline

_PAGE = re.compile("(?P<page>[0-9A-Za-z０-９一二三四五六七八九十○〇]{1,4}|头|頭)版")
_DIGITS = {"○": 0, **{char: at for at, char in enumerate("〇一二三四五六七八九")}}
_FRONT = frozenset("头頭")  # 头版 is the first page
_WORDS = re.compile(f"[^{signs.HAN}0-9A-Za-z]+")
_FIGURE = re.compile("[0-9０-９]")
_AFTER_BARE_MARK = re.compile(r"[：:\s]*")
# A narrow column breaks a mark in two: （下 / 转第二版）.
_SPLIT_MARK = re.compile(r"[（(【\[]\s*紧?下?$|紧?下$")
_ANY_MARK = re.compile("[（(【\\[](?:紧?下转|紧?上接|紧接)[^。）)】\\]]{1,12}版")
_OPENING, _CLOSING = frozenset("（(【["), frozenset("）)】]")
_SURE_BYLINE = 2.0
# Two halves of a report share names and terms that no other article of their pages prints.
_LEAST_ALIKE, _SOME_ALIKE = 0.08, 0.02
_FEW_PAIRS = 40  # so many pairs of characters more on paper: one word in common says little of a short piece
# A piece goes with another only if no third is half as much alike.
_CLEARLY = 2.0
_SHORTEST_REST_CHARS = 12  # letters; less is what is left of a piece that was cut wrongly
_RUN_CHARS = 4  # of a headline that is printed again
_REPEATED_HEADLINE = 0.5
_HEADLINE_ALIKE = 0.1  # what it counts: enough where no words speak for another piece, not against them


@dataclass(frozen=True, slots=True)
class Half:
    """An article that goes on on another page, or comes from one; pages are named as :class:`ArticleInfo` names them."""

    article: Article
    to_page: str | None
    from_page: str | None
    marks: tuple[Span, ...] = ()  # jump marks inside the article's text
    goes_on: bool = False  # nothing but a byline follows 下转
    comes_from: bool = False  # its text begins with 上接
    title_over: bool = False  # its headline stands over its text, where no other article's could
    break_before: int | None = None  # the raw line break before the article's text
    break_after: int | None = None  # the raw line break after it, or after what stands before its last mark
    common: str = ""  # its pairs of characters that other articles of the page print too, one after the other


class _Mark(NamedTuple):
    """One jump mark: the other page, and the clean span it takes in the article's text (empty on a line of its own)."""

    page: str | None
    start: int
    end: int


def halves(page: CutPage) -> list[Half]:
    """The articles of a page that go on elsewhere, or come from there; marked on a line of their own or in the text."""
    found = [half for article in page.articles if (half := _half(page, article)) is not None]
    if not found:
        return []
    seen = Counter(chain.from_iterable(_runs(article.text, 2) for article in page.articles))
    return [replace(half, common="".join(sorted(_common(half, seen)))) for half in found]


def _common(half: Half, seen: Mapping[str, int]) -> Iterator[str]:
    return (pair for pair in _runs(half.article.text, 2) if seen[pair] > 1)


def _half(page: CutPage, article: Article) -> Half | None:
    if article.info.kind == "notice":
        return None
    to, came = list(_marks(page, article, signs.JUMP_TO)), list(_marks(page, article, signs.JUMP_FROM))
    to_page = next((mark.page for mark in to if mark.page), None)
    from_page = next((mark.page for mark in came if mark.page), None)
    if not (to_page or from_page):
        return None
    text = article.text
    last, first = max(to, key=lambda mark: mark.end, default=None), min(came, key=lambda mark: mark.end, default=None)
    inside = tuple(sorted({(mark.start, mark.end) for mark in (*to, *came) if mark.start < mark.end}))
    ends_with_mark = last is not None and last.start > 0 and last.end == len(text)
    end = article.offsets.raw((last.start if last and ends_with_mark else len(text)) - 1)
    before, after = page.page.text.rfind("\n", 0, article.offsets.raw(0)), page.page.text.find("\n", end + 1)
    # A mark in the middle is another article's that the page's cutter did not part from this one.
    is_one = not any(_ANY_MARK.search(text, start, end) for start, end in _outside(inside, len(text)))
    return Half(
        article,
        to_page,
        from_page,
        inside,
        goes_on=is_one and last is not None and last.start > 0 and _is_byline_or_nothing(text[last.end :]),
        comes_from=is_one
        and first is not None
        and first.start == 0
        and len(letters_of(text[first.end :])) >= _SHORTEST_REST_CHARS,
        title_over=any(
            span.why == "headline" and article.raw[0] <= span.start < article.offsets.raw(0) for span in page.dropped
        ),
        break_before=before if before >= 0 else None,
        break_after=after if after >= 0 else None,
    )


def _outside(marks: Sequence[Span], size: int) -> Iterator[Span]:
    return zip((0, *(end for _, end in marks)), (*(start for start, _ in marks), size), strict=True)


def _is_byline_or_nothing(text: str) -> bool:
    return all((byline := read_byline(line)) and byline.sure >= _SURE_BYLINE for line in text.split("\n") if line)


def _marks(page: CutPage, article: Article, sign: re.Pattern[str]) -> Iterator[_Mark]:
    """Every mark of one direction: on lines that were left out, in the headline, in the first and last two paragraphs."""
    find = sign.search if sign is signs.JUMP_TO else sign.match
    for span in page.dropped:
        if span.why == "jump" and article.raw[0] <= span.start < article.raw[1]:
            line = cleaning.clean(page.page.text[span.start : span.end])
            if match := find(line):
                at = _kept_before(article, span.start)
                split = _SPLIT_MARK.search(article.text, 0, at) if match[0][0] not in _OPENING else None
                yield _Mark(_page(match[0]), split.start() if split else at, at)
    title = article.info.title or ""
    if sign is signs.JUMP_FROM and (match := signs.JUMP_FROM.search(title)) and match[0][0] in _OPENING:
        yield _Mark(_page(match[0]), 0, 0)
    paragraphs = list(_lines(article.text))
    for start, end in dict.fromkeys((*paragraphs[:2], *paragraphs[-2:])):
        if match := find(article.text[start:end]):
            yield _Mark(_page(match[0]), start + match.start(), start + _end(match))


def _kept_before(article: Article, raw: int) -> int:
    """How many characters of the text stand before a raw position."""
    runs = article.offsets.runs
    at = bisect_left(runs, raw, key=lambda run: run[1])
    return runs[at][0] if at < len(runs) else len(article.text)


def _end(match: re.Match[str]) -> int:
    """Where a mark ends: without brackets it goes no further than the page it names."""
    if match[0][0] in _OPENING and match[0][-1] in _CLOSING:
        return match.end()
    named = _PAGE.search(match[0])
    end = match.start() + named.end() if named else match.end()
    return after.end() if (after := _AFTER_BARE_MARK.match(match.string, end)) else end


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _page(mark: str) -> str | None:
    """
    >>> _page("（下转第十二版）"), _page("上接A02版"), _page("（下转03版）"), _page("（上接头版）")
    ('12', 'A02', '3', '1')
    """
    match = _PAGE.search(mark)
    return _page_name(match["page"]) if match else None


def _page_name(printed: str) -> str:
    if printed in _FRONT:
        return "1"
    if printed[0] in _DIGITS or "十" in printed:
        tens, ten, ones = printed.rpartition("十")
        if ten:
            return str(10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0))
        return "".join(str(_DIGITS.get(char, char)) for char in printed)
    return str(int(printed)) if printed.isdecimal() else printed.upper()


def pair(found: Sequence[Half]) -> list[tuple[Half, Half]]:
    """The heads and tails that are one article: of one paper and day, on the pages both name, and alike in words.

    What more than one piece could be the other half of stays alone.
    """
    issues: dict[tuple[str | None, str], list[Half]] = defaultdict(list)
    for half in found:
        if half.article.info.date:  # without its day no page number says anything
            issues[half.article.info.source, half.article.info.date].append(half)
    return [pair for issue in issues.values() for pair in _pairs_of_issue(issue)]


def _pairs_of_issue(found: Sequence[Half]) -> list[tuple[Half, Half]]:
    own = [_own_pairs(half) for half in found]
    alike = {
        (head, tail): likeness
        for head, goes in enumerate(found)
        for tail, comes in enumerate(found)
        if _may_follow(goes, comes) and (likeness := _likeness(goes, comes, own[head], own[tail])) >= _LEAST_ALIKE
    }
    return [(found[head], found[tail]) for head, tail in alike if _is_clear((head, tail), alike)]


def _may_follow(head: Half, tail: Half) -> bool:
    """Whether the pages allow it: at least one of the two is known, and none is another than the marks say."""
    one, other = head.article.info, tail.article.info
    if one.file == other.file or not (head.goes_on and tail.comes_from and head.to_page and tail.from_page):
        return False
    if other.title and one.title and not is_headline_of(other.title, head.article):
        return False  # what stands there as a headline may be the first line of the text
    named = [(one.page, tail.from_page), (other.page, head.to_page)]
    known = [(page_key(page), page_key(mark)) for page, mark in named if page]
    return bool(known) and all(page == mark for page, mark in known)


def page_key(page: str) -> str:
    """A02 and A2 are one page."""
    return re.sub("(?<![0-9])0+(?=[0-9])", "", page.upper())


def _runs(text: str, size: int = _RUN_CHARS) -> frozenset[str]:
    words = letters_of(text)
    return frozenset(words[at : at + size] for at in range(len(words) - size + 1))


def _own_pairs(half: Half) -> frozenset[str]:
    """Its pairs of characters that no other article of its page prints; figures are alike everywhere."""
    pairs = _runs(half.article.text, 2).difference(half.common[at : at + 2] for at in range(0, len(half.common), 2))
    return frozenset(pair for pair in pairs if not _FIGURE.search(pair))


def _likeness(head: Half, tail: Half, one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the pairs of characters that only these two print, of the shorter one's; and a headline printed again."""
    alike = len(one & other) / (min(len(one), len(other)) + _FEW_PAIRS)
    title = tail.article.info.title if tail.title_over else None
    # A headline group may hold a neighbour's as a sub-headline: only the headline itself counts, and with some words.
    is_again = alike >= _SOME_ALIKE and _share_of_runs(title or "", head.article.info.title or "") >= _REPEATED_HEADLINE
    return alike + (_HEADLINE_ALIKE if is_again else 0.0)


def is_headline_of(line: str, article: Article) -> bool:
    """Whether a line says what stands over the article again, or half of it."""
    return _share_of_runs(line, f"{article.info.title or ''}{article.info.subtitle or ''}") >= _REPEATED_HEADLINE


def _share_of_runs(line: str, text: str) -> float:
    again = _runs(line)
    return len(again & _runs(text)) / len(again) if again else 0.0


def letters_of(text: str) -> str:
    return _WORDS.sub("", text)


def _is_clear(ids: tuple[int, int], alike: Mapping[tuple[int, int], float]) -> bool:
    return all(alike[ids] >= _CLEARLY * alike[rival] for rival in _rivals(ids, alike))


def _rivals(ids: tuple[int, int], alike: Mapping[tuple[int, int], float]) -> Iterator[tuple[int, int]]:
    head, tail = ids
    return (other for other in alike if other != ids and (other[0] == head or other[1] == tail))
