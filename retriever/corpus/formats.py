"""The suffixes that can be read, and what is in such a file."""

from __future__ import annotations

PAGES = frozenset({".txt", ".md", ".html", ".htm", ".pdf", ".docx"})
RECORDS = frozenset({".jsonl", ".jsonl.gz", ".jsonl.xz", ".csv"})
ARCHIVES = frozenset({".zip"})
READABLE = PAGES | RECORDS | ARCHIVES
# They stand beside articles and are none.
BESIDE_ARTICLES = frozenset({"readme.md", "readme.txt", "pages.csv", "pages.toml"})


def suffix_of(name: str) -> str | None:
    """The suffix that decides how a file is read; ``None`` for a file that is not.

    >>> suffix_of("a/News.JSONL.gz"), suffix_of("scan.png")
    ('.jsonl.gz', None)
    """
    low = name.lower()
    return max((suffix for suffix in READABLE if low.endswith(suffix)), key=len, default=None)
