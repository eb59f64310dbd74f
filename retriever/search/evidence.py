"""What speaks for each sentence of the nearest passages as the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.encoder import Vectors
from retriever.domain import ArticleInfo, Passage
from retriever.index.snapshot import matching_text
from retriever.search.coverage import Term, compared, coverage
from retriever.search.forms import answer_form, new_number
from retriever.search.holding import Held, shares
from retriever.search.question import Question
from retriever.text.sentences import quotable_spans, trim

LOOKED_AT = 5  # passages whose sentences may answer
LONGEST = 150  # characters of one quoted sentence; a longer one is quoted by its clauses
STUB_CHARS = 12  # a sentence of fewer is a subhead or an exclamation
NEAR_CHARS = 20  # a fact stands this near to the word that asks for it


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its answer is looked for: what is asked, and how near anything in the index is to it."""

    question: Question
    vector: Vectors  # shape (1, dimensions)
    sought: tuple[Term, ...]
    nearest: float  # best cosine of any passage

    @property
    def own(self) -> tuple[Term, ...]:
        """What the question says itself: a sentence that only repeats what history lent answers nothing."""
        return tuple(term for term in self.sought if term.word not in self.question.lent) or self.sought

    @property
    def about(self) -> tuple[Term, ...]:
        """The same words with those that history lent in full: they say which article is meant."""
        if not self.question.lent:
            return self.sought
        return tuple(replace(term, weight=term.weight / self.question.matter[term.word]) for term in self.sought)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that may answer: where it stands, and how near it was, 0 to 1."""

    passage: Passage
    article: ArticleInfo
    nearness: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, or a run of clauses of a long one, that may answer. Offsets are into the article's text."""

    place: int  # of the passage in the ranking, from 0
    start: int
    end: int
    text: str
    before: str  # what stands directly before it in the passage: 该公司 there means the company named here
    previous: int | None  # the candidate that says it


@dataclass(frozen=True, slots=True)
class Weighed:
    """The candidate sentences of one question with what speaks for each."""

    sentences: Sequence[Candidate]
    cosines: Sequence[float]
    held: Held  # of the question's own words
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate; each part is 0 to 1. ``choice`` weighs them."""

    words: float  # of the question in the sentence, by weight
    aspect: float  # the same, of the words that say which fact is asked for
    before: float  # of the question in the sentence and the one before it
    alike: float  # the last three, of what is alike too: 娃娃 in 儿童
    alike_aspect: float
    alike_before: float
    around: float  # of the question in headline and passage
    rarest: float  # whether the question's weightiest word stands in it
    pairs: float  # the question's pairs of characters in the sentence
    meaning: float  # cosine of question and sentence
    meaning_before: float  # cosine of question and the sentence before
    shows: float  # whether it shows what this kind of question asks for
    near: float  # whether it shows that within a few characters of a word that asks for it
    new_number: float  # whether it holds a number that the question does not
    subject: float  # whether it shows the fact and the sentence before holds more of the question
    nearness: float  # of the passage
    first: float  # whether the passage is the nearest
    lead: float  # whether it opens the article
    headline: float  # of the question in the headline, not in the passage
    long: float  # its length, LONGEST being 1
    stub: float  # whether it is only a few characters


def candidates(found: Sequence[Found]) -> list[Candidate]:
    """The sentences of the first passages, each once, in the order of the passages."""
    result: list[Candidate] = []
    known: dict[tuple[str, int, int], int] = {}
    for place, item in enumerate(found[:LOOKED_AT]):
        text, at = item.passage.text, item.passage.start
        before, previous = "", None
        for span in quotable_spans(text, LONGEST):
            start, end = trim(text, *span)
            if end > start:
                key = (item.passage.article_id, at + start, at + end)
                if key not in known:
                    known[key] = len(result)
                    result.append(Candidate(place, at + start, at + end, text[start:end], before, previous))
                before, previous = text[start:end], known[key]
    return result


def weigh(
    asked: Asked, found: Sequence[Found], sentences: Sequence[Candidate], cosines: Sequence[float], held: Held
) -> list[Evidence]:
    """What speaks for each candidate sentence. ``cosines`` are of the question's vector and each sentence's; ``held`` is of
    the question's own words."""
    question, own = asked.question, asked.own
    facts = [term for term in own if term.word in question.aspect]
    form, by_author = answer_form(question.kind, question.asks), question.kind == "author"
    about = asked.about
    around = [coverage(about, matching_text(item.article, item.passage)) for item in found[:LOOKED_AT]]
    headline = [coverage(about, item.article.title or "") for item in found[:LOOKED_AT]]
    before = [n if one.previous is None else one.previous for n, one in enumerate(sentences)]
    words, aspect = shares(held.weights, held.printed), shares(held.of_fact, held.printed)
    both = shares(held.weights, np.maximum(held.printed, held.printed[:, before]))
    alike, alike_aspect = shares(held.weights, held.alike), shares(held.of_fact, held.alike)
    alike_both = shares(held.weights, np.maximum(held.alike, held.alike[:, before]))
    rarest = held.printed[int(held.weights.argmax())] if own else np.zeros(len(sentences), np.float32)
    asked_pairs = {pair: weight for pair, weight in question.pairs.items() if len(pair) == 2}
    all_pairs = sum(asked_pairs.values()) or 1.0

    def evidence(n: int) -> Evidence:
        candidate, text = sentences[n], compared(sentences[n].text)
        source, previous, fact = found[candidate.place], candidate.previous, float(aspect[n])
        shows = float(form is None or form.search(candidate.text) is not None)
        if by_author:  # who wrote it stands in the byline, which repeats nothing of the question
            fact = shows = float(any(name in candidate.text for name in (source.article.author or "").split()))
        return Evidence(
            words=float(words[n]),
            aspect=fact,
            before=float(both[n]),
            alike=float(alike[n]),
            alike_aspect=float(alike_aspect[n]),
            alike_before=float(alike_both[n]),
            around=around[candidate.place],
            rarest=float(rarest[n]),
            pairs=sum(weight for pair, weight in asked_pairs.items() if pair in text) / all_pairs,
            meaning=max(0.0, cosines[n]),
            meaning_before=0.0 if previous is None else max(0.0, cosines[previous]),
            shows=shows,
            near=float(form is not None and _stands_near(form, facts, text)),
            new_number=float(new_number(question.text, candidate.text)),
            subject=shows * float(both[n] - words[n]),
            nearness=source.nearness,
            first=float(candidate.place == 0),
            lead=float(candidate.start == 0),
            headline=headline[candidate.place],
            long=min(1.0, len(candidate.text) / LONGEST),
            stub=float(len(candidate.text) < STUB_CHARS),
        )

    return [evidence(n) for n in range(len(sentences))]


def _stands_near(form: re.Pattern[str], facts: Sequence[Term], text: str) -> bool:
    """Whether what the question asks for stands within a few characters of a word that asks for it."""
    words = [word for term in facts for word in (term.sought, *term.partners) if word in text]
    places = [text.find(word) + len(word) / 2 for word in words]
    return bool(places) and any(abs(shown.start() - at) <= NEAR_CHARS for shown in form.finditer(text) for at in places)
