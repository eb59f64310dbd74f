"""Which words name one person, place, body or product? As jieba's dictionary tags them, and by surname."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache

from retriever.text.dictionary import jiebas_lines
from retriever.text.folding import fold
from retriever.text.lexicon import SHIPPED, Lexicon

# The hundred commonest surnames and those that papers print as often.
SURNAME = (
    "[王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤柳鲁樊倪单裴齐葛艾耿米牛阎]"
)
# What no dictionary knows is left as a run of characters; 钱打 and 白教 are seldom persons.
_PERSON = re.compile(rf"(?![钱白单]){SURNAME}[一-鿿]{{1,2}}")
# Tagged as names and used as words, of those that are missing most where a train question is answered all the same.
_EVERYDAY = re.compile(
    ".*[里人]|东西|礼拜|城市|京城|山洞|上门|沾边|开春|上山|太阳|长度|满街|大海|江水|河水|大湖|英雄|上街|大街|大桥|城建|上市|山崖|山沟|滑坡|深山|天冷"
    "|西瓜|扎堆|哥哥|长大|下海|几环|卡片|高中生|五百强|师专|大水库|苗子|拉进来|大老远|老法子|夏令营|矫正|修桥|太少|太贵|每百|喝咖啡|米老鼠"
)
_TAGGED = re.compile(r"^(\S{2,}) \d+ (ns|nr|nrt|nrfg|nt|nz)$", re.MULTILINE)
_PLACE = "ns"


class Names:
    """Names by their hashes, in order: 1 MB where a set of 112,000 words takes 12."""

    def __init__(self, names: Iterable[str]) -> None:
        self._hashes = array("q", sorted(map(hash, names)))

    def __contains__(self, word: str) -> bool:
        """
        >>> "上海" in Names(["上海", "上饶"]), "上" in Names(["上海"])
        (True, False)
        """
        sought = hash(word)
        at = bisect_left(self._hashes, sought)
        return at < len(self._hashes) and self._hashes[at] == sought


@cache
def _names() -> tuple[Names, Names]:
    """Places; and persons, bodies and products."""
    tagged = _TAGGED.findall(jiebas_lines())
    places, others = ([w for w, tag in tagged if (tag == _PLACE) == is_place] for is_place in (True, False))
    return Names(places), Names(others)


def is_place(word: str) -> bool:
    """Whether the folded word is a place's name.

    >>> is_place("上海"), is_place("周杰伦")
    (True, False)
    """
    return word in _names()[0] and not _is_everyday(word)


def is_name(word: str, lexicon: Lexicon = SHIPPED) -> bool:
    """Whether the folded word is a name. What has synonyms and is no place is a word that people use: 师傅, 老太太.

    >>> [word for word in ("上海", "周杰伦", "特斯拉", "李文轩", "工厂", "东西", "师傅") if is_name(word)]
    ['上海', '周杰伦', '特斯拉', '李文轩']
    """
    if is_place(word):
        return True
    if lexicon.partners(word):
        return False
    return _is_tagged(word) or (_PERSON.fullmatch(word) is not None and not lexicon.cutter.knows(word))


def names_in(text: str, lexicon: Lexicon = SHIPPED) -> set[str]:
    """The persons, places, bodies and products that a text names, folded, as far as the dictionary knows them.

    >>> sorted(names_in("周杰伦昨天到了上海。"))
    ['上海', '周杰伦']
    """
    return {word for word, _ in lexicon.placed_words(fold(text)) if is_place(word) or _is_tagged(word)}


def _is_tagged(word: str) -> bool:
    return word in _names()[1] and not _is_everyday(word)


def _is_everyday(word: str) -> bool:
    return _EVERYDAY.fullmatch(word) is not None
