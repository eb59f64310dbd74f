"""The ``---`` block at the head of a .md or .txt file that says what is printed below it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retriever.corpus import limits
from retriever.corpus.details import Details, is_iso_date
from retriever.errors import BadRecord

_KEYS = {
    **dict.fromkeys(("source", "paper", "来源", "报纸", "报名"), "source"),
    **dict.fromkeys(("date", "日期"), "date"),
    **dict.fromkeys(("page", "版", "版面", "版次"), "page"),
    **dict.fromkeys(("title", "标题"), "title"),
}
_FENCE = re.compile(r"-{3,}[ \t]*\r?\n")
_LINE = re.compile(  # possessive where blanks could be shared out in many ways
    r"[ \t]*+(?:(?P<key>[^\s:：#][^:：\r\n]{0,40}?)[ \t]*+[:：][ \t]*+(?P<value>(?:[^ \t\r\n]++|[ \t]++(?!\r?\n))*+)|#[^\r\n]*+|)"
    r"[ \t]*+\r?\n"
)
_CLOSING = re.compile(r"(?:-{3,}|\.{3})[ \t]*(?:\r?\n|$)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """``body`` is the rest of the text, untouched."""

    details: Details
    title: str | None
    body: str


def front_matter(text: str, file: str) -> tuple[FrontMatter | None, list[BadRecord]]:
    """The block, or ``None`` where the text does not begin with one that names a paper, date, page or title.

    Besides, what is wrong in it: a date that is none is left out.

    >>> front_matter("---\\nsource: 周口日报\\npage: 1\\n---\\n正文。", "a.md")[0]
    FrontMatter(details=('周口日报', None, '1'), title=None, body='正文。')
    """
    opening = _FENCE.match(text)
    if not opening:
        return None, []
    at = opening.end()
    found: dict[str, str] = {}
    problems: list[BadRecord] = []
    for number in range(2, limits.FRONT_MATTER_LINES + 2):
        if closing := _CLOSING.match(text, at):
            if not found and not problems:
                return None, []  # two rules of a page's layout
            details = found.get("source"), found.get("date"), found.get("page")
            return FrontMatter(details, found.get("title"), text[closing.end() :]), problems
        line = _LINE.match(text, at)
        if not line:
            break
        at = line.end()
        key = _KEYS.get((line["key"] or "").lower())
        value = _unquoted(line["value"] or "")[: limits.DETAIL_CHARS]
        if key == "date" and value and not is_iso_date(value):
            problems.append(BadRecord(file=file, line=number, detail=f"date={value!r} (YYYY-MM-DD)"))
        elif key and value:
            found.setdefault(key, value)
    return None, []


def _unquoted(value: str) -> str:
    """
    >>> _unquoted('"周口日报"'), _unquoted("“头条”")
    ('周口日报', '“头条”')
    """
    return value[1:-1].strip() if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
