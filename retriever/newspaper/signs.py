"""What printed newspapers say about themselves: leads, marks, mastheads. Tables only; every pattern reads clean text.

Clean text has no spaces next to Han characters, so that ``本 报 讯`` and ``本报讯`` are the same sign here.
"""

from __future__ import annotations

import re

from retriever.newspaper.scripts import both_scripts, in_traditional

HAN = "㐀-䶿一-鿿豈-﫿〇\U00020000-\U0003ffff"
_NUMBER = r"(?:[0-9A-Za-z０-９一二三四五六七八九十○〇]{1,4}|[头頭])"
_AGENCY = (
    "新华社|新华网|中新社|中新网|人民网|央视网|央视|中央社|央广网|光明网|法新社|路透社|美联社|共同社|塔斯社|埃菲社"
)
PAPER = "日报|晚报|早报|晨报|时报|商报|都市报|快报|周报|周刊|青年报|工人报|农民报|少年报|导报|新报|法制报|法治报|经济报|电视报"


def _sign(pattern: str) -> re.Pattern[str]:
    return re.compile(both_scripts(pattern))


SENTENCE_END = _sign(r"(?:[。！？!?｡]|…|\.{3})[”’」』）)》〉\"']*$")
STOP = _sign(r"[。！？｡]")

# The first characters of all leads but those that start with a paper's own name: a quick look before the long one.
LEAD_FIRST = frozenset("（(【〔□■◇◆○●◎☆★▲△本据據综綜" + "".join(name[0] for name in _AGENCY.split("|")))
PAREN_NEAR = _sign("[^（(]{3,10}[（(]")

# How a text opens, and how surely that is the start of an article.
LEADS: tuple[tuple[re.Pattern[str], float], ...] = (
    (_sign("[（(【〔]?本[报刊台网社](?:综合)?(?:讯|消息)"), 5.0),
    (_sign(f"[（(【〔]?(?:据|综合)?(?:{_AGENCY})[^。，,]{{0,24}}?(?:电|讯|消息)"), 5.0),
    (_sign(f"[{HAN}]{{2,8}}(?:讯|消息)[（(][^（）()]{{0,40}}(?:记者|通讯员)"), 5.0),
    (_sign(f"本[报刊](?!记者|通讯)[{HAN}]{{2,6}}?(?:[0-9]+月[0-9]+日)?(?:电|讯)"), 5.0),
    (_sign("[（(【〔](?:本报|本刊)?(?:[^（）()]{0,8})记者"), 3.0),
    (_sign("[□■◇◆○●◎☆★▲△](?:本报|本刊)?[^，。,]{0,8}(?:记者|通讯员)"), 4.0),
    # A bullet opens a brief, or an item of a list inside an article.
    (_sign("[□■◇◆○●◎☆★▲△]"), 2.0),
)

JUMP_FROM = _sign(rf"[（(【\[]?(?:紧?上接|紧接|接)第?[{HAN}]{{0,4}}?{_NUMBER}版[^。）)】\]]{{0,16}}[）)】\]]?")
JUMP_TO = _sign(rf"[（(【\[]?(?:紧?下转|转)第?{_NUMBER}版[^。）)】\]]{{0,8}}[）)】\]]?$")
_CIRCLED = "①-⑳⓪㉑-㉟㊱-㊿❶-❿➀-➓"
EDITOR_CODE = _sign(rf"(?<=[。！？…”’」』）)!?])\s*[{_CIRCLED}]\s*[0-9]{{0,3}}\s*$")
CODE_ALONE = _sign(rf"[{_CIRCLED}][\s0-9]*$")
CODE_END = _sign(rf"[{_CIRCLED}\s0-9]")
WIRE_AT_END = _sign(rf"[（(](?:据)?(?:{_AGENCY})[^（）()]{{0,24}}(?:电|讯|消息|供稿)?[）)]$")
AGENCY_AT_START = _sign(f"(?:据|综合)?(?P<agency>{_AGENCY})")
PAREN_AT_END = _sign(r"(?<=[。！？…”’」』!?])[（(](?P<inside>[^（）()]{2,40})[）)]$")
CREDIT_AT_END = _sign(r"(?<=[。！？…”’」』）)!?])(?P<credit>[^。！？，,]{2,30}(?:摄影报道|摄影|摄|供图|制图))[）)]?$")

