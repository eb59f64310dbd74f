"""Is a sentence that somebody wrote borne out by the passages it cites? Words, figures and negations are compared.

What passes may still be wrong: no comparison of words proves a sense. That is why the quotation always stands beside it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from retriever.text.folding import fold
from retriever.text.numbers import Number, numbers
from retriever.text.questions import is_function_word
from retriever.text.sentences import sentence_spans
from retriever.text.words import pairs, shipped_cutter

LEAST_SHARE = 0.6  # of a sentence's pairs of characters that what it cites has to hold
WORTH_A_SENTENCE = 0.02  # a run of cited sentences grows only where it holds this much more
_NEGATION = re.compile("[不没未无非否]")
_NEGATED = re.compile("(?:[不没未无非]|没有|未能|不[能会是得应可]|并非|无法)$")
_NO_NEGATION = re.compile("未来|不仅|不但|不断|不少|不同|不管|非常|非洲|无锡|无人机|无论|除非|是否")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_HAN_FIGURES = "零一二两三四五六七八九十百千万亿"
_FIGURE = re.compile(
    rf"(?<![0-9.{_HAN_FIGURES}第点])([2-9二两三四五六七八九])(点(?![0-9{_HAN_FIGURES}])|[^\W\d_{_HAN_FIGURES}点])"
)
_LIKE_HAN = str.maketrans("23456789两", "二三四五六七八九二")
_LATIN = re.compile(r"[a-z][a-z0-9]+")
_NAME_TAGS = {"nr", "ns", "nt", "nz"}
# What no sentence of an answer needs and a page could be made to load or run.
_MARKUP = re.compile(r"://|\]\(|<[a-zA-Z/!]|`|www\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage as it is cited: the run of it that says most of the sentence, all of it, and what is known of it (headline, day)."""

    run: str
    passage: str
    known: str


@dataclass(frozen=True, slots=True)
class Run:
    """``text[start:end]`` of a passage: the shortest run of its sentences that holds most of what a sentence says."""

    start: int
    end: int
    share: float


def best_run(sentence: str, passage: str) -> Run:
    """Where in a passage a sentence comes from.

    >>> best_run("图书馆八点半开门", "市图书馆很大。图书馆每天八点半开门。读者很多。")
    Run(start=7, end=18, share=0.8571428571428571)
    """
    wanted = set(pairs(sentence))
    spans = list(sentence_spans(passage))
    found = [wanted & set(pairs(passage[start:end])) for start, end in spans]
    best, best_worth = Run(0, len(passage), 0.0), -1.0
    for first in range(len(spans)):
        held: set[str] = set()
        for last in range(first, len(spans)):
            held |= found[last]
            share = len(held) / len(wanted) if wanted else 0.0
            worth = share - WORTH_A_SENTENCE * (last - first)
            if worth > best_worth:
                start, end = spans[first][0], spans[last][1]
                best, best_worth = Run(start, start + len(passage[start:end].rstrip()), share), worth
    return best


def bears_out(sentence: str, cited: Sequence[Cited]) -> bool:
    """Whether what is cited, taken together, holds the sentence's words, all its figures, and negates what it negates.

    >>> text = "新馆每天早上八点半开门，晚上九点关门。"
    >>> passage = Cited(text, text, "图书馆 周口日报 2022年8月3日")
    >>> [bears_out(said, [passage]) for said in ("新馆早上八点半开门。", "新馆早上七点半开门。", "新馆早上八点半不开门。")]
    [True, False, False]
    """
    said, printed = fold(sentence), fold("\n".join(one.run for one in cited))
    known = fold("\n".join(one.known for one in cited))
    about = fold("\n".join(one.passage for one in cited)) + "\n" + known
    return (
        not holds_markup(sentence)
        and _share(said, printed, known) >= LEAST_SHARE
        and _same_values(said, printed, known)
        and set(_small_figures(said)) <= set(_small_figures(printed + "\n" + known))
        and _negates_alike(said, printed)
        and set(_LATIN.findall(said)) <= set(_LATIN.findall(about))
        and all(name in about for name in _names(said))
    )


def holds_markup(text: str) -> bool:
    return bool(_MARKUP.search(text))


def _share(said: str, printed: str, known: str) -> float:
    wanted = set(pairs(said))
    return len(wanted & set(pairs(printed + "\n" + known))) / len(wanted) if wanted else 0.0


def _same_values(said: str, printed: str, known: str) -> bool:
    """Every number is printed, however written, and of the same thing: what follows it is the same, or no character.

    Of what stands beside a passage whole days and years count: its 3 is no 3 people.
    """
    stands = {
        form + unit for number in numbers(printed) for form in number.forms for unit in ("", _unit(printed, number))
    }
    days = {number.forms[0] for number in numbers(known) if number.forms[0][-1] in "年日"}
    return all(
        any(form + _unit(said, number) in stands for form in number.forms) or number.forms[0] in days
        for number in numbers(said)
    )


def _unit(text: str, number: Number) -> str:
    """The character that follows a number, where it says what is counted."""
    following = text[number.end : number.end + 1]
    return following if _HAN.fullmatch(following) and not is_function_word(following) else ""


def _small_figures(text: str) -> Iterator[str]:
    """Single figures with what they count, 两名 and 2名 alike; 一 is left out: 一些 counts nothing."""
    return (match[1].translate(_LIKE_HAN) + match[2] for match in _FIGURE.finditer(text))


def _negates_alike(said: str, printed: str) -> bool:
    """No negation put in and none lost: what is negated wherever it is printed is so in the sentence, and the other way.

    >>> _negates_alike("工程完工", "工程没有完工"), _negates_alike("工程没有完工", "工程没有完工,很快")
    (False, True)
    """
    said, printed = (_NO_NEGATION.sub(lambda word: "·" * len(word[0]), text) for text in (said, printed))
    if not set(_NEGATION.findall(said)) <= set(_NEGATION.findall(printed)):
        return False
    ours, theirs = _negated(said), _negated(printed)
    return all(ours[pair] & theirs[pair] for pair in ours.keys() & theirs.keys())


def _negated(text: str) -> dict[str, set[bool]]:
    """For every two neighbouring characters whether a negation stands before them, once or more, and whether none does."""
    found: dict[str, set[bool]] = defaultdict(set)
    for at in range(len(text) - 1):
        if _HAN.fullmatch(text[at]) and _HAN.fullmatch(text[at + 1]):
            found[text[at : at + 2]].add(bool(_NEGATED.search(text[max(0, at - 2) : at])))
    return found


def _names(said: str) -> Iterator[str]:
    """Names of people, places and bodies: words that the dictionary calls so, and runs of characters that it joins to no word."""
    run, ends = "", -1
    for word, start in shipped_cutter().placed_words(said):
        if word in _proper_nouns():
            yield word
        part_of_one = len(word) == 1 and bool(_HAN.fullmatch(word)) and not is_function_word(word)
        if start != ends or not part_of_one:
            if len(run) > 1:
                yield run
            run = ""
        if part_of_one:
            run, ends = run + word, start + 1
    if len(run) > 1:
        yield run


@cache
def _proper_nouns() -> frozenset[str]:
    """What jieba's dictionary tags as a name; about 100,000 words, read when the first sentence is checked."""
    import jieba

    with jieba.Tokenizer().get_dict_file() as file:
        rows = (line.decode("utf-8").split() for line in file)
        return frozenset(fold(row[0]) for row in rows if len(row[0]) > 1 and row[-1][:2] in _NAME_TAGS)
