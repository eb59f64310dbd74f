"""The words of a text, for matching: jieba's search words, pairs of neighbouring characters, exact strings kept whole."""

from __future__ import annotations

import re
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, cached_property, lru_cache
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.text.dictionary import Dictionary, jiebas_lines
from retriever.text.folding import confused, fold
from retriever.text.numbers import matches

if TYPE_CHECKING:
    import rjieba

_WORDLIKE = re.compile(r"\w")
# A code is Latin letters and digits with what joins them: ppr-9087, th01, co2, 13.5, 5g.
# Whole runs of them, and none twice: what gave letters back would try each of a long word again and again.
_TOKEN = re.compile(r"[a-z0-9]++(?:[-_./+#·:][a-z0-9]++)*+")
_SPACED = re.compile(r"(?<![a-z])[a-z]++ [0-9]++(?![0-9.])")
# Every code, and every spaced one, stands in one of these; figures alone are none.
_CODE_RUN = re.compile(r"(?:(?<![0-9])[0-9]++[-a-z_./+#·:]|[a-z])[-a-z0-9_./+#·: ]*")
_JOINS = re.compile(r"[-_./+#·: ]")
_OF_CODES = "0123456789abcdefghijklmnopqrstuvwxyz-_./+#·: "
_OF_NUMBERS = "零〇○一壹二两贰三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟万亿点成半分之第月日号口码届期版路级班院次层栋座室章集页年,%"
_LIKE_FIGURES = str.maketrans("oli", "011")  # what eyes and recognisers take for figures inside a code
HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))  # code points, first and last
_HAN_RUN = re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in HAN)}]+")
_ALONE = 2  # see ``_exactness``
_NEWLINE, _RETURN, _SPACE = (np.uint32(ord(character)) for character in "\n\r ")
_LOADING = threading.Lock()
REMEMBERED_TEXTS, REMEMBERED_CHARS = 1 << 13, 60  # about 4 MB


class UserWord(NamedTuple):
    """A word that a librarian wants kept whole; without a frequency jieba's own reckoning of one that suffices."""

    word: str
    frequency: int | None = None


class Numbered(NamedTuple):
    """The pieces of a text and further forms, by numbers from 0 as they are met."""

    pieces: NDArray[np.int32]
    forms: NDArray[np.int32]
    codes: NDArray[np.uint32]  # number n stands for ``codes[starts[n] : starts[n] + lengths[n]]``
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    ends: NDArray[np.int64]  # of each row among the pieces


class _Jieba(Protocol):
    """What cuts by jieba's dictionary; ``hmm`` is False."""

    def cut(self, text: str, hmm: bool) -> list[str]: ...

    def cut_for_search(self, text: str, hmm: bool) -> list[str]: ...

    def has_word(self, word: str) -> bool: ...


class _Tree(_Jieba, Protocol):
    """The compiled one; see ``_cutting.pyi``."""

    def add(self, word: str, frequency: int) -> None: ...

    def numbered(
        self,
        text: NDArray[np.uint32],
        length: int,
        form_starts: NDArray[np.int64],
        form_ends: NDArray[np.int64],
        row_ends: NDArray[np.int64],
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]: ...


def _no_tree(lines: str) -> _Tree | None:
    return None


_tree = faster("retriever.text._cutting", "Tree", _no_tree)


