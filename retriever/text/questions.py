"""What a question asks for: its kind, and the words that carry its matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Literal, get_args

from retriever.text.folding import fold
from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.numbers import numbers

Kind = Literal["author", "number", "when", "who", "where", "why", "how", "list", "what"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# The first row that matches decides. Forms, not topics: these are all the ways Chinese has of asking.
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "author",
        re.compile(
            r"作者|署名|撰稿|(?:谁|哪[一几]?[位名个]\S{0,3})(?:写|采写|撰写|报道|拍摄|拍|摄)"
            r"|(?:记者|通讯员|评论员)\S{0,4}(?:谁|叫什么|叫啥|哪位|姓名|名字)"
            r"|(?:写|采写|撰写|报道|拍摄|摄影|摄)的?[人者]?(?:是谁|是哪位|叫什么)"
        ),
    ),
    (
        "when",
        re.compile(
            r"什么时候|啥时候?|何时|几时|哪[一]?[年天月日]|几[月号日点]|(?:什么|啥)(?:时间|日子|年头)|何年|何日|多会儿|哪会儿|多早"
        ),
    ),
    ("why", re.compile(r"为什么|为何|为啥|因为[什啥]|[什啥]么?原因|缘何|[凭图][什啥]|怎么会|咋会|干嘛|干吗")),
    ("number", re.compile(r"多少|(?<!哪)几[^乎经]|多[大高长宽远重快久深厚]|第几|(?<!哪)几$|百分之几|占比|比例")),
    ("list", re.compile(r"哪些|哪几|都有谁|都有什么|都有啥|[有包][括含]?(?:什么|啥)[、和]|包括[什啥]|分别")),
    ("who", re.compile(r"谁|哪[一]?[位名个]人|什么人|何人|啥人|哪位|哪名|哪个人|哪家")),
    (
        "where",
        re.compile(
            r"哪里|哪儿|哪[个座]?(?:地方|城市|省|市|县|区|村|镇|街|国)|何处|什么地方|啥地方|[去在到从]哪|哪[边头块]|哪$"
        ),
    ),
    ("how", re.compile(r"怎么|怎样|如何|咋|什么办法|啥办法")),
)


@cache
def _function_words() -> frozenset[str]:
    text = resources.files("retriever.text").joinpath("function_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def kind_of(question: str) -> Kind:
    """What sort of thing would answer.

    >>> kind_of("总投资多少?"), kind_of("谁主持的"), kind_of("什么时候开的会")
    ('number', 'who', 'when')
    """
    folded = fold(question)
    return next((kind for kind, form in _KINDS if form.search(folded)), "what")


def matter(question: str, lexicon: Lexicon = SHIPPED) -> list[str]:
    """The words of a question that carry its matter, each once, in order, folded: no function and no question words.

    Neighbouring single characters make one word: that is how jieba leaves a name it does not know. A question made of
    nothing else keeps all its words.

    >>> matter("耕德电子的董事长是谁?")
    ['耕德', '电子', '董事长']
    """
    words: list[str] = []
    ends = -1  # where the last single character that was kept ended
    for word, start in _with_numbers(question, lexicon):
        if is_function_word(word):
            continue
        lone = len(word) == 1 and not word.isascii()
        if lone and start == ends:
            words[-1] += word
        else:
            words.append(word)
        ends = start + 1 if lone else -1
    return list(dict.fromkeys(words)) or list(dict.fromkeys(word for word, _ in lexicon.placed_words(question)))


# Every question word, as one alternative of a regular expression.
QUESTION_WORD = (
    r"(?:什么时候|啥时候|何时|几时|什么|啥|多少|第几|几|哪里|哪儿|哪些|哪[个家位名年天月日种]?|谁|"
    r"怎么样?|怎样|如何|咋样?|为什么|为何|为啥|多[大长久高远重]|何处)"
)
_ASKING = re.compile(QUESTION_WORD)


def aspect(question: str, lexicon: Lexicon = SHIPPED) -> frozenset[str]:
    """The words of the matter that say which fact is asked for: those beside the question word; with none, the last.

    >>> sorted(aspect("耕德电子二期项目总投资多少?")), sorted(aspect("凯旺电子有多少项发明专利?"))
    (['投资'], ['发明专利', '电子', '项'])
    """
    return aspect_of(question, matter(question, lexicon))


def aspect_of(question: str, words: Sequence[str]) -> frozenset[str]:
    """The same, of the words of a question's matter."""
    folded = fold(question)
    asked = [match.span() for match in _ASKING.finditer(folded)]
    if not asked:
        return frozenset(words[-1:])
    start, end = asked[-1]
    placed = sorted((folded.find(word), word) for word in words)
    before = [word for place, word in placed if 0 <= place < start]
    after = [word for place, word in placed if place >= end]
    return frozenset(before[-1:] + after[:2])


def _with_numbers(question: str, lexicon: Lexicon) -> list[tuple[str, int]]:
    """The words of a question, each with its place, a number that they cut through made one.

    >>> [word for word, _ in _with_numbers("总投资十三点五亿元", SHIPPED)]
    ['总', '投资', '十三点五亿', '元']
    """
    folded, placed = fold(question), lexicon.placed_words(question)
    for number in numbers(folded):
        inside = [(word, at) for word, at in placed if at < number.end and at + len(word) > number.start]
        if len(inside) > 1 or (inside and len(inside[0][0]) < number.end - number.start):
            last, at = inside[-1]
            rest = [(last[number.end - at :], number.end)] if at + len(last) > number.end else []
            whole = (folded[number.start : number.end], number.start)
            outside = [item for item in placed if item not in inside]
            placed = sorted([*outside, whole, *rest], key=lambda item: item[1])
    return placed


def is_function_word(word: str) -> bool:
    return word in _function_words()
