"""One form for matching: width, case and traditional characters folded away. Never shown, never stored as text."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster

LONG_TEXT = 300  # characters
_NOT_MET, _SEVERAL = -2, -1


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


class _Simplified(dict[int, str]):
    """Code point → the simplified form of a traditional character; every other character as it is."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        han = "\u3400" <= character <= "\u9fff" or character >= "\U00020000"
        self[code] = _converter().convert(character) if han else character
        return self[code]


_SIMPLIFIED = _Simplified()


def simplify(text: str) -> str:
    """Traditional characters as simplified ones, the rest untouched: what encoders read.

    >>> simplify("正陽縣圖書館 PPR")
    '正阳县图书馆 PPR'
    """
    return text.translate(_SIMPLIFIED)


def simplify_all(texts: Sequence[str]) -> list[str]:
    """The same of many texts: what is in simplified characters already is seen at a glance, in a tenth of the time."""
    simplified, table = list(texts), _is_traditional()
    found = _marked(simplified, table)
    if found:
        joined = "".join(simplified[number] for number in found)
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        for code in np.unique(codes[table[codes] == _NOT_MET]).tolist():
            table[code] = simplify(chr(code)) != chr(code)
        found = [found[at] for at in _marked([simplified[number] for number in found], table)]
    for number in found:
        simplified[number] = simplify(simplified[number])
    return simplified


def marked(texts: list[str], table: NDArray[np.int8]) -> list[int]:
    """The texts for a character of which the table has anything but 0."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    found: list[int] = np.unique(np.searchsorted(ends, np.flatnonzero(table[codes]), side="right")).tolist()
    return found


_marked = faster("retriever.text._folding", "marked", marked)


@cache
def _is_traditional() -> NDArray[np.int8]:
    """Code point → whether it has a simplified form, worked out when first met. Any thread may fill it in."""
    return np.full(sys.maxunicode + 1, _NOT_MET, np.int8)


class _Folds(dict[int, str]):
    """Code point → what it matches as, worked out when first met.

    Character by character, so that positions can be led back; NFKC as in Unicode Standard Annex 15, then lower case,
    then OpenCC's traditional → simplified for single characters.
    """

    def __missing__(self, code: int) -> str:
        # Twice, so that a folded text stays as it is: 薴 is simplified to 苧, and that to 苎.
        self[code] = simplify(simplify(unicodedata.normalize("NFKC", chr(code)).lower()))
        return self[code]


_FOLDS = _Folds()


def fold(text: str) -> str:
    """The form two texts are compared in.

    >>> fold("ＰＰＲ－9087 與圖書館")
    'ppr-9087 与图书馆'
    """
    return text.translate(_FOLDS) if len(text) < LONG_TEXT else _folded_at_once(text)


def _folded_at_once(text: str) -> str:
    """The same for many characters: they are looked up in an array, in a tenth of the time."""
    table = _table()
    if (known := _looked_up(text, table)) is not None:
        return known
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    folded = table[codes]
    if (folded == _NOT_MET).any():
        for code in np.unique(codes[folded == _NOT_MET]).tolist():
            form = fold(chr(code))
            table[code] = ord(form) if len(form) == 1 else _SEVERAL
        folded = table[codes]
    if (folded == _SEVERAL).any():
        for code in np.unique(codes[folded == _SEVERAL]).tolist():
            text = text.replace(chr(code), fold(chr(code)))
        return _folded_at_once(text)  # now each character is one
    return folded.tobytes().decode("utf-32-le", "surrogatepass")


def looked_up(text: str, table: NDArray[np.int32]) -> str | None:
    """The text with each character as the table has it; None where it has less than 0 for one."""
    codes = table[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)]
    return None if codes.min(initial=0) < 0 else codes.tobytes().decode("utf-32-le", "surrogatepass")


_looked_up = faster("retriever.text._folding", "looked_up", looked_up)


def fold_all(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    r"""Many texts folded: their code points, a newline behind each text, and where each ends, behind that.

    >>> codes, ends = fold_all(["Ａ\u3000圖", ""])
    >>> codes.tobytes().decode("utf-32-le"), ends.tolist()
    ('a 图\n\n', [4, 5])
    """
    folded = list(texts)
    codes, ends, unknown = _all_looked_up(folded, _table())
    if unknown:
        _folded_at_once("".join(folded[number] for number in unknown))  # all of their characters are met
        codes, ends, unknown = _all_looked_up(folded, _table())
    while unknown:
        for number in unknown:
            folded[number] = _folded_at_once(folded[number])  # what it is folded to is met in the next round
        codes, ends, unknown = _all_looked_up(folded, _table())
    return codes, ends


def all_looked_up(
    texts: list[str], table: NDArray[np.int32]
) -> tuple[NDArray[np.uint32], NDArray[np.int64], list[int]]:
    """The characters of all texts as the table has them, a newline behind each text; where each text ends, behind that;
    and the texts for a character of which the table has less than 0."""
    joined = "".join(f"{text}\n" for text in texts)
    printed = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = table[printed]
    ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)
    codes[ends - 1] = ord("\n")
    unknown = np.unique(np.searchsorted(ends, np.flatnonzero(codes < 0), side="right"))
    return codes.view(np.uint32), ends, unknown.tolist()


_all_looked_up = faster("retriever.text._folding", "all_looked_up", all_looked_up)


@cache
def _table() -> NDArray[np.int32]:
    """Code point → that of what it matches as, worked out when first met. Any thread may fill it in."""
    return np.full(sys.maxunicode + 1, _NOT_MET, np.int32)


# What eyes and recognisers mix up, and context alone tells apart. Not part of ``fold``: no dictionary knows 自已.
_CONFUSED = str.maketrans("己巳曰末戍戌○", "已已日未戊戊〇")


def confused(folded: str) -> str:
    """A folded text with characters that are often mixed up made one; each stays in its place.

    >>> confused("自己") == confused("自已"), confused("曰报")
    (True, '日报')
    """
    return folded.translate(_CONFUSED)


def fold_with_origins(text: str) -> tuple[str, list[int]]:
    """``fold(text)`` and, for each of its characters, the position in ``text`` it came from.

    >>> fold_with_origins("5㎡")
    ('5m2', [0, 1, 1])
    """
    parts = [_FOLDS[ord(character)] for character in text]
    origins = [position for position, part in enumerate(parts) for _ in part]
    return "".join(parts), origins
