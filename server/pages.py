"""Setting a page: the words of its language, who it is for, and text that stays exactly the text it was."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, render_template, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from embeddings.errors import Language
from server.chips import chips
from server.languages import HTML_LANG
from server.messages import texts
from server.messages.pages import PAGE
from server.present import around, segments


def render_page(template: str, language: Language, **context: Any) -> str:
    other: Language = "en" if language == "zh" else "zh"
    return render_template(
        template,
        t=texts(PAGE, language),
        lang=language,
        html_lang=HTML_LANG[language],
        other_lang=other,
        other_html_lang=HTML_LANG[other],
        other_url=f"{request.path}?{urlencode([*_but_language(request.args), ('lang', other)])}",
        **context,
    )


def _but_language(arguments: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in arguments.items(multi=True) if name != "lang"]


def error_page(status: int, title: str, detail: str, language: Language) -> str:
    return render_page("error.html", language, status=status, title=title, detail=detail)


def page_tools(app: Flask) -> None:
    """What the templates use beside plain values."""
    app.jinja_env.filters.update(exact=exact, marked_url=marked_url)
    app.jinja_env.globals.update(
        around=around, segments=segments, chips=chips, spans=lambda highlights: [(h.start, h.end) for h in highlights]
    )


def exact(text: str) -> Markup:
    """``text`` escaped so that a browser reads as many characters as there are: offsets must count the same there.

    >>> print(exact("<b>\\r"))
    &lt;b&gt;&#13;
    """
    # HTML parsers turn a bare CR into LF and drop NUL.
    return Markup(str(escape(text)).replace("\r", "&#13;").replace("\0", "\ufffd"))


def marked_url(url: str) -> str:
    """The same place for a browser without scripts, where the server has to do the marking.

    >>> marked_url("/articles/a#c1-2")
    '/articles/a?mark=1-2#c1-2'
    """
    path, _, fragment = url.partition("#")
    return f"{path}?mark={fragment.removeprefix('c')}#{fragment}"
