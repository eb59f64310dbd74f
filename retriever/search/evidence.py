"""What speaks for each sentence of the nearest passages as the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from embeddings.encoder import Vectors
from retriever.domain import ArticleInfo, Passage
from retriever.index.snapshot import matching_text
from retriever.search.coverage import Term, compared, coverage, pairs_in
from retriever.search.forms import answer_form, new_number
from retriever.search.holding import Held, shares
from retriever.search.presence import Presence
from retriever.search.question import Question
from retriever.text.sentences import quotable_spans, trim

LOOKED_AT = 5  # passages whose sentences may answer
LONGEST = 150  # characters of one quoted sentence; a longer one is quoted by its clauses
STUB_CHARS = 12  # a sentence of fewer is a subhead or an exclamation
NEAR_CHARS = 20  # a fact stands this near to the word that asks for it
REMEMBERED_PASSAGES = 1 << 11  # some 2 kB each


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its answer is looked for: what is asked, and how near anything in the index is to it."""

    question: Question
    vector: Vectors  # shape (1, dimensions)
    sought: tuple[Term, ...]
    nearest: float  # best cosine of any passage
    presence: Presence  # of the words of the matter

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


class Candidate(NamedTuple):
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


class Evidence(NamedTuple):
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
        article, at = item.passage.article_id, item.passage.start
        before, previous = "", None
        for start, end, sentence in _quotable(item.passage.text):
            key = (article, at + start, at + end)
            if key not in known:
                known[key] = len(result)
                result.append(Candidate(place, at + start, at + end, sentence, before, previous))
            before, previous = sentence, known[key]
    return result


@lru_cache(maxsize=REMEMBERED_PASSAGES)
def _quotable(text: str) -> tuple[tuple[int, int, str], ...]:
    """Start, end and text of each sentence that may be quoted. The same string each time: whatever is known of it is found sooner."""
    spans = (trim(text, *span) for span in quotable_spans(text, LONGEST))
    return tuple((start, end, text[start:end]) for start, end in spans if end > start)


def weigh(
    asked: Asked, found: Sequence[Found], sentences: Sequence[Candidate], cosines: Sequence[float], held: Held
) -> list[Evidence]:
    """What speaks for each candidate sentence. ``cosines`` are of the question's vector and each sentence's; ``held`` is of
    the question's own words."""
    question, own = asked.question, asked.own
    facts = [term for term in own if term.word in question.aspect]
    form, by_author = answer_form(question.kind, question.asks), question.kind == "author"
    about = asked.about
    looked_at = found[:LOOKED_AT]
    passages = [compared(matching_text(item.article, item.passage)) for item in looked_at]
    covered = coverage(about, [*passages, *(compared(item.article.title or "") for item in looked_at)])
    around, headline = covered[: len(looked_at)], covered[len(looked_at) :]
    before = [n if one.previous is None else one.previous for n, one in enumerate(sentences)]
    of_each = np.concatenate([held.printed, held.alike], axis=1)
    of_both = np.maximum(of_each, of_each[:, [*before, *(len(before) + n for n in before)]])
    words, alike, both, alike_both = shares(held.weights, np.concatenate([of_each, of_both], axis=1)).reshape(4, -1)
    aspect, alike_aspect = shares(held.of_fact, of_each).reshape(2, -1)
    rarest = held.printed[int(held.weights.argmax())] if own else np.zeros(len(sentences), np.float32)

    texts, places = [compared(one.text) for one in sentences], [one.place for one in sentences]
    asking = [word for term in facts for word in (term.sought, *term.partners)]
    shows = [form is None or form.search(one.text) is not None for one in sentences]
    if by_author:  # who wrote it stands in the byline, which repeats nothing of the question
        shows = [any(name in one.text for name in _authors(found[one.place])) for one in sentences]
        aspect = np.array(shows, np.float32)
    meaning = [max(0.0, cosine) for cosine in cosines]
    columns: dict[str, Sequence[float]] = {
        "words": words.tolist(),
        "aspect": aspect.tolist(),
        "before": both.tolist(),
        "alike": alike.tolist(),
        "alike_aspect": alike_aspect.tolist(),
        "alike_before": alike_both.tolist(),
        "around": [around[place] for place in places],
        "rarest": rarest.tolist(),
        "pairs": pairs_in(question.pairs, texts, of_nothing=0.0),
        "meaning": meaning,
        "meaning_before": [0.0 if one.previous is None else meaning[one.previous] for one in sentences],
        "shows": list(map(float, shows)),
        "near": [float(form is not None and _stands_near(form, asking, text)) for text in texts],
        "new_number": [float(new_number(question.text, one.text)) for one in sentences],
        "subject": (np.array(shows, np.float32) * (both - words)).tolist(),
        "nearness": [found[place].nearness for place in places],
        "first": [float(place == 0) for place in places],
        "lead": [float(one.start == 0) for one in sentences],
        "headline": [headline[place] for place in places],
        "long": [min(1.0, len(one.text) / LONGEST) for one in sentences],
        "stub": [float(len(one.text) < STUB_CHARS) for one in sentences],
    }
    return [Evidence(*one) for one in zip(*(columns[name] for name in Evidence._fields), strict=True)]


def _authors(found: Found) -> list[str]:
    return (found.article.author or "").split()


def _stands_near(form: re.Pattern[str], asking: Sequence[str], text: str) -> bool:
    """Whether what the question asks for stands within a few characters of a word that asks for it."""
    places = [text.find(word) + len(word) / 2 for word in asking if word in text]
    return bool(places) and any(abs(shown.start() - at) <= NEAR_CHARS for shown in form.finditer(text) for at in places)
