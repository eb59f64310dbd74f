"""Which language a request is answered in: ``?lang=``, then the cookie that keeps it, then Accept-Language.

Messages stand in two languages. Pages speak a third, traditional Chinese, which is made from the simplified words
(:mod:`server.traditional`); programs that ask for it get simplified.
"""

from __future__ import annotations

from typing import Literal

from flask import Request, Response

from embeddings.errors import Language

PageLanguage = Literal["zh", "zh-Hant", "en"]

COOKIE = "lang"
ONE_YEAR_S = 365 * 24 * 3600
HTML_LANG: dict[PageLanguage, str] = {"zh": "zh-Hans", "zh-Hant": "zh-Hant", "en": "en"}
OWN_NAME: dict[PageLanguage, str] = {"zh": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def language_of(request: Request, default: Language) -> Language:
    """The language of messages."""
    return messages_of(page_language_of(request, default))


def page_language_of(request: Request, default: Language) -> PageLanguage:
    asked = [chosen_language(request), _named(request.cookies.get(COOKIE))]
    # The best match of werkzeug would put "en" before "zh-TW;q=1", which is not exactly "zh".
    accepted = [_accepted(tag.lower()) for tag, _ in request.accept_languages]
    return next((language for language in (*asked, *accepted) if language), default)


def messages_of(language: PageLanguage) -> Language:
    return "en" if language == "en" else "zh"


def chosen_language(request: Request) -> PageLanguage | None:
    """What the address asks for, ``?lang=en``."""
    return _named(request.args.get("lang"))


def keep_language(request: Request, response: Response) -> Response:
    """A language chosen in the address stays chosen on the pages that follow."""
    if chosen := chosen_language(request):
        response.set_cookie(COOKIE, chosen, max_age=ONE_YEAR_S, samesite="Lax", httponly=True)
    return response


def _named(value: str | None) -> PageLanguage | None:
    return next((language for language in HTML_LANG if language == value), None)


def _accepted(tag: str) -> PageLanguage | None:
    """
    >>> [_accepted(tag) for tag in ("zh-tw", "zh-hans-hk", "en-us", "fr")]
    ['zh-Hant', 'zh', 'en', None]
    """
    if tag.startswith(TRADITIONAL):
        return "zh-Hant"
    return _named(tag.partition("-")[0])
