"""What an answer of each kind has to show: forms of the language, not of any paper."""

from __future__ import annotations

import re
from functools import lru_cache

from retriever.text.questions import Kind

_NUMERAL = r"[一二两三四五六七八九十百千万亿半几数]"
_MEASURE = (
    r"[个名人万亿元亩米平公家次项件辆台套吨斤年月天日小分秒岁倍成条种层栋座户村届期场份册只头所位类批起本张级度块票步"
    r"环支艘架颗枚株棵毫厘克升节]"
)
_NUMBER = re.compile(rf"\d|[％%]|{_NUMERAL}+[余多]?{_MEASURE}")
_SHOWS: dict[Kind, re.Pattern[str]] = {
    "number": _NUMBER,
    "when": re.compile(
        rf"(?:\d|{_NUMERAL})+\s*[年月日号时点]|[今去前明]年|日前|近日|[上下]午|凌晨|傍晚|晚间|[昨今当次][天日晚]|"
        r"周[一二三四五六日末]|期间|[春夏秋冬]季?节?|元旦|中秋|国庆|月底|年底|[上中下]旬|截至|以来"
    ),
    "where": re.compile(
        r"[省市县区镇乡村州路街国洲港湾岛河江湖山]|[在从到赴往]|社区|园区|基地|中心|广场|大学|[东西南北]部"
    ),
    "who": re.compile(r"[书记长任理师授员家者人席]|说|表示|介绍|由|公司|单位|部门|集团|协会|局|委"),
    "list": re.compile(r"、.+、|、.+[和及与等]|[;；]|包括|分别"),
    "why": re.compile(r"因|由于|为了|为[^.]{1,12}[,，]|原因|以便|旨在|为此|得益于|受.{1,12}影响|导致|致使|是为"),
    "how": re.compile(r"通过|采[取用]|利用|以.{1,12}为|按照|运用|开展|建立|借助|依托|把|将|用.{1,8}[来去]"),
}

# A number of what?  The first row whose question form is met decides which unit the sentence has to show.
_UNITS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"百分|[比概几]率|比例|占比|几成|[率占]多少|[增下]\S{0,2}[长降]"),
        re.compile(r"[%％‰]|百分|成|倍|分之"),
    ),
    (
        re.compile(r"钱|投资|资金|费用?|产值|收入|营收|税|价|金额|额|元|奖金|损失|成本|利润|几块|花多少|赚多少|挣多少"),
        re.compile(r"元|美元|欧元|块"),
    ),
    (re.compile(r"岁|年龄|年纪|多大年|今年多大|几岁"), re.compile(r"岁|年龄|出生|年生")),
    (re.compile(r"面积|占地|多少亩|平方|多大[的地]|多大一?[片块]"), re.compile(r"亩|平方|平米|公顷|㎡")),
    (re.compile(r"多远|多长|多高|多宽|多深|里程|距离"), re.compile(r"米|公里|里|千米|厘米|年|小时|分钟|天")),
    (re.compile(r"多重|重量|多少[吨斤]"), re.compile(r"吨|斤|克")),
    (
        re.compile(r"多久|多长时间|几[天年]|多少[天年]|几个?(?:小时|钟头|月|礼拜|星期)"),
        re.compile(r"[年月天日周时分秒]"),
    ),
    (re.compile(r"电话|热线|号码"), re.compile(r"\d{5,}")),
    (re.compile(r"多少[名人位]|几[名位个]人|几人|几口人|人数|人口"), re.compile(r"[名人位户]")),
)
REMEMBERED_SENTENCES = 1 << 13
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*|[一二两三四五六七八九十百千万亿]{2,}")


def answer_form(kind: Kind, question: str) -> re.Pattern[str] | None:
    """What a sentence that answers has to hold; None where the question asks for nothing of a known form.

    >>> bool(answer_form("number", "总投资多少钱?").search("总投资13.5亿元"))
    True
    """
    if kind == "number":
        return next((shown for asked, shown in _UNITS if asked.search(question)), _NUMBER)
    return _SHOWS.get(kind)


def new_number(question: str, sentence: str) -> bool:
    """Whether the sentence holds a number that the question does not: one that only repeats the question's tells nothing.

    >>> new_number("2022年有几家?", "2022年引进80家"), new_number("2022年有几家?", "2022年不错")
    (True, False)
    """
    return any(number not in question for number in _numbers_in(sentence))


@lru_cache(maxsize=REMEMBERED_SENTENCES)
def _numbers_in(sentence: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_NUMBERS.findall(sentence)))


# How a sentence begins that takes its subject from the one before it.
_LEANS = re.compile(
    r"[“\"]?(?:据[^，,]{0,6}[，,])?(?:该|其(?!他|中|实|余)|它|他|她|此(?!次|外|前)|这|那[个里些]|双方|对此|为此|由此|因此|"
    r"项目(?:总|全|建成|占|一期|计划)|(?:全部|项目)?(?:建成|投产|达产)后)"
)
# How a clause or sentence begins that goes on with a list.
_GOES_ON = re.compile(
    r"[一二三四五六七八九十][是要]|第[一二三四五六七八九十][，,、]|其[一二三四五][，,]|[（(]?[一二三四五六七八九十1-9][)）、．.](?!\d)"
)


def leans_back(sentence: str) -> bool:
    """Whether a sentence names its subject only by pointing back.

    >>> leans_back("该项目总投资13.5亿元。"), leans_back("耕德电子总投资13.5亿元。")
    (True, False)
    """
    return _LEANS.match(sentence) is not None


def list_item(sentence: str) -> bool:
    """Whether a sentence is one item of a list that runs over several.

    >>> list_item("二是加强管理。"), list_item("加强管理。")
    (True, False)
    """
    return _GOES_ON.match(sentence) is not None