class Cutter:
    """Cuts texts into words by jieba's dictionary and the user's own words. Safe to use from several threads.

    By a kernel, or by rjieba, which cuts alike; jieba itself takes ten times as long. Without the hidden Markov model, which
    ranks no better on news (see ARCHITECTURE.md).
    """

    def __init__(self, own: Sequence[UserWord] = ()) -> None:
        # What suffices is reckoned last: each frequency that is added makes words that have none likelier to be cut.
        self._own = tuple(
            UserWord(fold(word), frequency) for word, frequency in sorted(own, key=lambda own: own.frequency is None)
        )
        self._tree = None if _tree is _no_tree else _tree(jiebas_lines())
        if self._tree is not None and self._own:
            for word, frequency in _rjieba_with(self._own)[1]:
                self._tree.add(word, frequency)
        # A question, its words and their synonyms are cut over and over on the way to its answer; passages once.
        self._remembered_search = lru_cache(maxsize=REMEMBERED_TEXTS)(self._search_words)
        self._remembered_placed = lru_cache(maxsize=REMEMBERED_TEXTS)(self._placed_words)

    @cached_property
    def _rjieba(self) -> rjieba.Jieba:
        return _rjieba_with(self._own)[0]

    @property
    def _jieba(self) -> _Jieba:
        return self._tree or self._rjieba

    def search_words(self, text: str) -> list[str]:
        """Words as one would look them up, in order, folded: long words also by their parts, exact strings at the end.

        >>> shipped_cutter().search_words("四川天恩签约PPR-9087")
        ['四川', '天恩', '签约', 'ppr', '9087', 'ppr-9087', 'ppr9087']
        """
        return list(self._remembered_search(text) if len(text) <= REMEMBERED_CHARS else self._search_words(text))

    def _search_words(self, text: str) -> tuple[str, ...]:
        folded = fold(text)
        words = [word for word in self._jieba.cut_for_search(folded, False) if is_word(word)]
        known = set(words)
        return (*words, *(form for form, _ in exact_forms(folded) if form not in known))

    def pieces(self, folded: str) -> list[str]:
        """A folded text in the pieces that search words are chosen from, what stands between words too.

        Each line is cut by itself, and what ends it is a piece.
        """
        return self._jieba.cut_for_search(folded.replace("\r", " "), False)

    def numbered(self, folded: NDArray[np.uint32], ends: NDArray[np.int64], forms: Sequence[str]) -> Numbered:
        """The same pieces by numbers, and other forms, none of them empty, by the numbers of pieces that are equal or by further ones.

        ``folded`` are the code points of rows of text, which end at ``ends``, each with a newline.
        """
        codes = np.where(folded == _RETURN, _SPACE, folded) if (folded == _RETURN).any() else folded
        if self._tree is None:
            last_lines = np.cumsum(codes == _NEWLINE)[ends - 1]  # of each row, from 1
            return _numbered(self.pieces(codes.tobytes().decode("utf-32-le")), last_lines, forms)
        form_ends = len(codes) + np.cumsum(np.fromiter(map(len, forms), np.int64, len(forms)))
        starts = np.concatenate([np.full(1, len(codes)), form_ends])[: len(forms)]
        together = np.concatenate([codes, np.frombuffer("".join(forms).encode("utf-32-le"), np.uint32)])
        pieces, of_forms, begins, lengths, row_ends = self._tree.numbered(together, len(codes), starts, form_ends, ends)
        return Numbered(pieces, of_forms, together, begins, lengths, row_ends)

    def placed_words(self, text: str) -> list[tuple[str, int]]:
        """The words that together make up the text, longest first choice, folded, each with its place in the folded text."""
        return list(self._remembered_placed(text) if len(text) <= REMEMBERED_CHARS else self._placed_words(text))

    def _placed_words(self, text: str) -> tuple[tuple[str, int], ...]:
        words, place = [], 0
        for word in self._jieba.cut(fold(text), False):
            if is_word(word):
                words.append((word, place))
            place += len(word)
        return tuple(words)

    def knows(self, word: str) -> bool:
        """Whether the folded word stands in the dictionary."""
        return self._jieba.has_word(word)

    def begins(self, letters: str) -> bool:
        """Whether a word of the dictionary begins so; every word does with nothing."""
        return self._dictionary.begins(letters)

    @cached_property
    def _dictionary(self) -> Dictionary:
        return Dictionary.with_jiebas(
            own.word for own in self._own
        )  # read when the first question is typed in pinyin: few are


def _rjieba_with(own: Sequence[UserWord]) -> tuple[rjieba.Jieba, list[tuple[str, int]]]:
    """rjieba with further words, and these with their frequencies, its own reckoning where none is given."""
    import rjieba  # reads its whole dictionary

    jieba = rjieba.Jieba()
    return jieba, [(word, jieba.add_word(word, frequency, None)) for word, frequency in own]


def _numbered(pieces: Sequence[str], last_lines: NDArray[np.int64], forms: Sequence[str]) -> Numbered:
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    of_pieces, of_forms = (np.fromiter(map(numbers.__getitem__, some), np.int32, len(some)) for some in (pieces, forms))
    lengths = np.fromiter(map(len, numbers), np.int64, len(numbers))
    codes = np.frombuffer("".join(numbers).encode("utf-32-le"), np.uint32)
    starts = np.cumsum(lengths) - lengths
    is_newline = (lengths == 1) & (codes[starts] == _NEWLINE)
    line_ends = np.flatnonzero(is_newline[of_pieces]) + 1
    return Numbered(of_pieces, of_forms, codes, starts, lengths, line_ends[last_lines - 1])


