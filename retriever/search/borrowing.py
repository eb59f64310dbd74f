"""What a follow-up takes over from the questions and answers before it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Turn
from retriever.text.folding import fold_with_origins
from retriever.text.followups import Spoken, listed, spoken
from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.names import is_name
from retriever.text.questions import aspect, is_function_word, matter

LOOKS_BACK = 6  # turns
NUMBERED = "年月日号期届"  # 2023年 gives way to 2024年
_UNHEARD_OF = "\0"
_JOINS = re.compile(r"[在的了之和与对从向为于被把·“”《》\-—]{0,3}")  # between words that are shown as one piece


Rows = NDArray[np.int64]
Values = NDArray[np.float32]
Nearest = Callable[[Mapping[str, float], int], tuple[Rows, Values]]
"""The passages that hold most of weighted words, and how much; best first, at most so many."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the index knows of words."""

    rarity: Callable[[str], float]  # inverse document frequency
    nearest: Nearest
    scores: Callable[[Mapping[str, float], Rows], Values]  # how much of weighted words some passages hold, which ascend
    beside: Callable[[Rows], Rows]  # all passages of the articles that some rows stand in, ascending


@dataclass(frozen=True, slots=True)
class Lent:
    """What a question takes over; all but ``own`` is empty where it stands alone."""

    own: str  # what the question says itself, without 不对，我问的是; "" for 还有呢
    text: str = ""  # pieces of what was said before, verbatim, parted by spaces
    words: Mapping[str, float] = field(
        default_factory=dict
    )  # folded, each with its share of a word of the question's own
    aspect: frozenset[str] = frozenset()  # those of them that name the fact that is asked for once more
    asking: str = ""  # the earlier question that is asked once more: 那2024年呢
    answered: Mapping[str, float] = field(
        default_factory=dict
    )  # words of the last answer: they steer and are not shown


# Shares of a word of the question's own. Of 0.2 to 0.5, 0.5 found the right article oftenest on 100 hand-made conversations
# and 0.2 the right passage of it; rare words of the answer just read bring back what the middle loses of articles.
ANCHOR = 0.4  # words of the last question that named its subject
SINCE = 0.25  # of those after it
BEFORE = 0.1  # of those before it
OLD_ASPECT = 0.5  # of these again, for what was asked then
ITEM = 1.0  # the item of a list that is pointed at
ANSWER, ANSWER_WORDS = 0.15, 8  # the rarest words of the last answer

SURE = 0.5  # chance from which a question stands alone
TOPIC_ROWS = 5  # the topic stands in the best passages
TOPIC_SHARE = 0.6  # that hold this share of what the very best holds
NAMES_ITS_SUBJECT = 2.4  # words that no passage holds, or more words of which some do
WEIGHTS_FILE = Path(__file__).with_name("followups.json")  # written by `python -m retriever.tuning.followups`


@dataclass(frozen=True, slots=True)
class Leanings:
    """What speaks for a question's standing alone, or against it."""

    amount: float  # of what it says: 1 for a word that no passage holds, less for one that some do
    length: float  # characters of the words it says: 1 is ten
    stands_for: float  # 1 where it has a pronoun
    points: float  # 1 where it says 那家 or 这个
    goes_on: float  # 1 where it begins with 那 or 还
    trails_off: float  # 1 where it ends with 呢
    again: float  # how much of the amount the questions before it said already
    together: float  # of what is new, as much as stands in an article about their topic; 1: nowhere stands more
    beside: float  # the same, of all that is new
    elsewhere: float  # of all that is new, how much more another passage holds
    nowhere: float  # how many of its new words no passage holds: 1 is three
    named: float  # 1 where it names somebody or something that no article about their topic prints


@cache
def _weights() -> tuple[float, Leanings]:
    told = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return told["bias"], Leanings(**dict.fromkeys(Leanings.__slots__, 0.0) | told["weights"])


