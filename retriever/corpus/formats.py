"""The suffixes that can be read, and what is in such a file."""

from __future__ import annotations

PAGES = frozenset({".txt", ".md", ".html", ".htm"})
RECORDS = frozenset({".jsonl", ".jsonl.gz", ".jsonl.xz", ".csv"})
READABLE = PAGES | RECORDS


def suffix_of(name: str) -> str | None:
    """The suffix that decides how a file is read; ``None`` for a file that is not.

    >>> suffix_of("a/News.JSONL.gz"), suffix_of("scan.png")
    ('.jsonl.gz', None)
    """
    low = name.lower()
    return max((suffix for suffix in READABLE if low.endswith(suffix)), key=len, default=None)
