"""Which language a request is answered in: ``?lang=``, then the cookie that keeps it, then Accept-Language."""

from __future__ import annotations

from flask import Request, Response

from embeddings.errors import Language
from server.messages import LANGUAGES

COOKIE = "lang"
ONE_YEAR_S = 365 * 24 * 3600
HTML_LANG: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}


def language_of(request: Request, default: Language) -> Language:
    asked = [chosen_language(request), request.cookies.get(COOKIE)]
    # The best match of werkzeug would put "en" before "zh-TW;q=1", which is not exactly "zh".
    accepted = [tag.lower().partition("-")[0] for tag, _ in request.accept_languages]
    return next((language for wanted in asked + accepted for language in LANGUAGES if language == wanted), default)


def chosen_language(request: Request) -> Language | None:
    """What the address asks for, ``?lang=en``."""
    return next((language for language in LANGUAGES if language == request.args.get("lang")), None)


def keep_language(request: Request, response: Response) -> Response:
    """A language chosen in the address stays chosen on the pages that follow."""
    if chosen := chosen_language(request):
        response.set_cookie(COOKIE, chosen, max_age=ONE_YEAR_S, samesite="Lax", httponly=True)
    return response
