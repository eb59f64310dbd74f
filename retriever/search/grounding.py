"""The grounds of the best sentence, found in what was looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from operator import and_, mul

import numpy as np

from retriever.index.snapshot import matching_text
from retriever.search.aspect import DURATION, MONEY, NAME, NAMED, OUTCOME, YES_NO, value_form
from retriever.search.choice import chances
from retriever.search.coverage import compared, matches, pairs_in
from retriever.search.evidence import LOOKED_AT, Asked, Found, Weighed
from retriever.search.grounds import Grounds
from retriever.search.holding import Held
from retriever.search.values import value_clause, value_near
from retriever.text.character_forms import FOLDED
from retriever.text.names import names_in

_QUOTED = re.compile(r"[“《「『\"]([^”》」』\"]{2,20})[”》」』\"]")
_THE_PIECE = frozenset(
    ("篇", "张", "条", "报道", "稿件", "稿子", "文章", "新闻", "消息", "照片", "图片", "记者", "作者")
)


def grounds(asked: Asked, found: Sequence[Found], seen: Weighed, scores: Sequence[float], best: int) -> Grounds:
    """For the sentence ``best``; ``scores`` are the sentences'."""
    if asked.question.kind == "author" and seen.evidence[best].shows:
        asked, seen = _of_the_matter(asked, seen)
    question, terms, sentences, cosines = asked.question, asked.sought, seen.sentences, seen.cosines
    own = asked.own
    sentence = sentences[best]
    source = found[sentence.place]
    same = [item for item in found[:LOOKED_AT] if item.passage.article_id == source.passage.article_id]
    follows = [
        n for n, one in enumerate(sentences) if one.place == sentence.place and 0 <= one.start - sentence.end <= 2
    ]
    after = sentences[follows[0]].text if follows else ""
    # Characters are read one by one: texts that stand together are read apart, as they are remembered.
    near = [sentence.before, sentence.text, after]
    passages = [item.passage.text for item in same]
    all_of_it = "\n".join(map(compared, (source.article.title or "", *passages)))
    passage = compared(matching_text(source.article, source.passage))
    texts = [compared(sentence.text), "\n".join(map(compared, near)), passage, all_of_it]
    weights = [term.weight for term in terms]
    here, beside, around, everywhere = (_Held(weights, held) for held in matches(terms, texts).T.tolist())
    form = value_form(question.asks, question.kind)
    shows, shows_beside, shows_article = (
        float(form is None or form.search("\n".join(map(FOLDED.of, texts))) is not None)
        for texts in ([sentence.text], near, passages)
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
    own_named = [term.word in presence.names for term in own]
    asks_name = question.kind in ("who", "where") or NAMED.search(asks) is not None
    nowhere = [term.word in presence.missing for term in own]
    unlike_nowhere = [part if flag else 0.0 for part, flag in zip(alike.unlike, nowhere, strict=True)]
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
        length=min(len(own), 10) / 10,
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
        alike=alike.here.share(),
        alike_beside=alike.beside.share(),
        alike_article=alike.article.share(),
        alike_aspect=alike.here.share(alike.is_fact),
        alike_aspect_beside=alike.beside.share(alike.is_fact),
        alike_aspect_article=alike.article.share(alike.is_fact),
        alike_subject_article=alike.article.share([not flag for flag in alike.is_fact]),
        unlike=max(alike.unlike, default=0.0) / max(heaviest, 1e-6),
        unlike_sum=min(1.5, sum(alike.unlike) / 20),
        least_beside=min(alike.beside.matches, default=1.0),
        least_article=min(alike.article.matches, default=1.0),
        names=min(sum(named), 3) / 3,
        name_nowhere=float(any(map(and_, own_named, nowhere))),
        name_unlike=max(map(mul, map(and_, own_named, nowhere), alike.lacks), default=0.0),
        name_missing=max(
            (1 - match for match, flag in zip(everywhere.matches, named, strict=True) if flag), default=0.0
        ),
        name_not_beside=1
        - max((match for match, flag in zip(beside.matches, named, strict=True) if flag), default=1.0),
        nowhere=min(sum(nowhere), 5) / 5,
        nowhere_unlike=max(unlike_nowhere, default=0.0) / max(heaviest, 1e-6),
        figure_missing=1 - float(matches([term for term in own if term.forms], [all_of_it]).min(initial=1)),
        no_new_name=float(asks_name and not _new_names(sentence.text, text)),
        follows=float(bool(question.lent)),
        pairs_article=pairs_in(question.pairs, [all_of_it], of_nothing=1.0)[0],
        value_near=value_near(form, facts, sentence.text),
        value_clause=value_clause(form, own, sentence.text),
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
    """How well the sentence, it and its neighbours, and its article hold each own word, by what is alike."""

    def __init__(self, held: Held, place: int, close: Sequence[int], of_article: Sequence[int]) -> None:
        weights: list[float] = held.weights.tolist()
        headline, alike = held.headlines[:, place], held.alike
        each = [alike[:, close[0]], *(np.maximum(alike[:, some].max(axis=1), headline) for some in (close, of_article))]
        self.is_fact: list[bool] = (held.is_fact > 0).tolist()
        self.here, self.beside, self.article = (_Held(weights, some.tolist()) for some in each)
        self.lacks: list[float] = (1 - each[2]).tolist()  # of each word, as far as nothing in the article is like it
        self.unlike = list(map(mul, weights, self.lacks))


def _new_names(sentence: str, question: str) -> bool:
    """Whether it names somebody or something that the question does not, or what stands between quotation marks."""
    said = FOLDED.of(question)
    quoted = (found.group(1) for found in _QUOTED.finditer(sentence))
    names = chain(quoted, names_in(sentence), (found.group() for found in NAME.finditer(FOLDED.of(sentence))))
    return any(FOLDED.of(name) not in said for name in names)


class _Held:
    """How well a text holds each term."""

    def __init__(self, weights: Sequence[float], matches: Sequence[float]) -> None:
        self._weights, self.matches = weights, matches

    def share(self, which: Sequence[bool] | None = None) -> float:
        """Of the weight of ``which`` terms (all, where None); 1 where there are none."""
        weights = list(map(mul, self._weights, which)) if which else self._weights
        total = sum(weights)
        return sum(map(mul, weights, self.matches)) / total if total else 1.0
