"""What speaks for and against an answer: plain numbers about the question, the sentence, what stands beside it, and its article."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import mul

import numpy as np

from retriever.index.snapshot import matching_text
from retriever.search.aspect import DURATION, MONEY, NAME, NAMED, OUTCOME, YES_NO, value_form
from retriever.search.choice import chances
from retriever.search.coverage import Term, compared, folded
from retriever.search.evidence import LOOKED_AT, Asked, Found, Weighed
from retriever.search.holding import Held
from retriever.search.likeness import Values
from retriever.text.folding import confused, fold
from retriever.text.names import names_in

_QUOTED = re.compile(r"[“《「『\"]([^”》」』\"]{2,20})[”》」』\"]")
_THE_PIECE = frozenset(
    ("篇", "张", "条", "报道", "稿件", "稿子", "文章", "新闻", "消息", "照片", "图片", "记者", "作者")
)
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
    length: float  # how many words of its own the question has: 1 is ten
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
    unlike: float  # the heaviest own word that nothing in the article is like, as far as it is so, beside the heaviest
    unlike_sum: float  # all of them together: 1 is twenty times the weight of a word that every passage holds
    least_beside: float  # the own word that is held least
    least_article: float
    names: float  # how many of the words are names: 1 is three
    name_nowhere: float  # whether an own name is printed in no article at all
    name_unlike: float  # as far as nothing in the article is like it
    name_missing: float  # whether the article lacks a name
    name_not_beside: float  # whether none stands beside the sentence
    nowhere: float  # how many own words are printed in no article: 1 is five
    nowhere_unlike: float  # the heaviest of them, as far as nothing in the article is like it, beside the heaviest
    pairs_article: float  # of the question's pairs of characters in the article
    figure_missing: float  # whether the article lacks a number of the question's own
    no_new_name: float  # somebody, somewhere or what something is called is asked for, and the sentence names nobody and nothing new
    follows: float  # whether history lent words
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
    "name_unlike", "nowhere_unlike",
)  # fmt: skip


def grounds(asked: Asked, found: Sequence[Found], seen: Weighed, scores: Sequence[float], best: int) -> Grounds:
    """For the sentence ``best``; ``scores`` are the sentences'."""
    if asked.question.kind == "author" and seen.evidence[best].shows:
        asked, seen = _of_the_matter(asked, seen)
    question, terms, sentences, cosines = asked.question, asked.sought, seen.sentences, seen.cosines
    sentence = sentences[best]
    source = found[sentence.place]
    same = [item for item in found[:LOOKED_AT] if item.passage.article_id == source.passage.article_id]
    follows = [
        n for n, one in enumerate(sentences) if one.place == sentence.place and 0 <= one.start - sentence.end <= 2
    ]
    after = sentences[follows[0]].text if follows else ""
    # Characters are folded one by one: texts that stand together are folded apart, as they are remembered.
    near = "\n".join(map(folded, (sentence.before, sentence.text, after)))
    whole = "\n".join([folded(item.passage.text) for item in same])
    all_of_it = confused(f"{folded(source.article.title or '')}\n{whole}")
    passage = compared(matching_text(source.article, source.passage))
    here, beside, around, everywhere = (
        _Held(terms, text) for text in (compared(sentence.text), confused(near), passage, all_of_it)
    )
    form = value_form(question.asks, question.kind)
    shows, shows_beside, shows_article = (
        float(form is None or form.search(text) is not None) for text in (folded(sentence.text), near, whole)
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
    presence = asked.presence
    named = [term.word in presence.names for term in terms]
    own_named = np.array([term.word in presence.names for term in asked.own], np.float32)
    asks_name = question.kind in ("who", "where") or NAMED.search(asks) is not None
    nowhere = np.array([term.word in presence.missing for term in asked.own], np.float32)
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
        length=min(len(asked.own), 10) / 10,
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
        names=min(sum(named), 3) / 3,
        name_nowhere=float((own_named * nowhere).max(initial=0)),
        name_unlike=float((own_named * nowhere * (1 - alike.article)).max(initial=0)),
        name_missing=max(
            (1 - match for match, flag in zip(everywhere.matches, named, strict=True) if flag), default=0.0
        ),
        name_not_beside=1
        - max((match for match, flag in zip(beside.matches, named, strict=True) if flag), default=1.0),
        nowhere=min(float(nowhere.sum()), 5) / 5,
        nowhere_unlike=float((alike.weights * nowhere * (1 - alike.article)).max(initial=0)) / max(heaviest, 1e-6),
        figure_missing=max((1 - term.match(all_of_it) for term in asked.own if term.forms), default=0.0),
        no_new_name=float(asks_name and not _new_names(sentence.text, text)),
        follows=float(bool(question.lent)),
        pairs_article=_pairs_in(question.pairs, all_of_it),
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


def _of_the_matter(asked: Asked, seen: Weighed) -> tuple[Asked, Weighed]:
    """Without the words that ask who wrote it, of which bylines repeat none; as they are where there are no others."""
    aside = {term.word for term in asked.sought if term.word in asked.question.aspect or term.word in _THE_PIECE}
    left = np.array([term.word not in aside for term in asked.own], np.bool_)
    if not left.any():
        return asked, seen
    held = seen.held
    matter = Held(held.weights[left], held.is_fact[left], held.printed[left], held.alike[left], held.headlines[left])
    sought = tuple(term for term in asked.sought if term.word not in aside)
    return replace(asked, sought=sought), replace(seen, held=matter)


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


def _new_names(sentence: str, question: str) -> bool:
    """Whether it names somebody or something that the question does not, or what stands between quotation marks."""
    said = folded(question)
    quoted = (found.group(1) for found in _QUOTED.finditer(sentence))
    names = chain(quoted, names_in(sentence), (found.group() for found in NAME.finditer(folded(sentence))))
    return any(fold(name) not in said for name in names)


def _pairs_in(asked: Mapping[str, float], printed: str) -> float:
    """The share of the weight of the question's pairs of characters that a compared text holds; 1 where it has none."""
    two = {pair: weight for pair, weight in asked.items() if len(pair) == 2}
    total = sum(two.values())
    return sum(weight for pair, weight in two.items() if pair in printed) / total if total else 1.0


def _value_near(form: re.Pattern[str] | None, facts: Sequence[Term], text: str) -> float:
    """How near a value of the form that is asked for stands to a word that asks for it: falls by a factor of e in six characters."""
    printed, values = compared(text), [] if form is None else [found.start() for found in form.finditer(folded(text))]
    words = [word for term in facts for word in (term.sought, *term.partners)] if values else []
    gaps = [
        at - place - len(word) if at >= place else place - at - 3
        for word in words
        for place in _places(word, printed)
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
    printed, total = compared(text), sum(term.weight for term in own)
    if form is None or not total:
        return _matched(own, printed) / total if total else 0.0
    clauses = [found.span() for found in _CLAUSE.finditer(printed)]
    showing = [n for n, (start, end) in enumerate(clauses) if form.search(printed, start, end)]
    parts = (printed[clauses[max(0, n - 1)][0] : clauses[n][1]] for n in showing)
    return max((_matched(own, part) for part in parts), default=0.0) / total


def _matched(own: Sequence[Term], printed: str) -> float:
    return sum([term.weight * term.match(printed) for term in own])


class _Held:
    """How well a compared text holds each term."""

    def __init__(self, terms: Sequence[Term], printed: str) -> None:
        self._weights = [term.weight for term in terms]
        self.matches = [term.match(printed) for term in terms]

    def share(self, which: Sequence[bool] | None = None) -> float:
        """Of the weight of ``which`` terms (all, where None); 1 where there are none."""
        weights = list(map(mul, self._weights, which)) if which else self._weights
        total = sum(weights)
        return sum(map(mul, weights, self.matches)) / total if total else 1.0
