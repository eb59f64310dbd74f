"""Which sentence answers, and is it an answer at all?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.encoder import Encoder
from retriever.domain import AnswerText, Citation, Quote
from retriever.search.confidence import MIN_CONFIDENCE, Grounds, confidence
from retriever.search.evidence import Asked, Candidate, Evidence, Found, candidates, score, weigh
from retriever.text.folding import simplify

LONGEST_ANSWER = 150  # characters


@dataclass(frozen=True, slots=True)
class Said:
    """An answer and the citations it is made of."""

    answer: AnswerText
    citations: tuple[Citation, ...]


def answer(asked: Asked, found: Sequence[Found], encoder: Encoder) -> Said | None:
    """The sentence that answers best, with a neighbour where it answers as well; None where nothing answers."""
    sentences = candidates(found)
    if not sentences:
        return None
    vectors = encoder.encode_passages([simplify(sentence.text) for sentence in sentences])
    cosines = (vectors @ asked.vector[0]).tolist()
    evidence = weigh(asked, found, sentences, cosines)
    scores = [score(item) for item in evidence]
    best = max(range(len(scores)), key=lambda i: (scores[i], -i))
    sure = confidence(_grounds(asked, evidence[best]))
    if sure < MIN_CONFIDENCE:
        return None
    chosen = _with_neighbour(best, sentences, scores)
    return _compose([sentences[i] for i in chosen], found, sure)


def _grounds(asked: Asked, evidence: Evidence) -> Grounds:
    return Grounds(
        around=evidence.around,
        aspect=evidence.aspect,
        shows=evidence.shows,
        meaning=evidence.meaning,
        nearest=asked.nearest,
    )


NEIGHBOUR_SHARE = 0.85  # of the best sentence's score


def _with_neighbour(best: int, sentences: Sequence[Candidate], scores: Sequence[float]) -> list[int]:
    """The best sentence, and the one before or after it where that scores nearly as well and the answer stays short."""
    one = sentences[best]
    beside = [
        i
        for i, other in enumerate(sentences)
        if other.place == one.place
        and (0 <= other.start - one.end <= 2 or 0 <= one.start - other.end <= 2)
        and scores[i] >= NEIGHBOUR_SHARE * scores[best]
        and len(other.text) + len(one.text) <= LONGEST_ANSWER
    ]
    second = max(beside, key=scores.__getitem__, default=None)
    return [best] if second is None else sorted((best, second), key=lambda i: sentences[i].start)


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
