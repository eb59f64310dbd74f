"""From a typed question to the passages near it: read, looked up on every side, told once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from embeddings.encoder import Encoder, Vectors
from embeddings.reranker import Reranker
from retriever.domain import Filters, Hit, Mode, Turn, Why
from retriever.index.opened import Opened
from retriever.index.snapshot import matching_text
from retriever.search import question as questions
from retriever.search.borrowing import Vocabulary
from retriever.search.copies import told_once
from retriever.search.coverage import Term, found_words, highlights, matched, terms
from retriever.search.evidence import Found
from retriever.search.question import Question
from retriever.search.ranking import Ranked, rank
from retriever.search.repair import repaired
from retriever.search.rereading import READ_AGAIN, in_order_of
from retriever.search.shelf import Shelf, Shown
from retriever.text.folding import simplify


class Retrieval:
    """The steps that every way of asking one generation shares. Safe to use from several threads."""

    def __init__(self, snapshot: Opened, encoder: Encoder, mode: Mode, reranker: Reranker | None) -> None:
        self._snapshot, self._encoder, self._mode, self._reranker = snapshot, encoder, mode, reranker
        self.shelf = Shelf(snapshot.store)

    def read(self, typed: str, history: Sequence[Turn] = ()) -> Question:
        """The question without slips of the pen, and with what it borrows."""
        opened = self._snapshot
        opened.expect(typed)
        known = Vocabulary(opened.words.rarity, opened.by_words, opened.words.scores, opened.beside)
        return questions.read(typed, history, known, opened.lexicon, mend=partial(repaired, opened))

    def vector(self, asked: Question) -> Vectors:
        """Shape (1, dimensions)."""
        return self._encoder.encode_question(simplify(asked.text))

    def sought(self, asked: Question) -> tuple[Term, ...]:
        """What the question is about, as it is looked for in texts."""
        return terms(asked, self._snapshot.words.rarity, self._snapshot.lexicon)

    def near(self, asked: Question, vector: Vectors, filters: Filters) -> list[Ranked]:
        """The rows that are nearest, best first; the first of them as the cross-encoder has them, where there is one."""
        near = rank(self._snapshot, asked, vector, self._mode, filters)
        return self._read_again(self._reranker, asked, near) if self._reranker else near

    def hits(self, near: Sequence[Ranked], sought: tuple[Term, ...], k: int) -> list[Hit]:
        """The first ``k`` passages, each told once: who printed the same is named in ``also_in``."""
        return [_hit(rank, *told, sought) for rank, told in enumerate(told_once(near, k, self.shelf), start=1)]

    def _read_again(self, reranker: Reranker, asked: Question, near: Sequence[Ranked]) -> list[Ranked]:
        passages = self._snapshot.store.passages([ranked.row for ranked in near[:READ_AGAIN]])
        texts = [matching_text(article, passage) for passage, article in passages]
        return in_order_of(reranker.scores(asked.text, texts).tolist(), near)


def _hit(rank: int, ranked: Ranked, shown: Shown, also_in: tuple[str, ...], sought: tuple[Term, ...]) -> Hit:
    passage, article = shown
    matches = matched(sought, matching_text(article, passage))
    return Hit(
        rank=rank,
        score=round(ranked.score, 6),
        passage=passage,
        article=article,
        highlights=highlights([term for term, _ in matches], passage.text),
        why=Why(found_words(matches), ranked.dense_rank, ranked.lexical_rank),
        also_in=also_in,
    )


def found_in(hits: Sequence[Hit]) -> list[Found]:
    """The passages as an answer is looked for in them: the nearest counts 1, the others by its score."""
    best = max((hit.score for hit in hits), default=0.0)
    return [Found(hit.passage, hit.article, hit.score / best if best else 0.0) for hit in hits]
