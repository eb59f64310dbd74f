"""Who wrote it: names out of a byline, however it is spaced and wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retriever.newspaper.names import has_surname, parted_names
from retriever.newspaper.scripts import both_scripts
from retriever.newspaper.signs import HAN, PAPER

_NOT_IN_BYLINES = re.compile("[。！？“”；《]|作者(?:单位|[系为是])|^[^记記員员摄攝图圖]*[，,]")
_SYMBOL = re.compile(r"^[□■◇◆○●◎☆★▲△]\s*")
# "记 者" is letter-spaced as often as not.
_ROLE = re.compile(
    "|".join(
        both_scripts(r"\s*".join(word))
        for word in (
            "全媒体", "融媒体", "新媒体", "首席", "特约", "特派", "见习", "实习生", "实习", "记者", "通讯员", "评论员", "撰稿人",
            "撰稿", "供稿", "采写", "作者", "特稿", "本报", "本刊", "本网", "摄影报道", "综合报道", "摄影", "报道组", "报道",
            "整理", "编译", "文/图", "图/文", "文/", "图/", "/文", "/图",
        )
    )
)  # fmt: skip
_CREDIT = re.compile(both_scripts(r"(?:文\s*[/／、]\s*图|图\s*[/／、]\s*文|文图|图文|摄影报道|供图|摄影|摄)\s*$"))
# 极目新闻记者, 新华社记者: whom the reporter works for stands right before the word.
_ORGANISATION = re.compile(
    both_scripts(
        rf"[{HAN}]{{0,8}}(?:{PAPER}|新华社|中新社)社?|[{HAN}]{{1,8}}(?:社|网|报|刊|台|新闻|媒体|客户端|中心|频道)(?=记者)"
    )
)
# Without a role, a symbol or brackets a byline is one or two names, perhaps letter-spaced.
_LONGEST_BARE, _LONGEST_BARE_SPACED, _OPENS_BYLINE = 8, 12, frozenset("□■◇◆○●◎☆★▲△(（")
_SEPARATORS = re.compile(r"[\s、，,;；|/／·:：]+")
_NAME = re.compile(rf"[{HAN}]{{2,4}}(?:·[{HAN}]{{1,6}})?$")
# One of these characters is in each of the features: a quick look before the long one.
_FEATURE_HINT = re.compile(both_scripts("[记通评摄文供实作撰报]"))
_FEATURES = re.compile(both_scripts(r"记\s*者|通\s*讯\s*员|评\s*论\s*员|摄|文\s*[/／]\s*图|供图|实习生|作者|撰稿|报道"))


@dataclass(frozen=True, slots=True)
class Byline:
    """``names`` as printed, letter-spacing closed; ``sure`` is how little else the line could be."""

    names: tuple[str, ...]
    printed: str
    sure: float

    @property
    def author(self) -> str | None:
        return " ".join(self.names) or self.printed or None


def read_byline(raw: str) -> Byline | None:
    """A line that is nothing but a byline; None where it is anything else.

    >>> read_byline("□记者 刘昂 王晨 苑美丽").author
    '刘昂 王晨 苑美丽'
    """
    text = raw.strip()
    if not 2 <= len(text) <= 60:
        return None
    if len(text) > _LONGEST_BARE and text[0] not in _OPENS_BYLINE and not _could_be_bare(text):
        return None
    if _NOT_IN_BYLINES.search(text):
        return None
    symbol, text = bool(_SYMBOL.match(text)), _SYMBOL.sub("", text)
    bracketed = text[:1] in "(（" and text[-1:] in ")）"
    if bracketed:
        text = text[1:-1].strip()
    named = _has_feature(text)
    names = list(split_names(text))
    if any(not _NAME.match(name) for name in names) or len(names) > 8:
        return None
    if not names:
        compact = re.sub(r"\s", "", text)
        return Byline((), compact, 3.0) if named and _ROLE.sub("", compact) == "" else None
    known = sum(map(has_surname, names)) / len(names)
    if named or symbol:
        return Byline(tuple(names), text, 4.0 if known > 0.4 else 2.0 if named else 1.0)
    if known < 1:
        return None
    if bracketed:
        return Byline(tuple(names), text, 3.5)
    return Byline(tuple(names), text, 1.5) if sum(map(len, names)) <= 6 and len(names) <= 2 else None


def _could_be_bare(text: str) -> bool:
    """A quick look before the long one."""
    if _has_feature(text):
        return True
    pieces = text.split()
    return len(pieces) > 1 and sum(map(len, pieces)) <= _LONGEST_BARE_SPACED


def _has_feature(text: str) -> bool:
    return _FEATURE_HINT.search(text) is not None and _FEATURES.search(text) is not None


def split_names(text: str) -> Iterator[str]:
    """Names between role words, organisations and separators; what is not a name comes out as it is.

    >>> list(split_names("记 者 李 丹 丹 通 讯 员 潘振丽"))
    ['李丹丹', '潘振丽']
    """
    text = _ROLE.sub("|", _CREDIT.sub("|", _ORGANISATION.sub(" ", text.strip())))
    for chunk in re.split(r"[|、，,;；]", text):
        pieces = [piece for piece in _SEPARATORS.split(chunk) if piece]
        spelled = ""
        for piece in [*pieces, ""]:
            if len(piece) == 1:
                spelled += piece
                continue
            yield from parted_names(spelled)
            spelled = ""
            if piece:
                yield from parted_names(piece) if len(piece) > 4 else (piece,)
