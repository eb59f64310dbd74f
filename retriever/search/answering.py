"""Which sentence answers, and is it an answer at all?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.encoder import Encoder, Vectors
from retriever.domain import AnswerText, ArticleInfo, Citation, Passage, Quote
from retriever.search.confidence import MIN_CONFIDENCE, Grounds, confidence, substance
from retriever.search.coverage import Term, coverage
from retriever.search.question import Question
from retriever.text.questions import Kind
from retriever.text.sentences import short_spans, trim

LOOKED_AT = 5  # passages whose sentences may answer
LONGEST = 120  # characters of one quoted sentence; a longer one is quoted by its clauses
LONGEST_ANSWER = 150

# What an answer of each kind has to show. Forms of the language, not of any paper.
_NUMERAL = r"[0-9０-９一二两三四五六七八九十百千万亿半几数]"
_SHOWS: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(rf"{_NUMERAL}+(?:\.\d+)?\s*(?:[%％‰]|余|多|[\u4e00-\u9fff℃])"),
    "when": re.compile(
        rf"{_NUMERAL}+\s*[年月日号时点]|今年|去年|前年|明年|日前|近日|上午|下午|昨[天日]|今[天日]|周[一二三四五六日]|期间"
    ),
    "where": re.compile(r"[省市县区镇乡村州路街]|[在从到赴往]|社区|园区|基地|中心"),
    "who": re.compile(r"[书记长任理师授员家者人席]|说|表示|介绍|由|公司|单位|部门"),
    "list": re.compile(r"、.+、|、.+[和及与等]|[;；]"),
    "why": re.compile(r"因|由于|为了|为[^.]{1,12}[,，]|原因|以便|旨在"),
    "how": re.compile(r"通过|采[取用]|利用|以.{1,12}为|按照|运用|开展|建立"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its answer is looked for: what is asked, and what the index as a whole says of it."""

    question: Question
    vector: Vectors  # shape (1, dimensions)
    sought: tuple[Term, ...]
    nearest: float  # best cosine of any passage
    missing: float  # share of the question's weight in words that no passage holds


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that may answer: where it stands, and how near it was, 0 to 1."""

    passage: Passage
    article: ArticleInfo
    nearness: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, or a clause of a long one, that may answer. Offsets are into the article's text."""

    place: int  # of the passage in the ranking, from 0
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate; each part is 0 to 1."""

    words: float  # of the question in the sentence
    around: float  # of the question in headline and passage
    meaning: float  # cosine of question and sentence
    shows: float  # whether it shows what this kind of question asks for
    nearness: float  # of the passage


WEIGHTS = Evidence(words=1.0, around=0.5, meaning=0.6, shows=0.25, nearness=0.5)


def score(evidence: Evidence, weights: Evidence = WEIGHTS) -> float:
    return float(sum(getattr(weights, name) * getattr(evidence, name) for name in Evidence.__slots__))


def candidates(found: Sequence[Found]) -> list[Candidate]:
    """The sentences of the first passages, each once, in the order of the passages."""
    result: dict[tuple[str, int, int], Candidate] = {}
    for place, item in enumerate(found[:LOOKED_AT]):
        text = item.passage.text
        for span in short_spans(text, LONGEST):
            start, end = trim(text, *span)
            if end > start:
                at = item.passage.start
                key = (item.passage.article_id, at + start, at + end)
                result.setdefault(key, Candidate(place, at + start, at + end, text[start:end]))
    return list(result.values())


def weigh(
    asked: Asked, found: Sequence[Found], sentences: Sequence[Candidate], cosines: Sequence[float]
) -> list[Evidence]:
    """What speaks for each candidate sentence. ``cosines`` are of the question's vector and each sentence's."""
    around = [coverage(asked.sought, f"{item.article.title or ''}\n{item.passage.text}") for item in found[:LOOKED_AT]]
    shows = _SHOWS.get(asked.question.kind)
    return [
        Evidence(
            words=coverage(asked.sought, candidate.text),
            around=around[candidate.place],
            meaning=max(0.0, cosine),
            shows=1.0 if shows is None or shows.search(candidate.text) else 0.0,
            nearness=found[candidate.place].nearness,
        )
        for candidate, cosine in zip(sentences, cosines, strict=True)
    ]


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
    cosines = (encoder.encode_passages([sentence.text for sentence in sentences]) @ asked.vector[0]).tolist()
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
        words=evidence.words,
        around=evidence.around,
        shows=evidence.shows,
        meaning=evidence.meaning,
        nearest=asked.nearest,
        missing=asked.missing,
        substance=substance(asked.sought),
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
