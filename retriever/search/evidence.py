"""What speaks for each sentence of the nearest passages as the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.encoder import Vectors
from retriever.domain import ArticleInfo, Passage
from retriever.index.snapshot import matching_text
from retriever.search.coverage import Term, coverage
from retriever.search.question import Question
from retriever.text.questions import Kind
from retriever.text.sentences import short_spans, trim

LOOKED_AT = 5  # passages whose sentences may answer
LONGEST = 120  # characters of one quoted sentence; a longer one is quoted by its clauses

# What an answer of each kind has to show: forms of the language, not of any paper.
_NUMERAL = r"[一二两三四五六七八九十百千万亿半几数]"
_MEASURE = (
    r"[个名人万亿元亩米平公家次项件辆台套吨斤年月天日小分秒岁倍成条种层栋座户村届期场份册只头所位类批起本张级度块票步"
    r"环支艘架颗枚株棵毫厘克升]"
)
_SHOWS: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(rf"\d|[％%]|{_NUMERAL}+[余多]?{_MEASURE}"),
    "when": re.compile(
        rf"(?:\d|{_NUMERAL})+\s*[年月日号时点]|[今去前明]年|日前|近日|[上下]午|[昨今]天|[昨今]日|周[一二三四五六日]|期间"
    ),
    "where": re.compile(r"[省市县区镇乡村州路街]|[在从到赴往]|社区|园区|基地|中心"),
    "who": re.compile(r"[书记长任理师授员家者人席]|说|表示|介绍|由|公司|单位|部门"),
    "list": re.compile(r"、.+、|、.+[和及与等]|[;；]"),
    "why": re.compile(r"因|由于|为了|为[^.]{1,12}[,，]|原因|以便|旨在"),
    "how": re.compile(r"通过|采[取用]|利用|以.{1,12}为|按照|运用|开展|建立"),
}

# A number of what?  The first row whose question form is met decides which unit the sentence has to show.
_UNITS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"百分|[比概几]率|比例|占比|几成|[率占]多少|[增下]\S{0,2}[长降]"),
        re.compile(r"[%％‰]|百分|成|倍|分之"),
    ),
    (
        re.compile(r"钱|投资|资金|费用?|产值|收入|营收|税|价|金额|额|元|奖金|损失|成本|利润"),
        re.compile(r"元|美元|欧元|块"),
    ),
    (re.compile(r"岁|年龄|年纪|多大年"), re.compile(r"岁|年龄|出生|年生")),
    (re.compile(r"面积|占地|多少亩|平方"), re.compile(r"亩|平方|平米|公顷|㎡")),
    (re.compile(r"多远|多长|多高|多宽|多深|里程|距离"), re.compile(r"米|公里|里|千米|厘米|年|小时|分钟|天")),
    (re.compile(r"多重|重量|多少[吨斤]"), re.compile(r"吨|斤|克")),
    (re.compile(r"多久|多长时间|几[天年]|多少[天年]"), re.compile(r"[年月天日周时分秒]")),
    (re.compile(r"电话|热线|号码"), re.compile(r"\d{5,}")),
    (re.compile(r"多少[名人位]|几[名位个]人|几人|人数|人口"), re.compile(r"[名人位户]")),
)


def _shows(question: Question) -> re.Pattern[str] | None:
    """What a sentence that answers has to hold; None where the question asks for nothing of a known form."""
    if question.kind == "number":
        for asked, shown in _UNITS:
            if asked.search(question.text):
                return shown
    return _SHOWS.get(question.kind)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its answer is looked for: what is asked, and how near anything in the index is to it."""

    question: Question
    vector: Vectors  # shape (1, dimensions)
    sought: tuple[Term, ...]
    nearest: float  # best cosine of any passage


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
    before: str  # what stands directly before it in the passage: 该公司 there means the company named here


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate; each part is 0 to 1."""

    words: float  # of the question in the sentence
    aspect: float  # the same, of the words that say which fact is asked for
    before: float  # of the question in the sentence and the one before it
    around: float  # of the question in headline and passage
    meaning: float  # cosine of question and sentence
    shows: float  # whether it shows what this kind of question asks for
    nearness: float  # of the passage


# Fitted on hand-made questions over 15,600 articles of national news (softmax over the candidate sentences).
WEIGHTS = Evidence(words=0.25, aspect=0.77, before=0.7, around=0.8, meaning=0.6, shows=0.6, nearness=0.95)


def score(evidence: Evidence) -> float:
    return float(sum(getattr(WEIGHTS, name) * getattr(evidence, name) for name in Evidence.__slots__))


def candidates(found: Sequence[Found]) -> list[Candidate]:
    """The sentences of the first passages, each once, in the order of the passages."""
    result: dict[tuple[str, int, int], Candidate] = {}
    for place, item in enumerate(found[:LOOKED_AT]):
        text, at, before = item.passage.text, item.passage.start, ""
        for span in short_spans(text, LONGEST):
            start, end = trim(text, *span)
            if end > start:
                key = (item.passage.article_id, at + start, at + end)
                result.setdefault(key, Candidate(place, at + start, at + end, text[start:end], before))
                before = text[start:end]
    return list(result.values())


def weigh(
    asked: Asked, found: Sequence[Found], sentences: Sequence[Candidate], cosines: Sequence[float]
) -> list[Evidence]:
    """What speaks for each candidate sentence. ``cosines`` are of the question's vector and each sentence's."""
    around = [coverage(asked.sought, matching_text(item.article, item.passage)) for item in found[:LOOKED_AT]]
    fact = tuple(term for term in asked.sought if term.word in asked.question.aspect)
    by_author, shown = asked.question.kind == "author", _shows(asked.question)

    def evidence(candidate: Candidate, cosine: float) -> Evidence:
        source = found[candidate.place]
        aspect = coverage(fact, candidate.text)
        shows = float(shown is None or shown.search(candidate.text) is not None)
        if by_author:  # who wrote it stands in the byline, which repeats nothing of the question
            aspect = shows = float(any(name in candidate.text for name in (source.article.author or "").split()))
        return Evidence(
            words=coverage(asked.sought, candidate.text),
            aspect=aspect,
            before=coverage(asked.sought, f"{candidate.before}\n{candidate.text}"),
            around=around[candidate.place],
            meaning=max(0.0, cosine),
            shows=shows,
            nearness=source.nearness,
        )

    return [evidence(candidate, cosine) for candidate, cosine in zip(sentences, cosines, strict=True)]
