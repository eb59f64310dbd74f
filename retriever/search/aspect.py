"""Which form of value would answer?  Forms of the language: units, measure words, dates, titles; never topics."""

from __future__ import annotations

import re
from functools import lru_cache

from retriever.text.folding import fold
from retriever.text.names import SURNAME
from retriever.text.questions import Kind

# Possessive: what takes digits gives none back, or a page of 百百百… would take for ever.
_NUMBER = r"(?:\d[\d,.]*+|[一二两三四五六七八九十百千万亿半数几零〇]++)\s*+[余多来近]?\s*+[十百千万亿]*+\s*+[余多]?"


def _number_of(units: str) -> re.Pattern[str]:
    return re.compile(rf"{_NUMBER}(?:{units})")


# 三年 and 45天, not 2023年 and 8月18日.
DURATION = re.compile(
    r"(?<!\d)(?:\d{1,3}(?:\.\d+)?|[一二两三四五六七八九十百半数几]+)\s*[余多来]?"
    r"(?:个?多?(?:月(?!\d|[一二三四五六七八九十]+日|底|初|份)|小时|钟头|星期|世纪|学期|季度)|年(?!\d{1,2}月|[初底末代度级])|天|周|分钟?|秒|日(?=内|之内|以上))"
)

# A number of what?  The first row whose question form is met says what the value looks like.
_NUMBERS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"电话|热线|号码|联系方式"), re.compile(r"\d{5,}|\d{3,4}-\d")),
    (
        re.compile(
            r"百分|[比概几]率|比例|占比|几成|[率占]\S{0,2}(?:多少|多高)|[增下上降涨跌]\S{0,2}[长降升幅涨跌了]\S{0,2}多少"
        ),
        re.compile(rf"[%％‰]|百分|{_NUMBER}[成倍]|分之|{_NUMBER}(?:个)?点"),
    ),
    (
        re.compile(
            r"钱|投资|资金|费|产值|收入|营收|税|价|金额|[几多少]+[万亿]?元|奖金|损失|成本|利润|租金|工资|薪|预算|融资|[贵赚赔亏]"
        ),
        _number_of(r"元|[美欧港日加澳韩]元|块|英镑|卢布|马克|法郎|人民币|角|分钱"),
    ),
    (
        re.compile(r"岁|年龄|年纪|多大(?:了|年|$|[?？])"),
        re.compile(rf"{_NUMBER}(?:周)?岁|出生|年生|年龄|高龄|[0-9零〇]0后"),
    ),
    (re.compile(r"面积|占地|多少亩|平方|多大地"), _number_of(r"亩|平方|平米|公顷|㎡|m2")),
    (re.compile(r"多重|重量|[多少几]+(?:公)?[吨斤克]"), _number_of(r"万?吨|[公千]?斤|[千毫]?克|kg")),
    (
        re.compile(r"多远|多长(?!时)|多高|多宽|多深|里程|距离|[多少几]+(?:公里|米|里)"),
        _number_of(r"[公千厘毫]?米|公里|里|km|m\b"),
    ),
    (re.compile(r"多久|多长时间|(?:几|多少)(?:[天年]|个?(?:小时|钟头|月|星期|礼拜))(?!代|级)"), DURATION),
    (
        re.compile(r"[多少几]+[名位]?人|几[名位]|多少[名位]|人数|人口|口人"),
        _number_of(r"[名人位户]|个(?:人|孩|学|老)|口"),
    ),
    (re.compile(r"第几"), re.compile(rf"第{_NUMBER}|冠军|亚军|季军|首|居前")),
)
_COUNTED = re.compile(r"(?:多少|几)(?:万|亿|千|百)?(?P<measure>[一-鿿])")  # 多少家店: a number of 家

_FORMS: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(r"\d|[％%]|[一二两三四五六七八九十百千万亿半]+[余多]?[个名人家项件台套次种条座]"),
    "when": re.compile(
        rf"{_NUMBER}\s*[年月日号时点]|[今去前明昨]年|[今明昨前后]天|[昨今明]日|日前|近日|[上下]午|周[一二三四五六日末]"
    ),
    "where": re.compile(r"[省市县区镇乡村州路街岛港湾]|[在从到赴往位].{1,8}|社区|园区|基地|中心|国"),
    "who": re.compile(
        r"[书记长任理师授员家者席裁董]\s*[一-鿿]{2,4}|[一-鿿]{2,3}(?:说|表示|介绍|告诉|先生|女士|主持|同志|等)|由\S{2,8}"
    ),
    "list": re.compile(r"、.+、|、.+[和及与等]|[;；]|[和及与]"),
    "why": re.compile(r"因|由于|为了|为[^.]{1,12}[,，]|原因|以便|旨在|导致|造成|引发|受.{1,8}影响"),
}


@lru_cache(maxsize=1024)
def value_form(question: str, kind: Kind) -> re.Pattern[str] | None:
    """What a text that states the answer has to hold; None where the question asks for nothing of a known form.

    >>> [bool(value_form("总投资多少?", "number").search(text)) for text in ("总投资13.5亿元", "占地254亩")]
    [True, False]
    """
    folded = fold(question)
    if (kind == "who" or NAMED.search(folded)) and _ASKS_NAME.search(folded) and not _ASKS_HOUSE.search(folded):
        return NAME
    if kind == "number":
        for asked, value in _NUMBERS:
            if asked.search(folded):
                return value
        counted = _COUNTED.search(folded)
        if counted:
            return _counted(counted["measure"])
    return _FORMS.get(kind)


@lru_cache(maxsize=1024)
def _counted(measure: str) -> re.Pattern[str]:
    return re.compile(rf"{_NUMBER}{measure}|{_NUMBER}[个余多]")


MONEY = re.compile(r"钱|价|费|元|投资|资金|金额|奖金|工资|收入|赔")
# A name after a title, or before what people do.
NAME = re.compile(
    rf"(?<=[记长任理师授员家者席裁事士生警人是由叫名民:：、(（\s]){SURNAME}[一-鿿]{{1,2}}(?![一-鿿]?[省市县区镇乡村路])"
    rf"|{SURNAME}(?:[一-鿿]{{1,2}}(?=说|表示|介绍|告诉|先生|女士|主持|同志|等|[(（])|某)"
)
_ASKS_NAME = re.compile(r"[书记长任理师授员席裁人家者士生子孩童民警][^，,]{0,2}(?:是|叫|为|姓)?(?:谁|哪[位个]|什么|啥)")
_ASKS_HOUSE = re.compile(r"哪家|单位|公司|机构|部门|大学|学校|医院|作家|大家|国家|人家")

YES_NO = re.compile(r"[吗么][?？]?$|没有?[?？]?$|是不是|有没有|是否|能不能|会不会")
OUTCOME = re.compile(r"后来|最后|最终|结果|现在|目前|至今")
NAMED = re.compile(r"叫(?:什么|啥)|名字|姓名|名称|叫做")
