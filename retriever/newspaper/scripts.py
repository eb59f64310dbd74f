"""Patterns written in simplified characters that read traditional print too."""

from __future__ import annotations

_TRADITIONAL = dict(
    zip(
        "报讯电记员评论摄图转紧见习实综导读详热线责编辑农历网视闻华华国",
        "報訊電記員評論攝圖轉緊見習實綜導讀詳熱線責編輯農曆網視聞華華國",
        strict=True,
    )
)


def in_traditional(character: str) -> str:
    """The same character where both scripts share it."""
    return _TRADITIONAL.get(character, character)


def both_scripts(pattern: str) -> str:
    """The same regular expression, matching each of its characters in either script.

    >>> both_scripts("本[报刊]讯")
    '本[报報刊][讯訊]'
    """
    pieces: list[str] = []
    in_class = escaped = False
    for char in pattern:
        traditional = in_traditional(char)
        if traditional == char:
            pieces.append(char)
        else:
            pieces.append(char + traditional if in_class else f"[{char}{traditional}]")
        if not escaped and char in "[]":
            in_class = char == "["
        escaped = char == "\\" and not escaped
    return "".join(pieces)
