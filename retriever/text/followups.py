"""How a question leans on what was said before it: forms of the language, nothing of any paper."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retriever.text.questions import QUESTION_WORD

_STANDS_FOR = re.compile(
    r"[它他她]们?|该(?!不该|怎)|其中|上述|前者|后者|里[头面]|两边|双方|当[时年地天日]"
)  # 他 它们 该项目 当时
# 这家公司 那里; but 卖假羊肉的那家店 names what it points at.
_POINTS = re.compile(r"[这那](?:个|家|项|次|位|些|里|儿|边|条件?|辆|种|年|天|时|会儿|孩子)|这[趟剧活展笔]|那馆")
_GOES_ON = re.compile(r"^[那还又]")
_TRAILS_OFF = re.compile(r"呢[?？。]?$")  # 鞋呢 面积多大呢; but people say 怎么办呢 too
_CHANGES_SUBJECT = re.compile(r"换[个一]|另外|问个?别的|再问|^对了|顺便|[你您](?![们说刚上前])")
# 今天天气怎么样 is asked of the sky, whatever was talked about before it; 那天天气怎么样 is not.
_HERE_AND_NOW = re.compile(
    r"^(?:请问)?(?:(?:今天|今晚|明天|后天|现在|这会儿|外面|最近|这几天|周末).{0,8}(?:天气|气温|下雨|下雪|刮风|带伞|几度|多少度|冷不冷|热不热)|天气)"
)
_SAYS_NOTHING = re.compile(
    r"^(?:那|那么)?(?:还有|具体|详细|为什么|为啥|为何|原因|结果|然后|后来)?(?:呢|吗|是什么)?[?？。]?$"
)
_ASKS = re.compile(rf"{QUESTION_WORD}|[吗么嘛][?？]?$|是不是|有没有|是否|能不能")
_CORRECTIONS = (
    re.compile(
        r"^(?:不对|错了|说错了?|问错了?|不是这个?|搞错了?)[，,。!！ ]+(?:我?(?:是)?(?:想|要)?(?:问|要|说|看|查|指)?的?是?)"
    ),
    re.compile(
        r"^(?:我[问说要]的)?(?:并?不是)(?P<denied>[^，,。]{0,12})[，,](?:而是|我?(?:是)?(?:想|要)?(?:问|要|说|看|查|指)?的?是?)"
    ),
    re.compile(r"^我(?:是[说问指]|[说问要指]的是)"),
)
_NUMERALS = {character: n for n, character in enumerate("一二三四五六七八九十", start=1)}
_COUNTED = "[个位家项条款种名件起部处座栋类份所支]"  # not 届 and 次: 第二届 is a name
_ORDINAL = re.compile(
    rf"^(?:那么?|其中|还有)?(?:第(?P<n>[一二三四五六七八九十]|\d{{1,2}})(?:{_COUNTED}|(?=呢|[?？]|$))|(?P<former>前者|前一{_COUNTED}))"
)
_LAST = re.compile(rf"^(?:那么?|其中|还有)?(?:后者|后一{_COUNTED}|最后(?:那|一|那一)?{_COUNTED})")
_NUMBERED = re.compile(
    r"(?:第?[一二三四五六七八九十]是|其[一二三四五六七八九十][,，是]|第[一二三四五六七八九十][,，、]|[(（][一二三四五六七八九十1-9][)）]|[①-⑨]|"
    r"(?<![\d.])[1-9][.．、](?!\d))"
)
_TWO = re.compile(
    r"[^，,。；;！!？?、：:]*?(?P<one>[^，,。；;！!？?、：:和与及同]{2,14})[和与及](?P<other>[^，,。；;！!？?、：:和与及同]{2,14})"
)
_RUN = re.compile(r"[^，,。；;！!？?]*、[^，,。；;！!？?]*")
_LEADS_IN = re.compile(r"^.*(?:包括|分别[是为]|有|为|是|[：:])")
_LEADS_OUT = re.compile(r"(?:等|这).{0,12}$")


SHORT_LIST = 30  # characters: in longer answers 和 mostly joins something else


@dataclass(frozen=True, slots=True)
class Spoken:
    """A question of a conversation, by the forms it is put in."""

    text: str  # as typed
    says: str  # what it says of its own: without 不对，我问的是 and what that denies; "" for 还有呢 and 为什么
    denied: str  # 不是三门峡，是周口 denies 三门峡
    stands_for: bool  # has a pronoun
    points: bool  # 那家… 这个…
    goes_on: bool  # 那… 还…
    trails_off: bool  # …呢
    corrects: bool
    asks: bool  # asks with words of its own; 那2024年呢 asks what was asked before
    changes_subject: bool
    ordinal: int  # 第二个 → 2, 最后一个 → -1, none → 0
    says_beside: str  # without that: "" for 第二个呢


def spoken(question: str) -> Spoken:
    """
    >>> spoken("不是三门峡，是周口").denied, spoken("不是三门峡，是周口").says
    ('三门峡', '周口')
    >>> spoken("第二个呢").ordinal, spoken("那2024年呢").asks
    (2, False)
    """
    correction = next((match for form in _CORRECTIONS if (match := form.match(question))), None)
    says = (question[correction.end() :] if correction else "") or question
    denied = (correction.groupdict().get("denied") or "") if correction else ""
    ordinal = _ORDINAL.search(says) or _LAST.search(says)
    return Spoken(
        text=question,
        says=_words_in(says),
        denied=denied,
        stands_for=_STANDS_FOR.search(question) is not None,
        points=_POINTS.search(question) is not None,
        goes_on=_GOES_ON.search(question) is not None or _SAYS_NOTHING.match(question) is not None,
        trails_off=_TRAILS_OFF.search(question) is not None,
        corrects=correction is not None,
        asks=_ASKS.search(says) is not None,
        changes_subject=correction is None
        and (_CHANGES_SUBJECT.search(question) or _HERE_AND_NOW.search(question)) is not None,
        ordinal=_place(ordinal) if ordinal else 0,
        says_beside=_words_in(says.replace(ordinal.group(), "", 1) if ordinal else says),
    )


def _words_in(text: str) -> str:
    return "" if _SAYS_NOTHING.match(text) else text


def _place(ordinal: re.Match[str]) -> int:
    told = ordinal.groupdict()
    if told.get("former"):
        return 1
    n = told.get("n")
    return -1 if n is None else _NUMERALS.get(n) or int(n)


def listed(answer: str) -> list[str]:
    """The items of the longest list in an answer, verbatim; none where it lists nothing.

    >>> listed("主要客户有海康威视、大华股份、中兴通讯等国内外知名企业。")
    ['海康威视', '大华股份', '中兴通讯']
    >>> listed("一是修路；二是架桥；三是办学。"), listed("孙志远与王清祥")
    (['修路', '架桥', '办学'], ['孙志远', '王清祥'])
    """
    numbered = [part.strip(" ，,。；;") for part in _NUMBERED.split(answer)[1:]]
    if len(numbered) > 1:
        return numbered
    run = max((match.group() for match in _RUN.finditer(answer)), key=lambda text: text.count("、"), default="")
    if not run:
        two = _TWO.fullmatch(answer.strip("。 ")) if len(answer) <= SHORT_LIST else None
        return [_LEADS_IN.sub("", two["one"]) or two["one"], two["other"]] if two else []
    first, *middle, last = run.split("、")
    first, last = _LEADS_IN.sub("", first) or first, _LEADS_OUT.sub("", last) or last
    pair = re.split(r"[和及与]", last, maxsplit=1)
    return [item.strip() for item in map(_unquoted, (first, *middle, *pair)) if item.strip()]


def _unquoted(item: str) -> str:
    """Without what stands outside a quotation of which the item is one end: 打造“选 and 用”四关."""
    if "“" in item and "”" not in item:
        return item.rpartition("“")[2]
    return item.partition("”")[0] if "”" in item and "“" not in item else item
