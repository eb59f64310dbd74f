"""What a page says of itself (front matter, a web page's head) and what a librarian says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from retriever.domain import Page

Details = tuple[str | None, str | None, str | None]
"""Paper, ISO date, page."""

UNKNOWN: Details = (None, None, None)


@dataclass(frozen=True, slots=True)
class DescribedPage(Page):
    """A page that names its paper, day, page or headline itself, outside its text."""

    details: Details = UNKNOWN
    title: str | None = None


def details_of(page: Page, sidecar: Mapping[str, Details]) -> Details:
    """What is known of a page: the sidecar's word for it, then for its whole file, then the page's own.

    >>> details_of(Page("a.pdf#2", "", "pdf"), {"a.pdf": ("周口日报", None, "1"), "a.pdf#2": (None, None, "2")})
    ('周口日报', None, '2')
    """
    own = page.details if isinstance(page, DescribedPage) else UNKNOWN
    whole_file = page.file.rsplit("#", 1)[0]
    return completed(completed(sidecar.get(page.file, UNKNOWN), sidecar.get(whole_file, UNKNOWN)), own)


def completed(first: Details, second: Details) -> Details:
    """The first, and what only the second knows."""
    return first[0] or second[0], first[1] or second[1], first[2] or second[2]


def is_iso_date(text: str) -> bool:
    """
    >>> is_iso_date("2024-06-05"), is_iso_date("2024-6-5")
    (True, False)
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
