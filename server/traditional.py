"""Traditional Chinese for the words of the pages, made from the simplified ones. Articles are never converted."""

from __future__ import annotations

from functools import cache
from typing import Any

from server.languages import PageLanguage, messages_of
from server.messages import texts
from server.messages.pages import PAGE

QUOTES = str.maketrans("“”‘’", "「」『』")


@cache
def page_texts(language: PageLanguage) -> dict[str, str]:
    """Everything a page says, in its language."""
    return {key: spoken(text, language) for key, text in texts(PAGE, messages_of(language)).items()}


def spoken(words: str, language: PageLanguage) -> str:
    """Our own words, which stand in the language of messages, as this page says them.

    >>> spoken("按“历史”查找", "zh-Hant"), spoken("按“历史”查找", "zh")
    ('按「歷史」查詢', '按“历史”查找')
    """
    return str(_converter().convert(words)).translate(QUOTES) if language == "zh-Hant" else words


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("s2twp")  # words as they are used in Taiwan, not characters alone
