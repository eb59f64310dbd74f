"""What of a text counts when it is compared with another: its letters in folded form, and the runs of five of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.text.folding import fold

SHINGLE = 5  # letters
NONE = 0xFFFFFFFF  # the hash of no run of letters; where one has it all the same, it is passed over

Hashes = NDArray[np.uint32]
Codes = NDArray[np.uint16]  # UTF-16

_NOT_LETTERS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[0-9]+")
_SHORT = 50  # characters; below that, one by one is faster

# What each UTF-16 code unit counts as, worked out when it is first met: papers print some thousand different ones.
_LEFT_OUT, _ODD, _UNMET = 0, 0xFFFE, 0xFFFF  # odd: not one letter in folded form but several, or half of a character
_COUNTS_AS: Codes = np.full(1 << 16, _UNMET, np.uint16)

# Multilinear: Lemire and Kaser, "Strongly universal string hashing is fast", 2014.
_FACTORS = np.random.default_rng(1997).integers(1 << 63, size=3, dtype=np.uint64)
_UPPER_HALF = np.uint64(32)
_ZERO = np.uint16(ord("0"))


def letters(text: str) -> str:
    """What counts of a text when it is compared: no spaces, punctuation, width, case or traditional forms.

    >>> letters("市圖書館，藏書 12 萬冊。")
    '市图书馆藏书12万册'
    """
    if len(text) < _SHORT:
        return _NOT_LETTERS.sub("", fold(text))
    spaced = spaced_letters(text)
    return spaced[spaced > 0].tobytes().decode("utf-16-le")


def numbers_of(spaced: Codes) -> frozenset[str]:
    """The different numbers among spaced letters, in one width.

    >>> sorted(numbers_of(spaced_letters("１２月，3.5亿")))
    ['12', '3', '5']
    """
    digits = spaced - _ZERO < 10
    digits[1:] |= digits[:-1]  # and what follows a number: it keeps numbers apart
    return frozenset(_NUMBER.findall(spaced[digits].tobytes().decode("utf-16-le", "replace")))


def shingles(spaced: Codes) -> Hashes:
    """The hashes of all runs of ``SHINGLE`` letters, each once, ascending; of fewer letters, none."""
    hashed = hashed_runs(spaced[spaced > 0])
    found: Hashes = hashed[are_new(hashed)]
    return found


def hashed_runs(codes: Codes) -> Hashes:
    """The hash of each run of ``SHINGLE`` letters, ascending. Letters stand close together here, as ``letters`` gives them."""
    hashed = _hashes_of_runs(codes, _FACTORS)
    hashed.sort()
    return hashed


class Told(NamedTuple):
    """What a sketch is made of."""

    letters: bytes  # UTF-16, without what is between them
    different: int  # hashes of their runs
    least: Hashes  # of each range, ``NONE`` where there is none
    numbers: AbstractSet[bytes]  # in ASCII


def told_by(texts: Sequence[str], starts: Hashes) -> list[Told]:
    """Of each text. Range number i is from ``starts[i]`` to before the next, the first one from 0."""
    told = list(_told_by_texts(list(texts), _COUNTS_AS, _FACTORS, starts))
    if left := [number for number, own in enumerate(told) if own is None]:
        spaced_letters("".join(texts[number] for number in left))  # all of their characters are met
        again = _told_by_texts([texts[number] for number in left], _COUNTS_AS, _FACTORS, starts)
        for number, own in zip(left, again, strict=True):
            told[number] = own or told_by_letters(spaced_letters(texts[number]), _FACTORS, starts)
    return [Told(*own) for own in told if own is not None]


def told_by_letters(spaced: Codes, factors: NDArray[np.uint64], starts: Hashes) -> Told:
    """The same of letters as ``spaced_letters`` gives them."""
    codes = spaced[spaced > 0]
    hashed = hashes_of_runs(codes, factors)
    hashed.sort()
    firsts = np.searchsorted(hashed, starts)
    least = np.append(hashed, np.uint32(NONE))[firsts]
    least[firsts == np.append(firsts[1:], len(hashed))] = NONE
    numbers = frozenset(number.encode() for number in numbers_of(spaced))
    return Told(codes.tobytes(), int(np.count_nonzero(are_new(hashed))), least, numbers)


def hashes_of_runs(codes: Codes, factors: NDArray[np.uint64]) -> Hashes:
    """The hash of each run of ``SHINGLE`` letters, as they stand."""
    count = max(0, len(codes) - SHINGLE + 1)
    wide = codes.astype(np.uint64)
    twos = wide[1:] << np.uint64(16)
    twos |= wide[:-1]
    mixed = twos[:count] * factors[0]
    mixed += twos[2 : 2 + count] * factors[1]
    mixed += wide[4 : 4 + count] * factors[2]
    mixed >>= _UPPER_HALF
    hashed: Hashes = mixed.astype(np.uint32)
    return hashed


_hashes_of_runs = faster("retriever.index._shingles", "hashes_of_runs", hashes_of_runs)


def told_by_texts(
    texts: list[str], counts_as: Codes, factors: NDArray[np.uint64], starts: Hashes
) -> Sequence[tuple[bytes, int, Hashes, AbstractSet[bytes]] | None]:
    """What ``Told`` holds, or None where it is left to ``told_by_letters``: a text with a character for which ``counts_as`` has
    no single letter. Without a compiler, all are."""
    return [None] * len(texts)


_told_by_texts = faster("retriever.index._shingles", "told_by_texts", told_by_texts)


def are_new(ascending: Hashes) -> NDArray[np.bool_]:
    """Which of them differ from the one before."""
    new = np.empty(len(ascending), np.bool_)
    new[:1] = True
    np.not_equal(ascending[1:], ascending[:-1], out=new[1:])
    return new


def spaced_letters(text: str) -> Codes:
    """The letters in UTF-16, with zeros where something between them does not count."""
    printed = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    spaced: Codes = _COUNTS_AS.take(printed)
    greatest = spaced.max(initial=_LEFT_OUT)
    if greatest == _UNMET:
        _meet(printed[spaced == _UNMET])
        return spaced_letters(text)
    if greatest == _ODD:
        return np.frombuffer(_NOT_LETTERS.sub("\0", fold(text)).encode("utf-16-le"), np.uint16)
    return spaced


def _meet(codes: Codes) -> None:
    for code in set(codes.tolist()):
        folded = _NOT_LETTERS.sub("", fold(chr(code)))
        plain = len(folded) < 2 and ord(folded or "\0") < _ODD and not 0xD800 <= code < 0xE000
        _COUNTS_AS[code] = ord(folded or "\0") if plain else _ODD
