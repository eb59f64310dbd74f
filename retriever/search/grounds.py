"""What speaks for and against an answer: plain numbers about the question, the sentence, what stands beside it, and its article."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from retriever.index.snapshot import matching_text
from retriever.search.aspect import DURATION, MONEY, NAMED, OUTCOME, YES_NO, value_form
from retriever.search.choice import chances
from retriever.search.coverage import Term, compared
from retriever.search.evidence import LOOKED_AT, Asked, Found, Weighed
from retriever.search.holding import Held
from retriever.search.likeness import Values
from retriever.text.folding import fold

_CLAUSE = re.compile(r"[^，,。；;！!？?\n]+")


@dataclass(frozen=True, slots=True)
class Grounds:
    """Each about 0 to 1. Coverages are shares of the weight of the question's words; ``beside`` is the sentence with the ones
    before and after it; ``article`` its headline and those of its passages that were looked at."""

    words: float
    words_beside: float
    words_passage: float
    words_article: float
    aspect: float  # the same, of the words that say which fact is asked for
    aspect_beside: float
    aspect_article: float
    subject_article: float  # the same, of the other words: what the question is about
    rarest_missing: float  # the rarest word that the article lacks, beside the question's rarest
    missing: float  # how many words the article lacks: 1 is five
    length: float  # how many words the question has: 1 is ten
    shows: float  # whether the sentence holds a value of the form that is asked for
    shows_beside: float
    shows_article: float
    number_not_beside: float  # a number is asked for, and no such number stands there
    number_nowhere: float
    aspect_nowhere: float  # none of the words that say which fact is asked for stands in the article
    stated: float  # the sentence holds both such a word and such a value
    stated_beside: float
    lead: float  # of the sentence's score over the next best
    money: float
    number: float
    who: float
    when: float
    where: float
    why: float
    how: float
    named: float  # asks what somebody or something is called
    yes_no: float  # asks whether something is so
    outcome: float  # asks how it ended, or how it stands now
    duration: float  # asks how long something takes
    alike: float  # share of the question's own words, with what is alike: 娃娃 in 儿童
    alike_beside: float
    alike_article: float
    alike_aspect: float
    alike_aspect_beside: float
    alike_aspect_article: float
    alike_subject_article: float
    unlike: (
        float  # the heaviest own word that nothing in the article is like, as far as it is unlike, beside the heaviest
    )
    unlike_sum: float  # all of them together: 1 is twenty times the weight of a word that every passage holds
    least_beside: float  # the own word that is held least
    least_article: float
    value_near: float  # whether such a value stands near a word that asks for it: 1 beside it, 0 far away or none
    value_clause: float  # share of the own words in the clause with such a value and the one before it; 0 without one
    pairs: float  # of the question's pairs of characters in the sentence
    new_number: float  # whether it holds a number that the question does not
    chance: float  # of the best sentence, among all
    score: float  # its sum of evidence: 1 is ten
    same_article: float  # share of the first passages
    other_article: float  # nearness of the best passage of another article
    nearness: float  # of its passage
    meaning: float  # cosine of question and sentence
    nearest: float  # best cosine of question and any passage


COSINES = ("meaning", "nearest", "score")  # and what is summed of them
# Mean something for the encoder that they were learnt with alone.
OF_ITS_ENCODER = (
    *COSINES, "chance", "alike", "alike_beside", "alike_article", "alike_aspect", "alike_aspect_beside",
    "alike_aspect_article", "alike_subject_article", "unlike", "unlike_sum", "least_beside", "least_article",
)  # fmt: skip


def grounds(asked: Asked, found: Sequence[Found], seen: Weighed, scores: Sequence[float], best: int) -> Grounds:
    """For the sentence ``best``; ``scores`` are the sentences'."""
    question, terms, sentences, cosines = asked.question, asked.sought, seen.sentences, seen.cosines
    sentence = sentences[best]
    source = found[sentence.place]
    same = [item for item in found[:LOOKED_AT] if item.passage.article_id == source.passage.article_id]
    follows = [
        n for n, one in enumerate(sentences) if one.place == sentence.place and 0 <= one.start - sentence.end <= 2
    ]
    after = sentences[follows[0]].text if follows else ""
    near = f"{sentence.before}\n{sentence.text}\n{after}"
    whole = "\n".join(item.passage.text for item in same)
    passage = matching_text(source.article, source.passage)
    here, beside, around, everywhere = (
        _Held(terms, text) for text in (sentence.text, near, passage, f"{source.article.title or ''}\n{whole}")
    )
    form = value_form(question.asks, question.kind)
    shows, shows_beside, shows_article = (
        float(form is None or form.search(fold(text)) is not None) for text in (sentence.text, near, whole)
    )
    aspect = [term.word in question.aspect for term in terms]
    subject = [not flag for flag in aspect]
    by_number = question.kind == "number"
    heaviest = max((term.weight for term in terms), default=0.0)
    lacking = [term.weight for term, match in zip(terms, everywhere.matches, strict=True) if match < 0.5]
    others = [score for at, score in enumerate(scores) if at != best]
    top = scores[best]
    text, asks = question.text, question.asks
    close = [n for n in (best, sentence.previous, *follows[:1]) if n is not None]
    of_article = [n for n, one in enumerate(sentences) if found[one.place].article.id == source.article.id]
    alike = _Alike(seen.held, sentence.place, close, of_article)
    elsewhere = [item.nearness for item in found if item.article.id != source.article.id]
    facts = [term for term, flag in zip(terms, aspect, strict=True) if flag]
    return Grounds(
        words=here.share(),
        words_beside=beside.share(),
        words_passage=around.share(),
        words_article=everywhere.share(),
        aspect=here.share(aspect),
        aspect_beside=beside.share(aspect),
        aspect_article=everywhere.share(aspect),
        subject_article=everywhere.share(subject),
        rarest_missing=max(lacking, default=0.0) / heaviest if heaviest else 0.0,
        missing=min(len(lacking), 5) / 5,
        length=min(len(terms), 10) / 10,
        shows=shows,
        shows_beside=shows_beside,
        shows_article=shows_article,
        number_not_beside=float(by_number and not shows_beside),
        number_nowhere=float(by_number and not shows_article),
        aspect_nowhere=float(any(aspect) and everywhere.share(aspect) == 0),
        stated=float(shows and here.share(aspect) >= 0.3),
        stated_beside=float(shows_beside and beside.share(aspect) >= 0.3),
        lead=max(0.0, 1 - max(others) / top) if others and top > 0 else 0.0,
        money=float(by_number and MONEY.search(text) is not None),
        number=float(by_number),
        who=float(question.kind in ("who", "author")),
        when=float(question.kind == "when"),
        where=float(question.kind == "where"),
        why=float(question.kind == "why"),
        how=float(question.kind == "how"),
        named=float(NAMED.search(text) is not None),
        yes_no=float(YES_NO.search(asks) is not None),
        outcome=float(OUTCOME.search(asks) is not None),
        duration=float(form is DURATION),
        alike=alike.share(alike.here),
        alike_beside=alike.share(alike.beside),
        alike_article=alike.share(alike.article),
        alike_aspect=alike.share(alike.here, alike.is_fact),
        alike_aspect_beside=alike.share(alike.beside, alike.is_fact),
        alike_aspect_article=alike.share(alike.article, alike.is_fact),
        alike_subject_article=alike.share(alike.article, 1 - alike.is_fact),
        unlike=alike.unlike() / max(heaviest, 1e-6),
        unlike_sum=min(1.5, float((alike.weights * (1 - alike.article)).sum()) / 20),
        least_beside=float(alike.beside.min(initial=1)),
        least_article=float(alike.article.min(initial=1)),
        value_near=_value_near(form, facts, sentence.text),
        value_clause=_value_clause(form, asked.own, sentence.text),
        pairs=seen.evidence[best].pairs,
        new_number=seen.evidence[best].new_number,
        chance=chances(scores)[best],
        score=top / 10,
        same_article=len(same) / LOOKED_AT,
        other_article=max(elsewhere, default=0.0),
        nearness=source.nearness,
        meaning=max(0.0, cosines[best]),
        nearest=asked.nearest,
    )


