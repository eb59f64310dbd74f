"""What speaks for and against an answer: plain numbers about the question, the sentence, what stands beside it, and its article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retriever.index.snapshot import matching_text
from retriever.search.aspect import MONEY, NAMED, value_form
from retriever.search.coverage import Term, compared
from retriever.search.evidence import LOOKED_AT, Asked, Candidate, Found
from retriever.text.folding import fold


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
    meaning: float  # cosine of question and sentence
    nearest: float  # best cosine of question and any passage


COSINES = ("meaning", "nearest")  # mean something for the encoder they were learnt with alone


def grounds(
    asked: Asked,
    found: Sequence[Found],
    sentences: Sequence[Candidate],
    scores: Sequence[float],
    cosines: Sequence[float],
    best: int,
) -> Grounds:
    """For the sentence ``best``; scores and cosines are the sentences'."""
    question, terms, sentence = asked.question, asked.sought, sentences[best]
    source = found[sentence.place]
    same = [item for item in found[:LOOKED_AT] if item.passage.article_id == source.passage.article_id]
    after = next(
        (one.text for one in sentences if one.place == sentence.place and 0 <= one.start - sentence.end <= 2), ""
    )
    near = f"{sentence.before}\n{sentence.text}\n{after}"
    whole = "\n".join(item.passage.text for item in same)
    passage = matching_text(source.article, source.passage)
    here, beside, around, everywhere = (
        _Held(terms, text) for text in (sentence.text, near, passage, f"{source.article.title or ''}\n{whole}")
    )
    form = value_form(question.text, question.kind)
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
    text = question.text
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
        meaning=max(0.0, cosines[best]),
        nearest=asked.nearest,
    )


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