@dataclass(frozen=True, slots=True)
class _Said:
    """One question of a conversation."""

    form: Spoken
    words: tuple[str, ...]  # its matter
    amount: float  # of it: 1 for a word that no passage holds, less for one that some do

    @property
    def names_its_subject(self) -> bool:
        form = self.form
        leans = form.stands_for or form.points or form.goes_on or form.trails_off or form.corrects
        return self.amount >= NAMES_ITS_SUBJECT and not leans


def _said(question: str, vocabulary: Vocabulary, lexicon: Lexicon) -> _Said:
    form = spoken(question)
    words = tuple(matter(form.says, lexicon))
    return _Said(form, words, sum(map(vocabulary.rarity, words)) / vocabulary.rarity(_UNHEARD_OF))


def borrow(
    question: str,
    history: Sequence[Turn],
    vocabulary: Vocabulary,
    lexicon: Lexicon = SHIPPED,
    mend: Callable[[str], str] = str,
) -> Lent:
    """What ``question`` takes over from earlier turns, oldest first. ``mend`` rids them of slips of the pen."""
    if not history:
        return Lent(question)
    asked = _said(question, vocabulary, lexicon)
    chain = list[_Said]()  # the questions about one subject
    for turn in history[-LOOKS_BACK:]:
        earlier = _said(mend(turn.question), vocabulary, lexicon)
        chain = [] if _is_alone(earlier, chain, vocabulary, lexicon) else chain
        chain.append(earlier)
    if _is_alone(asked, chain, vocabulary, lexicon):
        return Lent(question)
    lent = _lent(asked, chain, [turn.answer for turn in history[-len(chain) :]], lexicon)
    words = set(matter(history[-1].answer, lexicon)) - {*lent.words, *asked.words, *matter(asked.form.denied, lexicon)}
    rarest = sorted(words, key=lambda word: (-vocabulary.rarity(word), word))[:ANSWER_WORDS]
    return replace(lent, answered=dict.fromkeys(rarest, ANSWER))


def leanings(
    question: str, earlier: Sequence[str], vocabulary: Vocabulary, lexicon: Lexicon = SHIPPED
) -> Leanings | None:
    """What is weighed of a question after ``earlier`` ones about one subject; None where its form decides."""
    asked, chain = _said(question, vocabulary, lexicon), [_said(one, vocabulary, lexicon) for one in earlier]
    return _leanings(asked, chain, vocabulary, lexicon) if _by_form(asked, chain) is None else None


def _is_alone(asked: _Said, chain: Sequence[_Said], vocabulary: Vocabulary, lexicon: Lexicon) -> bool:
    """Whether a question opens a subject of its own after those about one subject."""
    decided = _by_form(asked, chain)
    if decided is not None:
        return decided
    found = _leanings(asked, chain, vocabulary, lexicon)
    bias, weights = _weights()
    odds = bias + float(sum(getattr(weights, name) * getattr(found, name) for name in Leanings.__slots__))
    return odds > math.log(SURE / (1 - SURE))


def _by_form(asked: _Said, chain: Sequence[_Said]) -> bool | None:
    if not chain or asked.form.changes_subject:
        return True
    return False if asked.form.corrects or asked.form.ordinal or not asked.words else None


def _leanings(asked: _Said, chain: Sequence[_Said], vocabulary: Vocabulary, lexicon: Lexicon) -> Leanings:
    topic = _terms((word for one in chain for word in one.words), lexicon)
    typed = _terms(asked.words, lexicon)
    unheard = vocabulary.rarity(_UNHEARD_OF)
    new = {word: weight for word, weight in typed.items() if word not in topic}
    strange = [word for word in asked.words if word not in topic]
    names = [word for word in strange if is_name(word, lexicon)]
    about, form = _about(topic, vocabulary), asked.form
    whole = sum(map(vocabulary.rarity, new)) or 1.0
    there, most = _most(new, about, vocabulary), float(vocabulary.nearest(new, 1)[1].sum())
    return Leanings(
        amount=asked.amount,
        length=min(sum(map(len, asked.words)), 10) / 10,
        stands_for=float(form.stands_for),
        points=float(form.points),
        goes_on=float(form.goes_on),
        trails_off=float(form.trails_off),
        again=sum(vocabulary.rarity(word) for word in typed if word in topic) / unheard,
        together=there / most if most else 0.0,
        beside=there / whole,
        elsewhere=max(0.0, most - there) / whole,
        nowhere=min(sum(vocabulary.rarity(word) >= unheard for word in strange), 3) / 3,
        named=float(any(not _most({name: 1.0}, about, vocabulary) for name in names)),
    )


