"""Which paper, which day, which page: from the masthead and from the file's name, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retriever.newspaper import signs
from retriever.newspaper.blocks import Block


@dataclass(frozen=True, slots=True)
class Issue:
    """``date`` is ISO 8601. ``None`` is not known."""

    source: str | None = None
    date: str | None = None
    page: str | None = None

    def completed(self, other: Issue) -> Issue:
        """This, and what only the other knows."""
        return Issue(self.source or other.source, self.date or other.date, self.page or other.page)


_FILE_NAME = re.compile(
    r"(?P<source>[㐀-鿿]{2,12})[-_ ]?(?P<year>(?:19|20)[0-9]{2})[-_.年]?(?P<month>[0-9]{2})[-_.月]?(?P<day>[0-9]{2})日?"
    r"(?:[-_ ]*(?:第)?(?P<page>[A-Za-z]?[0-9]{1,3})版?)?(?:[-_ ].*)?$"
)
_DATE = re.compile(r"(?P<year>(?:19|20)[0-9]{2})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日")
_PAPER_ALONE = re.compile(f"^[{signs.HAN}]{{2,6}}(?:{signs.PAPER})$")
_PUBLISHER = re.compile(f"(?P<paper>[{signs.HAN}]{{2,6}}(?:{signs.PAPER}))社")
_PAGE = re.compile(r"第(?P<page>[A-Z]?[0-9]{1,3})版|(?<![0-9A-Za-z])(?P<lettered>[A-Z][0-9]{1,2})版")
_DATELINE_REACH_CHARS = 40
_PRINT_DATE = re.compile("星期|周[一二三四五六日]|农历|总第|^[^，。]{0,14}$")


def from_file_name(file: str) -> Issue:
    """``周口日报-20220803-01.txt`` names the paper, the day and the page.

    >>> from_file_name("a/周口日报-20220803-01.txt")
    Issue(source='周口日报', date='2022-08-03', page='1')
    """
    name = file.rsplit("/", 1)[-1].split(".", 1)[0]
    match = _FILE_NAME.match(name)
    if not match or (day := _iso(match)) is None:
        return Issue()
    return Issue(match["source"], day, match["page"].lstrip("0") or None if match["page"] else None)


def from_masthead(lines: Sequence[Block]) -> Issue:
    """From the lines that belong to no article."""
    texts = [line.text for line in lines]
    dated = [match for text in texts if (match := _DATE.search(text)) and _PRINT_DATE.search(text)]
    day = next((iso for match in dated if (iso := _iso(match))), None)
    # A page number is the page's own only beside its date: elsewhere it points to another page.
    numbers = (match["page"] or match["lettered"] for line in dated if (match := _PAGE.search(line.string)))
    return Issue(_paper(texts, dated=day is not None), day, next(numbers, None))


def from_dateline(text: str) -> str | None:
    """The date of a dateline that names the year, as agencies do in some papers; ISO 8601.

    >>> from_dateline("新华社北京2024年7月2日电"), from_dateline("新华社北京7月2日电")
    ('2024-07-02', None)
    """
    match = _DATE.search(text[:_DATELINE_REACH_CHARS])
    return _iso(match) if match and text[match.end() : match.end() + 1] in ("电", "電", "讯", "訊") else None


def _paper(texts: Sequence[str], *, dated: bool) -> str | None:
    publishers = [paper["paper"] for text in texts for paper in _PUBLISHER.finditer(text)]
    alone = [text for text in texts if _PAPER_ALONE.match(text)]
    for paper in alone:
        if dated or any(publisher.endswith(paper) for publisher in publishers):
            return paper
    return None


def _iso(match: re.Match[str]) -> str | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
    except ValueError:
        return None  # 2024年2月30日 is a misprint, not a date
