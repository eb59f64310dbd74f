"""Texts with each character in the form it is read as, for the short texts of which a question looks at hundreds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.text.folding import confused, fold, simplify


def _no_kernel(text: str, table: NDArray[np.int32]) -> str | None:
    return None


_read = faster("retriever.text._character_forms", "read", _no_kernel)


class CharacterForms(dict[int, str]):
    """Code point → what it is read as, worked out when first met. Any thread may read with it."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self._form = form
        # One more than the code point of the form; 0 where it was not met, or is of several. What is never met takes no memory.
        self._table = np.zeros(sys.maxunicode + 1, np.int32)
        self._several: dict[str, str] = {}

    def __missing__(self, code: int) -> str:
        form = self[code] = self._form(chr(code))
        if len(form) == 1:
            self._table[code] = ord(form) + 1
        else:
            self._several[chr(code)] = form
        return form

    def of(self, text: str) -> str:
        """The text as it is read."""
        if _read is _no_kernel:
            return text.translate(self)
        told = _read(text, self._table)
        if told is None:
            told = _read(self._spelt_out(text), self._table)
        return text.translate(self) if told is None else told  # translating meets what was not met

    def _spelt_out(self, text: str) -> str:
        """With what is read as several characters, each of which is read as itself; as far as such ones were met."""
        for character in self._several.keys() & set(text):
            text = text.replace(character, self._several[character])
        return text

    def with_origins(self, text: str) -> tuple[str, Sequence[int]]:
        """The text as it is read and, for each of its characters, the position in ``text`` it came from.

        >>> told, origins = COMPARED.with_origins("5㎡")
        >>> told, list(origins)
        ('5m2', [0, 1, 1])
        """
        told = _read(text, self._table)
        if told is not None:
            return told, range(len(text))
        parts = [self[ord(character)] for character in text]
        return "".join(parts), [position for position, part in enumerate(parts) for _ in part]


FOLDED = CharacterForms(fold)
COMPARED = CharacterForms(lambda character: confused(fold(character)))
"""As texts are compared: folded, and what is often mixed up made one."""
SIMPLIFIED = CharacterForms(simplify)
