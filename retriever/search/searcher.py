"""Conductor 2: a question → its answer, verbatim, with where it was printed; or an honest "not found"."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, load_encoder
from embeddings.errors import EncoderChanged
from embeddings.options import AS_IT_COMES, EncoderOptions
from embeddings.reranker import Reranker, load_reranker
from retriever.domain import (
    Answer,
    Article,
    ArticleInfo,
    ArticleList,
    Citation,
    Counts,
    Filters,
    IndexInfo,
    IndexStatus,
    Mode,
    SearchResult,
    Span,
    Suggestion,
    Turn,
)
from retriever.errors import ArticleNotFound, EmptyQuestion, IndexDamaged, QuestionTooLong, WrongEncoder
from retriever.index.milvus.address import Address
from retriever.index.milvus.generation import MilvusGeneration
from retriever.index.milvus.opening import open_store
from retriever.index.snapshot import Snapshot, open_snapshot
from retriever.search.answering import answer
from retriever.search.confidence import Judge, judge_for
from retriever.search.coverage import highlights
from retriever.search.evidence import LOOKED_AT, Asked, Found
from retriever.search.following import Near, OnHits, OnStep, go_on, look_on
from retriever.search.likeness import Likeness
from retriever.search.narrowing import suggestions
from retriever.search.presence import Presence, presence_of
from retriever.search.question import Question
from retriever.search.retrieval import Retrieval, found_in
from retriever.search.sentence_vectors import SentenceVectors
from retriever.search.tallies import Tally, tallies_of
from retriever.text.smalltalk import is_small_talk
from retriever.text.sounds import mistaken

MAX_QUESTION_CHARS = 500
NO_FILTERS = Filters()
_JSON = json.JSONEncoder(ensure_ascii=False)


class Searcher:
    """Answers from one generation. Safe to call from several threads."""

    def __init__(
        self,
        snapshot: Snapshot | MilvusGeneration,
        encoder: Encoder,
        mode: Mode = "hybrid",
        judge: Judge | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """``judge`` decides whether to answer; the learnt one, where it is None. ``reranker`` reads the first passages again."""
        self._snapshot, self._encoder, self.mode, self._reranker = snapshot, encoder, mode, reranker
        self._retrieval = Retrieval(snapshot, encoder, mode, reranker)
        self._tallies = tallies_of(snapshot)
        self._judge = judge or judge_for(encoder.name)
        self._sentences, self._likeness = SentenceVectors(encoder), Likeness(encoder)
        made = snapshot.manifest
        self.info = IndexInfo(made.generation, made.articles, made.passages, mode)

    @classmethod
    def open(
        cls,
        root: Path,
        *,
        store: Address | None = None,
        encoder: str | None = None,
        options: EncoderOptions = AS_IT_COMES,
        mode: Mode = "hybrid",
        reranker: str | None = None,
        before: Searcher | None = None,
    ) -> Searcher:
        """The live generation of ``root``, or of ``store``, with the encoder that made it unless another is named.

        ``reranker`` names a cross-encoder that reads the first passages again. ``before`` was opened with the same settings
        over an earlier generation: its models serve on where they fit, which saves their time and memory. Raises IndexNotBuilt, NotAnIndex,
        IndexDamaged, IndexFormatUnknown, EncoderError, RerankerError, or WrongEncoder where the named encoder's vectors
        cannot be compared with the index's; of a store also StoreError, ExtraMissing.
        """
        reads_again = before._reranker if before else load_reranker(reranker, options) if reranker else None
        snapshot = open_snapshot(root) if store is None else open_store(store)
        made = snapshot.manifest
        try:
            if before is not None and before.encoder.fingerprint == made.encoder_fingerprint:
                model = before.encoder
            else:
                model = load_encoder(encoder or made.encoder, options, like=made.encoder_fingerprint)
            if model.fingerprint != made.encoder_fingerprint:
                if model.name == made.encoder:
                    raise EncoderChanged(name=model.name)
                raise WrongEncoder(folder=snapshot.place, found=made.encoder, given=model.name)
        except BaseException:
            snapshot.close()
            raise
        searcher = cls(snapshot, model, mode, reranker=reads_again)
        # What loads when first used (dictionary, synonyms, model, neighbours of characters) loads now, not with a reader's question.
        searcher.ask("报纸")
        mistaken("报")
        snapshot.pairs.preceders("报")
        searcher.counts("报纸")
        return searcher

    def judged_by(self, judge: Judge) -> Searcher:
        """The same index, answered from as another judge decides. Closing either closes both."""
        return Searcher(self._snapshot, self._encoder, self.mode, judge, self._reranker)

    @property
    def generation(self) -> str:
        return self._snapshot.generation

    @property
    def encoder(self) -> Encoder:
        return self._encoder

    def ask(
        self,
        question: str,
        *,
        top_k: int = 5,
        history: Sequence[Turn] = (),
        filters: Filters = NO_FILTERS,
        on_step: OnStep = go_on,
        on_hits: OnHits = look_on,
    ) -> Answer:
        """The passages nearest to the question and the sentence that answers it, if one does.

        Raises EmptyQuestion or QuestionTooLong, and what ``on_step`` and ``on_hits`` raise to end the question early.
        """
        began = time.perf_counter()
        typed = _checked(question)
        asked = self._retrieval.read(typed, history)
        on_step()
        vector = self._retrieval.vector(asked)
        encoded = time.perf_counter()
        sought = self._retrieval.sought(asked)
        chatting = is_small_talk(typed)  # said to the service: no passage is near a greeting
        on_step()
        near = [] if chatting else self._retrieval.near(asked, vector, filters)
        on_step()
        hits = self._retrieval.hits(near, sought, max(top_k, LOOKED_AT))
        answer_id = self._answer_id(typed, history, filters, top_k)
        on_hits(Near(answer_id, typed, asked.text, tuple(hits[:top_k]), self.info))
        on_step()
        searched = time.perf_counter()
        nearest = max((item.cosine for item in near), default=0.0)
        presence = Presence() if chatting else presence_of(self._snapshot, asked.matter)
        sought_for = Asked(asked, vector, sought, nearest, presence)
        said = answer(sought_for, found_in(hits), self._sentences.of, self._likeness.of, self._judge)
        citations = self._verified(said.citations) if said else ()
        done = time.perf_counter()
        return Answer(
            id=answer_id,
            question=typed,
            effective_question=asked.text,
            answer=said.answer if said else None,
            citations=citations,
            hits=tuple(hits[:top_k]),
            missing_terms=presence.missing,
            index=self.info,
            timings_ms={
                "encode": _ms(began, encoded),
                "search": _ms(encoded, searched),
                "answer": _ms(searched, done),
                "total": _ms(began, done),
            },
        )

    def considered(self, question: str, *, history: Sequence[Turn] = ()) -> tuple[Asked, list[Found]]:
        """What ``ask`` looks for an answer in: choosing sentences is learnt from it. Raises EmptyQuestion or QuestionTooLong."""
        asked = self._retrieval.read(_checked(question), history)
        vector, sought = self._retrieval.vector(asked), self._retrieval.sought(asked)
        near = self._retrieval.near(asked, vector, NO_FILTERS)
        nearest = max((item.cosine for item in near), default=0.0)
        presence = presence_of(self._snapshot, asked.matter)
        return Asked(asked, vector, sought, nearest, presence), found_in(self._retrieval.hits(near, sought, LOOKED_AT))

    def search(self, query: str, *, top_k: int = 10, filters: Filters = NO_FILTERS) -> SearchResult:
        """The nearest passages; of everything that holds the query's words, how much there is and of which papers and years."""
        asked = self._retrieval.read(_checked(query))
        near = self._retrieval.near(asked, self._retrieval.vector(asked), filters)
        hits = self._retrieval.hits(near, self._retrieval.sought(asked), top_k)
        holding = self._holding(asked, filters)
        shown = holding if len(holding) else self._tallies.standing(np.array([item.row for item in near], np.int64))
        return SearchResult(tuple(hits), shown.facets(), holding.counts(), self.info)

    def counts(self, question: str, *, filters: Filters = NO_FILTERS) -> Counts:
        """How many articles hold all the question's words. Raises EmptyQuestion or QuestionTooLong."""
        return self._holding(self._retrieval.read(_checked(question)), filters).counts()

    def suggest(self, question: str, *, today: date) -> tuple[Suggestion, ...]:
        """The filters that a question speaks of. Raises EmptyQuestion or QuestionTooLong."""
        snapshot = self._snapshot
        return suggestions(_checked(question), today, snapshot.papers, snapshot.lexicon)

    def article(self, article_id: str) -> Article:
        """Raises ArticleNotFound."""
        found = self._retrieval.shelf.article(article_id)
        if found is None:
            raise ArticleNotFound(article_id=article_id)
        return found

    def copies(self, article_id: str) -> tuple[ArticleInfo, ...]:
        """The other articles that tell the same story in the same words, oldest first; none where there is no such id."""
        return self._snapshot.store.copies(article_id)

    def neighbours(self, article_id: str) -> tuple[ArticleInfo | None, ArticleInfo | None]:
        """The articles before and after it on the raw page that it was cut from."""
        return self._snapshot.store.neighbours(article_id)

    def page(self, file: str) -> str | None:
        """The raw text of a page as it was read; None where the file held whole articles."""
        return self._snapshot.store.page(file)

    def mentions(self, question: str, text: str) -> tuple[Span, ...]:
        """Where ``text`` prints the question's words. Raises EmptyQuestion or QuestionTooLong."""
        return highlights(self._retrieval.sought(self._retrieval.read(_checked(question))), text)

    def issues(self) -> tuple[tuple[str | None, str | None, int], ...]:
        """Every paper's every day and how many articles were printed in it, oldest first; None where it is not known."""
        return self._snapshot.store.issues()

    def articles(self, *, filters: Filters = NO_FILTERS, page: int = 1, page_size: int = 20) -> ArticleList:
        return self._snapshot.store.articles(filters, page, page_size)

    def status(self) -> IndexStatus:
        return self._snapshot.status()

    def close(self) -> None:
        self._snapshot.close()

    def _holding(self, asked: Question, filters: Filters) -> Tally:
        """The articles that hold every word of the matter."""
        return self._tallies.holding(asked.matter, filters)

    def _verified(self, citations: Sequence[Citation]) -> tuple[Citation, ...]:
        """The citations, each compared with its article once more before it leaves, and naming the page it stands on.

        Raises IndexDamaged.
        """
        return tuple(self._checked_with_its_article(citation) for citation in citations)

    def _checked_with_its_article(self, citation: Citation) -> Citation:
        article = self.article(citation.article.id)
        if article.text[citation.start : citation.end] != citation.cited_text:
            where = f"{citation.article.id} {citation.start}-{citation.end}"
            raise IndexDamaged(folder=self._snapshot.place, detail=f"引文与原文不符 (a quotation differs): {where}")
        return replace(citation, article=article.cited(citation.start, citation.end))

    def _answer_id(self, question: str, history: Sequence[Turn], filters: Filters, top_k: int) -> str:
        """The same for the same question to the same generation."""
        said = [{"question": turn.question, "answer": turn.answer} for turn in history]
        within = {"sources": filters.sources, "date_from": filters.date_from, "date_to": filters.date_to}
        asked = _JSON.encode([question, said, within, top_k, self.mode, self.generation])
        return "ans_" + hashlib.sha256(asked.encode()).hexdigest()[:20]


def _checked(question: str) -> str:
    trimmed = question.strip()
    if not trimmed:
        raise EmptyQuestion()
    if len(trimmed) > MAX_QUESTION_CHARS:
        raise QuestionTooLong(length=len(trimmed), limit=MAX_QUESTION_CHARS)
    return trimmed


def _ms(began: float, ended: float) -> float:
    return round((ended - began) * 1000, 2)
