"""Paper, day and page from a file's name: by the usual pattern, or by the one a librarian writes for their own names."""

from __future__ import annotations

import re

from retriever.errors import BadFileNamePattern
from retriever.newspaper.issue import Issue, iso_day

_PARTS = {
    "source": r"(?P<source>.+?)",
    "year": r"(?P<year>(?:19|20)[0-9]{2})",
    "month": r"(?P<month>[0-9]{1,2})",
    "day": r"(?P<day>[0-9]{1,2})",
    "page": r"(?P<page>[A-Za-z]?[0-9]{1,3})",
}
_TOKEN = re.compile(r"\{(?P<name>[^{}]*)\}|(?P<any>\*)|(?P<text>[^{}*]+)|(?P<stray>[{}])")
_USUAL = re.compile(
    r"(?P<source>[㐀-鿿]{2,12})[-_ ]?(?P<year>(?:19|20)[0-9]{2})[-_.年]?(?P<month>[0-9]{2})[-_.月]?(?P<day>[0-9]{2})日?"
    r"(?:[-_ ]*(?:第)?(?P<page>[A-Za-z]?[0-9]{1,3})版?)?(?:[-_ ].*)?"
)


def file_name_pattern(template: str) -> re.Pattern[str]:
    """The pattern of a template such as ``{source}-{year}{month}{day}-{page}``; ``*`` stands for anything.

    The rest of the template stands for itself, so that no template can be slow to match. Raises BadFileNamePattern
    where a name in braces is none of source, year, month, day and page, stands twice, or there is none at all.
    """
    pieces, used = [], list[str]()
    for token in _TOKEN.finditer(template):
        name = token["name"]
        if token["stray"] or (name is not None and (name not in _PARTS or name in used)):
            raise BadFileNamePattern(template=template, wrong=token[0])
        if name is not None:
            used.append(name)
        pieces.append(_PARTS[name] if name is not None else ".*?" if token["any"] else re.escape(token["text"]))
    if not used:
        raise BadFileNamePattern(template=template, wrong=template)
    return re.compile("".join(pieces))


def from_file_name(file: str, pattern: re.Pattern[str] | None = None) -> Issue:
    """What the name tells by the librarian's ``pattern``, else by the usual one.

    >>> from_file_name("a/周口日报-20220803-01.txt")
    Issue(source='周口日报', date='2022-08-03', page='1')
    >>> from_file_name("p3 ZKRB 2022.8.3.txt", file_name_pattern("p{page} {source} {year}.{month}.{day}"))
    Issue(source='ZKRB', date='2022-08-03', page='3')
    """
    name = file.rsplit("/", 1)[-1]
    stem = name.rsplit(".", 1)[0] if "." in name else name
    if pattern is not None and (match := pattern.fullmatch(stem)):
        return _issue(match)
    usual = _USUAL.fullmatch(stem.split(".", 1)[0])
    return _issue(usual) if usual and iso_day(usual.groupdict()) else Issue()


def _issue(match: re.Match[str]) -> Issue:
    told = match.groupdict()
    page = told.get("page")
    return Issue(told.get("source"), iso_day(told), (page.lstrip("0") or None) if page else None)