# Lines that are no article's: how surely, and the characters of which every such line has one; "^" stands for a first
# character that is not Han. Read only on short lines without a full stop.
_NOISE: tuple[tuple[re.Pattern[str], float, str], ...] = (
    (_sign(rf"^[^{HAN}]*$"), 3.0, "^"),
    (_sign(r"^[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日(?:(?:星期|周)[一二三四五六日天])?[^，。,；]{0,24}$"), 5.0, "^"),
    (_sign("^农历|农历[甲乙丙丁戊己庚辛壬癸]|(?:星期|周)[一二三四五六日天]$"), 4.0, "农期周"),
    (_sign(r"今日天气|℃.{0,2}[~～至—-].{0,3}℃"), 4.0, "气℃"),
    (_sign(r"统一(?:连续)?(?:出版物|刊)号|CN ?[0-9]{2}-|邮发代号|总第 ?[0-9]+ ?期|今日 ?[0-9]+ ?版"), 5.0, "号C第版"),
    (_sign(f"(?:主管|主办|(?:{PAPER})社)[{HAN}]{{0,8}}(?:出版|主办|主管)"), 4.0, "管办报刊"),
    (_sign(f"^[{HAN}]{{2,6}}(?:{PAPER})$"), 4.0, "报刊"),
    (
        _sign(r"(?:热线|电话|传真|邮箱|信箱|网址|邮编|地址|QQ|微信)[:：]?.{0,24}[0-9A-Za-z@.-]{5}"),
        4.0,
        "线话真箱址编Q微",
    ),
    (
        _sign("(?:责任编辑|责编|编辑|校对|版式|美编|组版|审读|值班总编|值班编委|统筹|制图|监制)[:： ]"),
        4.0,
        "编校版审统图监",
    ),
    (_sign("^(?:今日|要闻|版面|本期|本报|精彩)?(?:导读|导览|看点|提要)$"), 5.0, "导看提"),
    (_sign("[▶►→➤☞]|(?:详见|见)第?[0-9A-Za-z]{1,3}版|[0-9]版+$"), 4.0, "▶►→➤☞版"),
    (_sign(rf"^(?:第?[0-9A-Z]{{1,4}}版?)\s*[|｜/·:：]?\s*(?:[{HAN}]{{2,4}})$"), 4.0, "^第"),
    (
        _sign(r"^(?:广告|公益广告|图片新闻|简讯|短波|资料图片|本版.{0,12}|微信扫一扫.*|扫码.{0,16})$"),
        3.0,
        "告图讯波版微扫",
    ),
)

_NOISE_BY_CHARACTER = {
    character: [(pattern, weight) for pattern, weight, hints in _NOISE if hint in hints]
    for hint in {hint for *_, hints in _NOISE for hint in hints}
    for character in (hint, in_traditional(hint))
}
_NOISE_HINT = re.compile(f"[{''.join(sorted(_NOISE_BY_CHARACTER)).replace('^', '')}]")
_STARTS_HAN = re.compile(f"[{HAN}]")


def noise(text: str) -> float:
    """How surely a line is no article's, by the best of the signs in it; 0 where it has none."""
    hints = _NOISE_HINT.findall(text)
    if not _STARTS_HAN.match(text):
        hints.append("^")
    signs = [sign for hint in hints for sign in _NOISE_BY_CHARACTER[hint]]
    return max([weight for pattern, weight in signs if pattern.search(text)], default=0.0)


ATTENDANCE = _sign("(?:出席|主持|讲话|参加|致辞|见证|陪同|作报告)(?:会议|活动|仪式)?$")
SAYS = _sign("(?:强调|指出|要求|表示|提出|时说|要求|希望|回信|致信|批示)[:：]?$")
TIME_START = _sign(
    r"(?:[0-9]{1,4}年|[0-9]{1,2}月|[0-9]{1,2}日|今年|去年|近年|近日|日前|连日|近来|昨[日天]|当[日天前]|据[了悉介]|目前|随着|为了?|在|每[年天月])"
)
ENUMERATOR = _sign(
    r"(?:[（(]?[0-9]{1,2}[)）、.．]|[（(]?[一二三四五六七八九十]{1,3}[)）、是]|第[一二三四五六七八九十]|[“—·•])"
)
DASHES = _sign("[—―─–-]{1,4}")
