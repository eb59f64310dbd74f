"""Which language a request is answered in: ``?lang=``, then the cookie that keeps it, then Accept-Language."""

from __future__ import annotations

from flask import Request, Response

from embeddings.errors import Language
from server.messages import LANGUAGES

COOKIE = "lang"
ONE_YEAR_S = 365 * 24 * 3600
HTML_LANG: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}


def language_of(request: Request, default: Language) -> Language:
    kept = request.cookies.get(COOKIE)
    wanted = chosen_language(request) or kept or request.accept_languages.best_match(LANGUAGES)
    return next((language for language in LANGUAGES if language == wanted), default)


def chosen_language(request: Request) -> Language | None:
    """What the address asks for, ``?lang=en``."""
    return next((language for language in LANGUAGES if language == request.args.get("lang")), None)


def keep_language(request: Request, response: Response) -> Response:
    """A language chosen in the address stays chosen on the pages that follow."""
    if chosen := chosen_language(request):
        response.set_cookie(COOKIE, chosen, max_age=ONE_YEAR_S, samesite="Lax", httponly=True)
    return response