@cache
def _shipped_cutter() -> Cutter:
    return Cutter()


def shipped_cutter() -> Cutter:
    """The one without words of a user's."""
    with _LOADING:
        return _shipped_cutter()


def is_word(word: str) -> bool:
    """Whether anything in it is a letter, a figure or a character of a script."""
    return word.isalnum() or (len(word) > 1 and _WORDLIKE.search(word) is not None) or word == "_"


def exact_forms(folded: str) -> Iterator[tuple[str, int]]:
    """Strings that mean one thing, and where each is read: codes whole, codes without what joins them and with figures
    for their look-alikes, numbers in one form. None is read across the end of a line.

    >>> list(exact_forms("型号ppr-9o87,二〇二三年"))
    [('ppr-9o87', 2), ('ppr9087', 2), ('2023年', 11), ('2023', 11)]
    """
    runs = list(_CODE_RUN.finditer(folded))
    for run in runs:
        for token in _TOKEN.finditer(run.group()):
            if not (token.group().isalpha() or token.group().isdigit()):
                at = run.start() + token.start()
                yield token.group(), at
                yield from ((form, at) for form in _bare(token.group()))
    for run in runs:
        for spaced in _SPACED.finditer(run.group()):
            yield from ((form, run.start() + spaced.start()) for form in _bare(spaced.group()))
    for forms, match in matches(folded):
        for form in forms:
            yield form, match.start()


def exact_forms_at_once(folded: NDArray[np.uint32]) -> tuple[list[str], NDArray[np.int64]]:
    """What ``exact_forms`` gives, in the order of the text, and where the run of characters begins that each is read in.

    ``folded`` are the code points of a text. Most of it cannot be part of a code or a number; what stands between is mostly one
    that was read before.
    """
    forms, places = list[str](), list[int]()
    for run, start in zip(*_exact_runs(folded, _exactness()), strict=True):
        if found := _forms_of_run(run):
            forms += found
            places += [start] * len(found)
    return forms, np.array(places, np.int64)


def exact_runs(folded: NDArray[np.uint32], exactness: NDArray[np.uint8]) -> tuple[list[str], list[int]]:
    """The runs of characters that exact forms may be read in, without spaces and commas at their ends, and where each begins."""
    kinds = np.concatenate([[0], exactness[folded], [0]])
    inside = kinds > 0
    edges = np.flatnonzero(inside[1:] != inside[:-1]).reshape(-1, 2)
    tells = (edges[:, 1] - edges[:, 0] > 1) | (kinds[edges[:, 0] + 1] == _ALONE)
    starts = edges[tells][:, 0].tolist()
    return [folded[start:end].tobytes().decode("utf-32-le").strip(" ,") for start, end in edges[tells].tolist()], starts


_exact_runs = faster("retriever.text._cutting", "exact_runs", exact_runs)


@lru_cache(maxsize=1 << 16)  # some 10 MB
def _forms_of_run(run: str) -> tuple[str, ...]:
    return tuple(form for form, _ in exact_forms(run))


@cache
def _exactness() -> NDArray[np.uint8]:
    """Code point → 1 where a code or a number may hold it, or depends on it beside them; ``_ALONE`` where it has a form by itself."""
    table = np.zeros(sys.maxunicode + 1, np.uint8)
    for character in _OF_CODES + _OF_NUMBERS:
        table[ord(character)] = _ALONE if _forms_of_run(character) else 1  # 年 alone tells nothing
    return table


def _bare(code: str) -> list[str]:
    """A code of letters and figures as it is recognised however it is joined; none where it has not both."""
    together = _JOINS.sub("", code)
    if together.isdigit() or not any(character.isdigit() for character in together):
        return []
    bare = together.translate(_LIKE_FIGURES)
    return [bare] if bare != code else []


def pairs(text: str) -> list[str]:
    """Every two neighbouring Han characters, folded: they find what jieba cuts elsewhere.

    A run of one character yields that character. Characters that recognisers mix up count as one (己, 已, 巳).

    >>> pairs("淇河实验室 A"), pairs("自己") == pairs("自已")
    (['淇河', '河实', '实验', '验室'], True)
    """
    return [run[i : i + 2] for run in _HAN_RUN.findall(confused(fold(text))) for i in range(max(1, len(run) - 1))]