class _Alike:
    """How well the sentence, it and its neighbours, and its article hold each own word, by what is alike; shapes (words,)."""

    def __init__(self, held: Held, place: int, close: Sequence[int], of_article: Sequence[int]) -> None:
        self.weights, self.is_fact = held.weights, held.is_fact
        headline = held.headlines[:, place]
        self.here = held.alike[:, close[0]]
        self.beside = np.maximum(held.alike[:, close].max(axis=1), headline)
        self.article = np.maximum(held.alike[:, of_article].max(axis=1), headline)

    def share(self, held: Values, which: Values | None = None) -> float:
        weights = self.weights if which is None else self.weights * which
        total = float(weights.sum())
        return float(weights @ held) / total if total else 1.0

    def unlike(self) -> float:
        return float((self.weights * (1 - self.article)).max(initial=0))


def _value_near(form: re.Pattern[str] | None, facts: Sequence[Term], text: str) -> float:
    """How near a value of the form that is asked for stands to a word that asks for it: falls by a factor of e in six characters."""
    folded, values = compared(text), [] if form is None else [found.start() for found in form.finditer(fold(text))]
    words = [word for term in facts for word in (term.sought, *term.partners)] if values else []
    gaps = [
        at - place - len(word) if at >= place else place - at - 3
        for word in words
        for place in _places(word, folded)
        for at in values
    ]
    return max((math.exp(-max(0, gap) / 6) for gap in gaps), default=0.0)


def _places(word: str, text: str) -> Iterator[int]:
    """Where a word begins that is not empty, not overlapping itself."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _value_clause(form: re.Pattern[str] | None, own: Sequence[Term], text: str) -> float:
    """The share of the own words' weight in the clause that holds a value of the form asked for and in the one before it, where
    that is most; the whole sentence's, where no form is asked for."""
    folded, total = compared(text), sum(term.weight for term in own)
    if form is None or not total:
        return _matched(own, folded) / total if total else 0.0
    clauses = [found.span() for found in _CLAUSE.finditer(folded)]
    showing = [n for n, (start, end) in enumerate(clauses) if form.search(folded, start, end)]
    parts = (folded[clauses[max(0, n - 1)][0] : clauses[n][1]] for n in showing)
    return max((_matched(own, part) for part in parts), default=0.0) / total


def _matched(own: Sequence[Term], folded: str) -> float:
    return sum(term.weight * term.match(folded) for term in own)


class _Held:
    """How well a text holds each term."""

    def __init__(self, terms: Sequence[Term], text: str) -> None:
        folded = compared(text)
        self._weights = [term.weight for term in terms]
        self.matches = [term.match(folded) for term in terms]

    def share(self, which: Sequence[bool] | None = None) -> float:
        """Of the weight of ``which`` terms (all, where None); 1 where there are none."""
        chosen = which or [True] * len(self._weights)
        total = sum(weight for weight, flag in zip(self._weights, chosen, strict=True) if flag)
        held = sum(w * m for w, m, flag in zip(self._weights, self.matches, chosen, strict=True) if flag)
        return held / total if total else 1.0
