"""Every sentence a person reads here, in tables: Chinese first, then English. Errors carry their own two."""

from __future__ import annotations

from collections.abc import Mapping

from embeddings.errors import Language

Pair = tuple[str, str]  # zh, en
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def in_language(pair: Pair, language: Language) -> str:
    return pair[LANGUAGES.index(language)]


def texts(table: Mapping[str, Pair], language: Language) -> dict[str, str]:
    """One language of a whole table.

    >>> texts({"ask": ("问", "Ask")}, "en")
    {'ask': 'Ask'}
    """
    return {key: in_language(pair, language) for key, pair in table.items()}
