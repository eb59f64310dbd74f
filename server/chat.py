"""The chat page. With scripts it asks the JSON API and has ``/fragment`` set what came back; without, ``/?q=`` answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request
from pydantic import ValidationError
from werkzeug.exceptions import UnprocessableEntity

from embeddings.errors import Language
from retriever.domain import Filters
from retriever.errors import EmptyQuestion, QuestionTooLong
from retriever.search import Searcher
from retriever.search.searcher import NO_FILTERS
from server.errors import WrongFilter
from server.examples import Examples
from server.filtering import filters_from
from server.issues import years_of
from server.languages import keep_language, messages_of, page_language_of
from server.live import LiveSearcher
from server.pages import render_page
from server.present import answer_out, filters_out, suggest_out
from server.schemas import QUESTION_MAX, AskOut, FiltersIn, In, SuggestOut
from server.traditional import page_texts, spoken

EXAMPLES = 4


class TurnIn(In):
    """One question and what it got, as the API told it, and the filters under which it was asked."""

    answer: AskOut
    filters: FiltersIn = FiltersIn()


def chat_routes(live: LiveSearcher, default: Language, today: Callable[[], date]) -> Blueprint:
    pages = Blueprint("chat", __name__)
    examples = Examples(EXAMPLES)

    @pages.get("/")
    def chat() -> Response:
        language = page_language_of(request, default)
        searcher = live.searcher()
        question = request.args.get("q", "")
        answer: AskOut | None = None
        aside: SuggestOut | None = None
        filters, refused = NO_FILTERS, None
        try:
            filters = filters_from(request.args.getlist("source"), *map(request.args.get, ("date_from", "date_to")))
            if "q" in request.args:
                answer = answer_out(searcher.ask(question, filters=filters))
                aside = beside(searcher, answer, filters, today())
        except (EmptyQuestion, QuestionTooLong, WrongFilter) as error:
            refused = spoken(error.message(messages_of(language)), language)
        status = searcher.status()
        page = render_page(
            "chat.html",
            language,
            script="chat",
            question=question,
            answer=answer,
            aside=aside,
            filters=filters_out(filters),
            refused=refused,
            examples=() if answer else examples.of(searcher),
            articles=status.articles,
            papers=tuple(source for source, _ in status.sources),
            years=years_of(searcher),
            warning=live.warning and spoken(live.warning.message(messages_of(language)), language),
            question_max=QUESTION_MAX,
        )
        return keep_language(request, make_response(page, 422 if refused else 200))

    @pages.post("/fragment")
    def fragment() -> str:
        """One turn as the page shows it: set here alone, so that it reads the same with and without scripts."""
        try:
            turn = TurnIn.model_validate_json(request.get_data())
        except ValidationError as error:
            raise UnprocessableEntity from error
        aside = beside(live.searcher(), turn.answer, turn.filters.filters(), today())
        t = page_texts(page_language_of(request, default))
        return render_template("turn.html", t=t, answer=turn.answer, aside=aside)

    return pages


def beside(searcher: Searcher, answer: AskOut, filters: Filters, today: date) -> SuggestOut:
    """What stands beside an answer: the filters its question speaks of, and how much holds its words."""
    searched = answer.effective_question
    found, counts = searcher.suggest(searched, today=today), searcher.counts(searched, filters=filters)
    return suggest_out(searched, today, filters, found, counts)