def _terms(words: Iterable[str], lexicon: Lexicon) -> dict[str, float]:
    """The words and their parts, as the index has them."""
    parts = (part for word in words for part in (word, *lexicon.search_words(word)))
    return {part: 1.0 for part in parts if not is_function_word(part)}


def _about(topic: Mapping[str, float], vocabulary: Vocabulary) -> Rows:
    """The passages of the articles about a topic, ascending."""
    rows, told = vocabulary.nearest(topic, TOPIC_ROWS)
    return vocabulary.beside(rows[told >= TOPIC_SHARE * told[0]]) if len(rows) else rows


def _most(words: Mapping[str, float], rows: Rows, vocabulary: Vocabulary) -> float:
    """The most that one of the passages holds of the words."""
    return float(vocabulary.scores(words, rows).max(initial=0))


def _lent(asked: _Said, chain: Sequence[_Said], answers: Sequence[str], lexicon: Lexicon) -> Lent:
    form = asked.form
    item = _pointed_at(form.ordinal, answers)
    own = form.says_beside if item else form.says
    again = None if form.asks else next((one for one in reversed(chain) if one.form.asks), None)
    taken = [*matter(own, lexicon), *matter(form.denied, lexicon)]
    anchor = max((place for place, one in enumerate(chain) if one.names_its_subject), default=0)
    words, pieces = dict[str, float](), list[str]()
    for place, one in enumerate(chain):
        share = BEFORE if place < anchor else ANCHOR if place == anchor else SINCE
        old = frozenset() if one is again else aspect(one.form.says, lexicon)
        free = [word for word in one.words if not any(word == other or _same_sort(word, other) for other in taken)]
        pieces += _pieces(one.form.text, [word for word in free if word not in words])
        for word in free:
            words[word] = max(words.get(word, 0.0), share * (OLD_ASPECT if word in old else 1.0))
    if item:
        words |= dict.fromkeys(matter(item, lexicon), ITEM)
        pieces.append(item)
    facts = aspect(again.form.says, lexicon) & words.keys() if again else frozenset[str]()
    return Lent(own, " ".join(pieces), words, facts, again.form.text if again else "")


def _pointed_at(ordinal: int, answers: Sequence[str]) -> str:
    """The item that an ordinal means, of the last answer that lists so many; "" where none does."""
    lists = (listed(answer) for answer in reversed(answers) if ordinal)
    items = next((items for items in lists if len(items) >= max(ordinal, 2)), [])
    return items[ordinal - 1 if ordinal > 0 else ordinal] if items else ""


def _same_sort(word: str, other: str) -> bool:
    """Whether one number takes the other's place: 2023年 gives way to 2024年."""
    return word[-1] == other[-1] and word[-1] in NUMBERED and word[0].isdecimal() and other[0].isdecimal()


def _pieces(text: str, words: Sequence[str]) -> list[str]:
    """Where the folded words stand in ``text``: verbatim, neighbours and what joins them in one piece."""
    folded, origins = fold_with_origins(text)
    found = ((folded.find(word), len(word)) for word in words)
    spans = sorted((origins[at], origins[at + length - 1] + 1) for at, length in found if at >= 0)
    pieces: list[tuple[int, int]] = []
    for start, end in spans:
        if pieces and _JOINS.fullmatch(text, pieces[-1][1], max(start, pieces[-1][1])):
            pieces[-1] = (pieces[-1][0], max(end, pieces[-1][1]))
        else:
            pieces.append((start, end))
    return [text[start:end] for start, end in pieces]
