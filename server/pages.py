"""Setting a page: the words of its language, who it is for, and text that stays exactly the text it was."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, render_template, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from embeddings.errors import Language
from server.chips import chips, composed_url
from server.citing import copies, reference
from server.languages import HTML_LANG, OWN_NAME, PageLanguage, page_language_of
from server.messages.pages import FOR_SCRIPTS
from server.modules import modules_of
from server.present import around, numbers_beside, segments
from server.traditional import page_texts, spoken


def render_page(template: str, language: PageLanguage, *, script: str | None = None, **context: Any) -> str:
    """``script`` names the page's own script, which is given the texts it needs."""
    t = page_texts(language)
    return render_template(
        template,
        t=t,
        lang=language,
        html_lang=HTML_LANG[language],
        languages=[
            (OWN_NAME[other], HTML_LANG[other], None if other == language else _in_language(other))
            for other in HTML_LANG
        ],
        script=script,
        modules=modules_of(script)[1:] if script else (),
        script_texts={key: t[key] for key in FOR_SCRIPTS[script]} if script else {},
        **context,
    )


def _in_language(language: PageLanguage) -> str:
    """This page's address in another language."""
    return f"{quote(request.path)}?{urlencode([*_but_language(request.args), ('lang', language)])}"


def _but_language(arguments: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in arguments.items(multi=True) if name != "lang"]


def error_page(status: int, title: str, detail: str, language: Language) -> str:
    """``title`` and ``detail`` are our own words, in the language of messages."""
    page_language = page_language_of(request, language)
    said = [spoken(words, page_language) for words in (title, detail)]
    return render_page("error.html", page_language, status=status, title=said[0], detail=said[1])


def page_tools(app: Flask) -> None:
    """What the templates use beside plain values."""
    app.jinja_env.filters.update(exact=exact, marked_url=marked_url, reference=reference)
    app.jinja_env.globals.update(
        around=around,
        segments=segments,
        chips=chips,
        composed_url=composed_url,
        numbers_beside=numbers_beside,
        copies=copies,
        spans=lambda highlights: [(h.start, h.end) for h in highlights],
    )


def exact(text: str) -> Markup:
    """``text`` escaped so that a browser reads as many characters as there are: offsets must count the same there.

    >>> print(exact("<b>\\r"))
    &lt;b&gt;&#13;
    """
    # HTML parsers turn a bare CR into LF and drop NUL.
    return Markup(str(escape(text)).replace("\r", "&#13;").replace("\0", "\ufffd"))


def marked_url(url: str, question: str = "") -> str:
    """The same place for a browser without scripts, where the server has to do the marking; with the question's words.

    >>> marked_url("/articles/a#c1-2"), marked_url("/articles/a#c1-2", "几点?")
    ('/articles/a?mark=1-2#c1-2', '/articles/a?mark=1-2&q=%E5%87%A0%E7%82%B9%3F#c1-2')
    """
    path, _, fragment = url.partition("#")
    asked = f"&q={quote(question)}" if question else ""
    return f"{path}?mark={fragment.removeprefix('c')}{asked}#{fragment}"
