"""Conductor 2: a question → its answer, verbatim, with where it was printed; or an honest "not found"."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Vectors, load_encoder
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
    Hit,
    IndexInfo,
    IndexStatus,
    Mode,
    Passage,
    SearchResult,
    Span,
    Suggestion,
    Turn,
    Why,
)
from retriever.errors import ArticleNotFound, EmptyQuestion, IndexDamaged, QuestionTooLong, WrongEncoder
from retriever.index.best import best_of
from retriever.index.snapshot import Snapshot, matching_text, open_snapshot
from retriever.search import question as questions
from retriever.search.answering import answer
from retriever.search.borrowing import Vocabulary
from retriever.search.confidence import Judge, judge_for
from retriever.search.copies import Once
from retriever.search.coverage import Term, found_terms, highlights, terms
from retriever.search.evidence import LOOKED_AT, Asked, Found
from retriever.search.likeness import Likeness
from retriever.search.mentions import articles_with
from retriever.search.narrowing import suggestions
from retriever.search.presence import missing_words
from retriever.search.question import Question
from retriever.search.ranking import Ranked, rank
from retriever.search.repair import repaired
from retriever.search.rereading import READ_AGAIN, in_order_of
from retriever.search.sentence_vectors import SentenceVectors
from retriever.text.folding import simplify
from retriever.text.smalltalk import is_small_talk

MAX_QUESTION_CHARS = 500
NO_FILTERS = Filters()


class Searcher:
    """Answers from one generation. Safe to call from several threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        mode: Mode = "hybrid",
        judge: Judge | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """``judge`` decides whether to answer; the learnt one, where it is None. ``reranker`` reads the first passages again."""
        self._snapshot, self._encoder, self.mode, self._reranker = snapshot, encoder, mode, reranker
        self._judge = judge or judge_for(encoder.name)
        self._sentences, self._likeness = SentenceVectors(encoder), Likeness(encoder)
        made = snapshot.manifest
        self.info = IndexInfo(made.generation, made.articles, made.passages, mode)

    @classmethod
    def open(
        cls,
        root: Path,
        *,
        encoder: str | None = None,
        options: EncoderOptions = AS_IT_COMES,
        mode: Mode = "hybrid",
        reranker: str | None = None,
    ) -> Searcher:
        """The live generation of ``root``, with the encoder that made it unless another is named.

        ``reranker`` names a cross-encoder that reads the first passages again. Raises IndexNotBuilt, NotAnIndex,
        IndexDamaged, IndexFormatUnknown, EncoderError, RerankerError, or WrongEncoder where the named encoder's vectors
        cannot be compared with the index's.
        """
        reads_again = load_reranker(reranker, options) if reranker else None
        snapshot = open_snapshot(root)
        made = snapshot.manifest
        try:
            model = load_encoder(encoder or made.encoder, options, like=made.encoder_fingerprint)
            if model.fingerprint != made.encoder_fingerprint:
                if model.name == made.encoder:
                    raise EncoderChanged(name=model.name)
                raise WrongEncoder(folder=snapshot.folder, found=made.encoder, given=model.name)
        except BaseException:
            snapshot.close()
            raise
        searcher = cls(snapshot, model, mode, reranker=reads_again)
        # What loads when first used (dictionary, synonyms, model) loads now, not with a reader's question.
        searcher.ask("报纸")
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
        self, question: str, *, top_k: int = 5, history: Sequence[Turn] = (), filters: Filters = NO_FILTERS
    ) -> Answer:
        """The passages nearest to the question and the sentence that answers it, if one does.

        Raises EmptyQuestion or QuestionTooLong.
        """
        began = time.perf_counter()
        typed = _checked(question)
        asked = self._read(typed, history)
        vector = self._encoder.encode_question(simplify(asked.text))
        encoded = time.perf_counter()
        sought = terms(asked, self._snapshot.words.rarity, self._snapshot.lexicon)
        chatting = is_small_talk(typed)  # said to the service: no passage is near a greeting
        near = [] if chatting else self._near(asked, vector, filters)
        hits = self._hits(near, sought, max(top_k, LOOKED_AT))
        searched = time.perf_counter()
        nearest = max((item.cosine for item in near), default=0.0)
        said = answer(
            Asked(asked, vector, sought, nearest), _found(hits), self._sentences.of, self._likeness.of, self._judge
        )
        citations = self._verified(said.citations) if said else ()
        missing = () if chatting else missing_words(self._snapshot, asked.matter)
        done = time.perf_counter()
        return Answer(
            id=self._answer_id(typed, history, filters, top_k),
            question=typed,
            effective_question=asked.text,
            answer=said.answer if said else None,
            citations=citations,
            hits=tuple(hits[:top_k]),
            missing_terms=missing,
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
        asked = self._read(_checked(question), history)
        vector = self._encoder.encode_question(simplify(asked.text))
        sought = terms(asked, self._snapshot.words.rarity, self._snapshot.lexicon)
        near = self._near(asked, vector, NO_FILTERS)
        nearest = max((item.cosine for item in near), default=0.0)
        return Asked(asked, vector, sought, nearest), _found(self._hits(near, sought, LOOKED_AT))

    def search(self, query: str, *, top_k: int = 10, filters: Filters = NO_FILTERS) -> SearchResult:
        """The nearest passages; of everything that holds the query's words, how much there is and of which papers and years."""
        asked = self._read(_checked(query), ())
        near = self._near(asked, self._encoder.encode_question(simplify(asked.text)), filters)
        hits = self._hits(near, terms(asked, self._snapshot.words.rarity, self._snapshot.lexicon), top_k)
        columns, holding = self._snapshot.store.columns(), self._holding(asked, filters)
        shown = holding if len(holding) else columns.articles_of(np.array([item.row for item in near], np.int64))
        return SearchResult(tuple(hits), columns.facets(shown), columns.counts(holding), self.info)

    def counts(self, question: str, *, filters: Filters = NO_FILTERS) -> Counts:
        """How many articles hold all the question's words. Raises EmptyQuestion or QuestionTooLong."""
        return self._snapshot.store.columns().counts(self._holding(self._read(_checked(question), ()), filters))

    def suggest(self, question: str, *, today: date) -> tuple[Suggestion, ...]:
        """The filters that a question speaks of. Raises EmptyQuestion or QuestionTooLong."""
        snapshot = self._snapshot
        return suggestions(_checked(question), today, snapshot.store.columns(), snapshot.lexicon)

    def article(self, article_id: str) -> Article:
        """Raises ArticleNotFound."""
        found = self._snapshot.store.article(article_id)
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
        asked = self._read(_checked(question), ())
        return highlights(terms(asked, self._snapshot.words.rarity, self._snapshot.lexicon), text)

    def issues(self) -> tuple[tuple[str | None, str | None, int], ...]:
        """Every paper's every day and how many articles were printed in it, oldest first; None where it is not known."""
        return self._snapshot.store.issues()

    def articles(self, *, filters: Filters = NO_FILTERS, page: int = 1, page_size: int = 20) -> ArticleList:
        return self._snapshot.store.articles(filters, page, page_size)

    def status(self) -> IndexStatus:
        return self._snapshot.status()

    def close(self) -> None:
        self._snapshot.close()

    def _read(self, typed: str, history: Sequence[Turn]) -> Question:
        """The question without slips of the pen, and with what it borrows."""
        words, lexicon = self._snapshot.words, self._snapshot.lexicon
        article_of = self._snapshot.store.columns().article_of
        known = Vocabulary(words.rarity, partial(best_of, words), words.scores, article_of)
        return questions.read(typed, history, known, lexicon, mend=partial(repaired, self._snapshot))

    def _near(self, asked: Question, vector: Vectors, filters: Filters) -> list[Ranked]:
        allowed = self._snapshot.store.columns().rows(filters) if filters else None
        near = rank(self._snapshot, asked, vector, self.mode, allowed)
        return self._read_again(asked, near) if self._reranker else near

    def _read_again(self, asked: Question, near: Sequence[Ranked]) -> list[Ranked]:
        """``near`` with its first passages in the order in which the cross-encoder has them."""
        assert self._reranker is not None
        passages = self._snapshot.store.passages([ranked.row for ranked in near[:READ_AGAIN]])
        texts = [matching_text(article, passage) for passage, article in passages]
        return in_order_of(self._reranker.scores(asked.text, texts).tolist(), near)

    def _holding(self, asked: Question, filters: Filters) -> NDArray[np.int64]:
        """The numbers of the articles that hold every word of the matter."""
        return articles_with(self._snapshot, asked.matter, self._snapshot.store.columns().passing(filters))

    def _hits(self, near: Sequence[Ranked], sought: tuple[Term, ...], k: int) -> list[Hit]:
        """The first ``k`` passages, each told once: who printed the same is named in ``also_in``."""
        store, once, hits = self._snapshot.store, Once(k), list[Hit]()
        stories = store.stories([ranked.row for ranked in near])
        for first in range(0, len(near), 2 * k):
            block = [r for r in near[first : first + 2 * k] if not once.is_full or once.knows(stories.get(r.row))]
            for ranked, (passage, article) in zip(block, store.passages([r.row for r in block]), strict=True):
                if once.keeps(passage, stories.get(ranked.row)):
                    hits.append(_hit(len(hits) + 1, ranked, passage, article, sought))
        return [replace(hit, also_in=tuple(told.also_in)) for hit, told in zip(hits, once.kept, strict=True)]

    def _verified(self, citations: Sequence[Citation]) -> tuple[Citation, ...]:
        """The citations, each compared with its article once more before it leaves, and naming the page it stands on.

        Raises IndexDamaged.
        """
        return tuple(self._checked_with_its_article(citation) for citation in citations)

    def _checked_with_its_article(self, citation: Citation) -> Citation:
        article = self.article(citation.article.id)
        if article.text[citation.start : citation.end] != citation.cited_text:
            where = f"{citation.article.id} {citation.start}-{citation.end}"
            raise IndexDamaged(folder=self._snapshot.folder, detail=f"引文与原文不符 (a quotation differs): {where}")
        return replace(citation, article=article.cited(citation.start, citation.end))

    def _answer_id(self, question: str, history: Sequence[Turn], filters: Filters, top_k: int) -> str:
        """The same for the same question to the same generation."""
        asked = [question, [asdict(turn) for turn in history], asdict(filters), top_k, self.mode, self.generation]
        return "ans_" + hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:20]


def _hit(rank: int, ranked: Ranked, passage: Passage, article: ArticleInfo, sought: tuple[Term, ...]) -> Hit:
    return Hit(
        rank=rank,
        score=round(ranked.score, 6),
        passage=passage,
        article=article,
        highlights=highlights(sought, passage.text),
        why=Why(found_terms(sought, matching_text(article, passage)), ranked.dense_rank, ranked.lexical_rank),
    )


def _found(hits: Sequence[Hit]) -> list[Found]:
    best = max((hit.score for hit in hits), default=0.0)
    return [Found(hit.passage, hit.article, hit.score / best if best else 0.0) for hit in hits]


def _checked(question: str) -> str:
    trimmed = question.strip()
    if not trimmed:
        raise EmptyQuestion()
    if len(trimmed) > MAX_QUESTION_CHARS:
        raise QuestionTooLong(length=len(trimmed), limit=MAX_QUESTION_CHARS)
    return trimmed


def _ms(began: float, ended: float) -> float:
    return round((ended - began) * 1000, 2)
