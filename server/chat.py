"""The chat page. With scripts it talks to the JSON API; without, ``/?q=`` answers on the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, make_response, request

from embeddings.errors import Language
from retriever.errors import EmptyQuestion, QuestionTooLong
from retriever.search.searcher import NO_FILTERS
from server.errors import WrongFilter
from server.filtering import filters_from
from server.languages import keep_language, language_of
from server.live import LiveSearcher
from server.messages import texts
from server.messages.pages import FOR_SCRIPTS, PAGE
from server.pages import render_page
from server.present import answer_out, filters_out, suggest_out
from server.schemas import QUESTION_MAX, AskOut, SuggestOut


def chat_routes(live: LiveSearcher, default: Language, today: Callable[[], date]) -> Blueprint:
    pages = Blueprint("chat", __name__)

    @pages.get("/")
    def chat() -> Response:
        language = language_of(request, default)
        searcher = live.searcher()
        question = request.args.get("q", "")
        answer: AskOut | None = None
        aside: SuggestOut | None = None
        filters, refused = NO_FILTERS, None
        try:
            filters = filters_from(request.args.getlist("source"), *map(request.args.get, ("date_from", "date_to")))
            if "q" in request.args:
                answer = answer_out(searcher.ask(question, filters=filters))
                searched, day = answer.effective_question, today()
                found, counts = searcher.suggest(searched, today=day), searcher.counts(searched, filters=filters)
                aside = suggest_out(searched, day, filters, found, counts)
        except (EmptyQuestion, QuestionTooLong, WrongFilter) as error:
            refused = error.message(language)
        status = searcher.status()
        page = render_page(
            "chat.html",
            language,
            question=question,
            answer=answer,
            aside=aside,
            filters=filters_out(filters),
            refused=refused,
            examples=[] if answer else searcher.example_questions(4),
            articles=status.articles,
            papers=tuple(source for source, _ in status.sources),
            warning=None if live.warning is None else live.warning.message(language),
            question_max=QUESTION_MAX,
            script_texts={key: text for key, text in texts(PAGE, language).items() if key in FOR_SCRIPTS},
        )
        return keep_language(request, make_response(page, 422 if refused else 200))

    return pages
