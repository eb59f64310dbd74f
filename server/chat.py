"""The chat page. With scripts it talks to the JSON API; without, ``/?q=`` answers on the server."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request

from embeddings.errors import BaowenError, Language
from retriever.errors import EmptyQuestion, QuestionTooLong
from server.languages import keep_language, language_of
from server.live import LiveSearcher
from server.messages import texts
from server.messages.pages import FOR_SCRIPTS, PAGE
from server.pages import render_page
from server.present import answer_out
from server.schemas import QUESTION_MAX, AskOut


def chat_routes(live: LiveSearcher, default: Language) -> Blueprint:
    pages = Blueprint("chat", __name__)

    @pages.get("/")
    def chat() -> Response:
        language = language_of(request, default)
        searcher = live.searcher()
        question = request.args.get("q", "")
        answer: AskOut | None = None
        refused: BaowenError | None = None
        if "q" in request.args:
            try:
                answer = answer_out(searcher.ask(question))
            except (EmptyQuestion, QuestionTooLong) as error:
                refused = error
        status = searcher.status()
        page = render_page(
            "chat.html",
            language,
            question=question,
            answer=answer,
            refused=None if refused is None else refused.message(language),
            examples=[] if answer else searcher.example_questions(4),
            articles=status.articles,
            papers=tuple(source for source, _ in status.sources),
            warning=None if live.warning is None else live.warning.message(language),
            question_max=QUESTION_MAX,
            script_texts={key: text for key, text in texts(PAGE, language).items() if key in FOR_SCRIPTS},
        )
        return keep_language(request, make_response(page, 422 if refused else 200))

    return pages
