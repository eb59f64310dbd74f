"""Which sentences answer, and are they an answer at all?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from embeddings.encoder import Vectors
from retriever.domain import AnswerText, Citation, Quote
from retriever.search.choice import choose, shipped_weights
from retriever.search.confidence import Judge
from retriever.search.evidence import LOOKED_AT, Asked, Candidate, Found, Weighed, candidates, weigh
from retriever.search.grounding import grounds
from retriever.search.holding import Liken, held_by

Encode = Callable[[Sequence[str]], Vectors]
"""Sentences → vectors, shape (sentences, dimensions)."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer and the citations it is made of."""

    answer: AnswerText
    citations: tuple[Citation, ...]


def weighed(asked: Asked, found: Sequence[Found], encode: Encode, liken: Liken) -> Weighed:
    sentences = candidates(found)
    texts = [sentence.text for sentence in sentences]
    cosines = (encode(texts) @ asked.vector[0]).tolist()
    headlines = [item.article.title or "" for item in found[:LOOKED_AT]]
    held = held_by(asked.own, asked.question.aspect, texts, headlines, liken)
    return Weighed(sentences, cosines, held, weigh(asked, found, sentences, cosines, held))


def answer(asked: Asked, found: Sequence[Found], encode: Encode, liken: Liken, judge: Judge) -> Said | None:
    """The one to three sentences that answer best; None where nothing answers."""
    seen = weighed(asked, found, encode, liken)
    if not seen.sentences:
        return None
    scores = shipped_weights().scores(seen.evidence, asked.question.kind)
    best = max(range(len(scores)), key=lambda n: (scores[n], -n))
    verdict = judge(grounds(asked, found, seen, scores, best))
    if not verdict.answers:
        return None
    articles = [found[sentence.place].article.id for sentence in seen.sentences]
    chosen = choose(seen.sentences, articles, scores)
    return _compose([seen.sentences[n] for n in chosen], found, verdict.confidence)


def _compose(chosen: Sequence[Candidate], found: Sequence[Found], sure: float) -> Said:
    citations = []
    for n, sentence in enumerate(chosen, start=1):
        source = found[sentence.place]
        before = source.passage.text[: sentence.start - source.passage.start]
        paragraph = source.passage.paragraph + before.count("\n")
        citations.append(Citation(n, source.article, sentence.start, sentence.end, paragraph, sentence.text))
    quotes = tuple(Quote(citation.cited_text, citation.n) for citation in citations)
    text = "".join(quote.text for quote in quotes)
    return Said(AnswerText(text, quotes, round(sure, 3)), tuple(citations))
