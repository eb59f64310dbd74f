"""Which paper, which day, which page: from the masthead and from datelines, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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


_DATE = re.compile(r"(?P<year>(?:19|20)[0-9]{2})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日")
_PAPER_ALONE = re.compile(f"^[{signs.HAN}]{{2,6}}(?:{signs.PAPER})$")
_PUBLISHER = re.compile(f"(?P<paper>[{signs.HAN}]{{2,6}}(?:{signs.PAPER}))社")
_PAGE = re.compile(r"第(?P<page>[A-Z]?[0-9]{1,3})版|(?<![0-9A-Za-z])(?P<lettered>[A-Z][0-9]{1,2})版")
_DATELINE_REACH_CHARS = 40
_PRINT_DATE = re.compile("星期|周[一二三四五六日]|农历|总第|^[^，。]{0,14}$")


def from_masthead(lines: Sequence[Block]) -> Issue:
    """From the lines that belong to no article."""
    texts = [line.text for line in lines]
    dated = [match for text in texts if (match := _DATE.search(text)) and _PRINT_DATE.search(text)]
    day = next((iso for match in dated if (iso := iso_day(match.groupdict()))), None)
    # A page number is the page's own only beside its date: elsewhere it points to another page.
    numbers = (match["page"] or match["lettered"] for line in dated if (match := _PAGE.search(line.string)))
    return Issue(_paper(texts, dated=day is not None), day, next(numbers, None))


def from_dateline(text: str) -> str | None:
    """The date of a dateline that names the year, as agencies do in some papers; ISO 8601.

    >>> from_dateline("新华社北京2024年7月2日电"), from_dateline("新华社北京7月2日电")
    ('2024-07-02', None)
    """
    match = _DATE.search(text[:_DATELINE_REACH_CHARS])
    return (
        iso_day(match.groupdict())
        if match and text[match.end() : match.end() + 1] in ("电", "電", "讯", "訊")
        else None
    )


def _paper(texts: Sequence[str], *, dated: bool) -> str | None:
    publishers = [paper["paper"] for text in texts for paper in _PUBLISHER.finditer(text)]
    alone = [text for text in texts if _PAPER_ALONE.match(text)]
    for paper in alone:
        if dated or any(publisher.endswith(paper) for publisher in publishers):
            return paper
    return None


def iso_day(told: Mapping[str, str | None]) -> str | None:
    """ISO 8601 of ``year``, ``month`` and ``day``; None where one is missing, or the day is in no calendar."""
    try:
        return date(*(int(told.get(part) or 0) for part in ("year", "month", "day"))).isoformat()
    except ValueError:
        return None  # 2024年2月30日 is a misprint, not a date
