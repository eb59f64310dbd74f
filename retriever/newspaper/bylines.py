"""Who wrote it: names out of a byline, however it is spaced and wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retriever.newspaper.signs import HAN, PAPER

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁"
    "单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全班仰秋仲伊宫宁仇栾暴甘厉"
    "戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮"
    "牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧利师巩聂关荆游权盖"
    "肖覃闫化代苑晁佘仝芦付逯丘冼岳帅海冷璞亢况郏琚"
)
_DOUBLE_SURNAMES = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "长孙",
    "司徒",
    "令狐",
    "东方",
    "端木",
)

_NOT_IN_BYLINES = re.compile("[。！？“”；《]|^[^记員员摄图]*[，,]")
_SYMBOL = re.compile(r"^[□■◇◆○●◎☆★▲△]\s*")
# "记 者" is letter-spaced as often as not.
_ROLE = re.compile(
    "|".join(
        r"\s*".join(word)
        for word in (
            "全媒体", "融媒体", "新媒体", "首席", "特约", "特派", "见习", "实习生", "实习", "记者", "通讯员", "通訊員", "記者",
            "评论员", "撰稿人", "撰稿", "供稿", "采写", "作者", "特稿", "本报", "本刊", "本网", "摄影报道", "摄影", "报道组", "文/图", "图/文",
        )
    )
)  # fmt: skip
_CREDIT = re.compile(r"(?:文\s*[/／、]\s*图|图\s*[/／、]\s*文|文图|图文|摄影报道|供图|摄影|摄)\s*$")
_ORGANISATION = re.compile(rf"[{HAN}]{{0,8}}(?:{PAPER}|新华社|中新社)(?:社)?")
_SEPARATORS = re.compile(r"[\s、，,;；|/／·:：]+")
_NAME = re.compile(rf"[{HAN}]{{2,4}}(?:·[{HAN}]{{1,6}})?$")
_FEATURES = re.compile(
    "记\\s*者|通\\s*讯\\s*员|记 ?者|評論員|评\\s*论\\s*员|摄|文\\s*[/／]\\s*图|供图|实习生|作者|撰稿"
)


@dataclass(frozen=True, slots=True)
class Byline:
    """``names`` as printed, letter-spacing closed; ``sure`` is how little else the line could be."""

    names: tuple[str, ...]
    printed: str
    sure: float

    @property
    def author(self) -> str | None:
        return " ".join(self.names) or self.printed or None


def has_surname(name: str) -> bool:
    return name[:1] in _SURNAMES or name[:2] in _DOUBLE_SURNAMES


def read_byline(raw: str) -> Byline | None:
    """A line that is nothing but a byline; None where it is anything else.

    >>> read_byline("□记者 刘昂 王晨 苑美丽").author
    '刘昂 王晨 苑美丽'
    """
    text = raw.strip()
    if not 2 <= len(text) <= 60 or _NOT_IN_BYLINES.search(text):
        return None
    symbol, text = bool(_SYMBOL.match(text)), _SYMBOL.sub("", text)
    bracketed = text[:1] in "(（" and text[-1:] in ")）"
    if bracketed:
        text = text[1:-1].strip()
    named = bool(_FEATURES.search(text))
    names = list(split_names(text))
    if any(not _NAME.match(name) for name in names) or len(names) > 8:
        return None
    if not names:
        compact = re.sub(r"\s", "", text)
        return Byline((), compact, 3.0) if named and _ROLE.sub("", compact) == "" else None
    known = sum(map(has_surname, names)) / len(names)
    if named or symbol:
        return Byline(tuple(names), text, 4.0 if known > 0.4 else 1.0)
    if known < 1:
        return None
    if bracketed:
        return Byline(tuple(names), text, 3.5)
    return Byline(tuple(names), text, 1.5) if sum(map(len, names)) <= 6 and len(names) <= 2 else None


def split_names(text: str) -> Iterator[str]:
    """Names between role words, organisations and separators; what is not a name comes out as it is.

    >>> list(split_names("记 者 李 丹 丹 通 讯 员 潘振丽"))
    ['李丹丹', '潘振丽']
    """
    text = _CREDIT.sub("|", text.strip())
    text = _ROLE.sub("|", text)
    for chunk in re.split(r"[|、，,;；]", text):
        pieces = [piece for piece in _SEPARATORS.split(_ORGANISATION.sub(" ", chunk)) if piece]
        spelled = ""
        for piece in [*pieces, ""]:
            if len(piece) == 1:
                spelled += piece
                continue
            yield from _spelled_names(spelled)
            spelled = ""
            if piece:
                yield from _spelled_names(piece) if len(piece) > 4 else (piece,)


def _spelled_names(letters: str) -> Iterator[str]:
    """Names without a gap between them: a new one starts at a surname, after two or three characters."""
    while len(letters) > 4 or (len(letters) == 4 and letters[2] in _SURNAMES and not has_double_surname(letters)):
        size = 3 if letters[3:4] in _SURNAMES and len(letters) - 3 != 1 else 2 if letters[2] in _SURNAMES else 0
        if not size:
            break
        yield letters[:size]
        letters = letters[size:]
    if letters:
        yield letters


def has_double_surname(name: str) -> bool:
    return name[:2] in _DOUBLE_SURNAMES
