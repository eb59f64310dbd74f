"""What is asked: the question made to stand alone, its kind, and the weighted terms to look up."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retriever.domain import Turn
from retriever.text.folding import fold
from retriever.text.questions import QUESTION_WORD, Kind, aspect, is_function_word, kind_of, matter
from retriever.text.sentences import trim
from retriever.text.synonyms import shipped_synonyms
from retriever.text.words import pairs, search_words

SYNONYM_WEIGHT = 0.5  # of the word as typed: 0.5 found most on both sets of hand-made questions
BORROWED_WEIGHT = 0.5  # what history lends steers the search; what is asked now decides

Rarity = Callable[[str], float]  # how rare a word is in the collection: its inverse document frequency
_UNHEARD_OF = "\0"


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be looked up. Weights are of terms, before their rarity."""

    text: str  # as searched: what history lent stands before what was typed
    kind: Kind
    matter: dict[str, float]  # the words that carry the matter → 1, or BORROWED_WEIGHT
    aspect: frozenset[str]  # those of them that say which fact is asked for
    words: dict[str, float]  # search words and synonyms
    pairs: dict[str, float]


def read(question: str, history: Sequence[Turn], rarity: Rarity) -> Question:
    """The question as it will be searched. ``question`` is trimmed and not empty; ``rarity`` is the index's."""
    lent = borrowed(question, history, rarity)
    carried = dict.fromkeys(matter(lent), BORROWED_WEIGHT) if lent else {}
    carried |= dict.fromkeys(matter(question), 1.0)
    words: dict[str, float] = {}
    for word, weight in carried.items():
        for part in search_words(word):
            _keep_most(words, part, weight)
    for typed in (question, lent):
        for word in search_words(typed):  # codes and words across the cuts of the longest words
            if not is_function_word(word):
                _keep_most(words, word, 1.0 if typed is question else BORROWED_WEIGHT)
    for word, weight in carried.items():
        for partner in shipped_synonyms().get(word, ()):
            parts = [part for part in search_words(partner) if part not in words]
            for part in parts:
                _keep_most(words, part, SYNONYM_WEIGHT * weight / len(parts))
    pair_weights = dict.fromkeys(pairs(" ".join(matter(lent))), BORROWED_WEIGHT) if lent else {}
    pair_weights |= dict.fromkeys(pairs(question), 1.0)
    text = f"{lent} {question}" if lent else question
    return Question(text, kind_of(question), carried, aspect(question), words, pair_weights)


def _keep_most(weights: dict[str, float], term: str, weight: float) -> None:
    weights[term] = max(weight, weights.get(term, 0.0))


# What points back: a pronoun, "that one", a question that is only its new part and 呢.
_POINTS_BACK = re.compile(
    r"[它他她]们?|该(?!怎)|其中|这[个家项次位些里条件]|那[个家项次位些里条件辆]|上述|前者|后者|^那|^还|呢[?？]?$"
)
_CHANGES_SUBJECT = re.compile(r"换个|换一个|另外|问个?别的|再问|^对了")
_ASKING = re.compile(rf"(?:分别|一共|总共|大约)?(?:是|有|为|在|叫)?{QUESTION_WORD}[^，,。；;]*")
_TAIL = re.compile(r"[\s?？!！。，,的了是有在呢吗啊呀吧]+$")
# A question says enough by itself from this many words that no passage holds, or more words of which some do. On 336 later
# turns of hand-made conversations 2.4 found the right article first for 84 %, against 30 % without any history.
_ENOUGH = 2.4


def stands_alone(question: str, rarity: Rarity) -> bool:
    """Whether the question can be looked up without what was said before: it says enough and points to nothing."""
    if _CHANGES_SUBJECT.search(question):
        return True
    says = sum(rarity(word) for word in matter(question)) / rarity(_UNHEARD_OF)
    return says >= _ENOUGH and not _POINTS_BACK.search(question)


def topic(question: str) -> str:
    """What a question is about: the question without its asking part, verbatim.

    >>> topic("河南凯旺电子有多少项发明专利?")
    '河南凯旺电子'
    """
    rest = max(_ASKING.split(question), key=len, default="")
    return _TAIL.sub("", rest[slice(*trim(rest, 0, len(rest)))]).strip("，,。 ")


def borrowed(question: str, history: Sequence[Turn], rarity: Rarity) -> str:
    """What a follow-up takes over: the topic of the last earlier question that stood alone, "" where none is needed."""
    if not history or stands_alone(question, rarity):
        return ""
    asked = [turn.question for turn in history]
    source = next((earlier for earlier in reversed(asked) if stands_alone(earlier, rarity)), asked[0])
    lent = topic(source)
    return "" if fold(lent) in fold(question) else lent
