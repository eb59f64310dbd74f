"""The chat page. With scripts it asks the JSON API and has ``/fragment`` set what came back; without, ``/?q=`` answers."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Self

from flask import Blueprint, Response, make_response, render_template, request
from pydantic import ValidationError, model_validator
from pydantic_core import PydanticCustomError
from werkzeug.exceptions import UnprocessableEntity

from retriever.domain import Filters
from retriever.errors import EmptyQuestion, QuestionTooLong
from retriever.search import Searcher
from retriever.search.following import OnStep
from server.composed import composed_out
from server.composing import compose
from server.errors import WrongFilter
from server.filtering import typed_filters
from server.issues import years_of
from server.languages import keep_language, language_of, messages_of, page_language_of
from server.llm import LanguageModel
from server.pages import render_page
from server.present import filters_out, suggest_out
from server.schemas import QUESTION_MAX, AskIn, AskOut, ComposedOut, FiltersIn, In, SuggestOut
from server.service import Service
from server.traditional import page_texts, spoken


class TurnIn(In):
    """One question and what it got, as the API told it, and the filters under which it was asked."""

    answer: AskOut
    filters: FiltersIn = FiltersIn()
    composed: ComposedOut | None = None

    @model_validator(mode="after")
    def _citations_exist(self) -> Self:
        said = [sentence.citation for sentence in self.answer.answer.sentences] if self.answer.answer else []
        written = [n for sentence in self.composed.sentences for n in sentence.citations] if self.composed else []
        sound = all(1 <= n <= len(self.answer.citations) for n in said)
        if not sound or (self.composed and not all(1 <= n <= len(self.composed.citations) for n in written)):
            raise PydanticCustomError("no_such_citation", "cites what is not there")
        return self


def chat_routes(service: Service, model: LanguageModel | None) -> Blueprint:
    """``model`` also writes an answer, where one is set up: beside the quotation, and said to be its own."""
    pages = Blueprint("chat", __name__)
    live, desk, default = service.live, service.desk, service.language

    @pages.get("/")
    def chat() -> Response:
        language = page_language_of(request, default)
        searcher = live.searcher()
        question = request.args.get("q", "")
        answer: AskOut | None = None
        aside: SuggestOut | None = None
        filters, refused = FiltersIn(), None
        try:
            filters = typed_filters(request.args.getlist("source"), *map(request.args.get, ("date_from", "date_to")))
            if "q" in request.args:
                answer = desk.ask(_asked(question, filters))
                aside = desk.in_time(partial(_beside, searcher, answer, filters.filters(), service.today()))
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
            composed=composed(answer) if answer and model and "composed" in request.args else None,
            composer=model.name if model else None,
            filters=filters_out(filters.filters()),
            refused=refused,
            examples=() if answer else service.examples.of(searcher),
            articles=status.articles,
            papers=tuple(source for source, _ in status.sources),
            years=years_of(searcher),
            warning=live.warning and spoken(live.warning.message(messages_of(language)), language),
            question_max=QUESTION_MAX,
        )
        return keep_language(request, make_response(page, 422 if refused else 200))

    def composed(answer: AskOut) -> ComposedOut | None:
        """For browsers without scripts, which wait for the language model as long as it takes."""
        made = compose(answer, model, live.searcher().article) if model else None
        return composed_out(made, answer.id, language_of(request, default)) if made else None

    @pages.post("/fragment")
    def fragment() -> str:
        """One turn as the page shows it: set here alone, so that it reads the same with and without scripts."""
        try:
            turn = TurnIn.model_validate_json(request.get_data())
        except ValidationError as error:
            raise UnprocessableEntity from error
        aside = desk.in_time(partial(_beside, live.searcher(), turn.answer, turn.filters.filters(), service.today()))
        t = page_texts(page_language_of(request, default))
        return render_template("turn.html", t=t, answer=turn.answer, aside=aside, composed=turn.composed)

    return pages


def _asked(question: str, filters: FiltersIn) -> AskIn:
    """What an address asks. Raises EmptyQuestion, QuestionTooLong."""
    typed = question.strip()
    if not typed:
        raise EmptyQuestion()
    if len(typed) > QUESTION_MAX:
        raise QuestionTooLong(length=len(typed), limit=QUESTION_MAX)
    return AskIn(question=typed, filters=filters)


def _beside(searcher: Searcher, answer: AskOut, filters: Filters, today: date, on_step: OnStep) -> SuggestOut:
    """What stands beside an answer: the filters its question speaks of, and how much holds its words."""
    searched = answer.effective_question
    found = searcher.suggest(searched, today=today)
    on_step()
    return suggest_out(searched, today, filters, found, searcher.counts(searched, filters=filters))
