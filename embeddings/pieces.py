"""Which pieces of its vocabulary does a tokenizer cut texts into?  Two ways that give the same ones, number for number."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.alphabet import Alphabet, Reading
from embeddings.encoder import whole
from embeddings.kernels import faster
from embeddings.prefixes import NoPerfectHash
from embeddings.unigram import Unigram

if TYPE_CHECKING:
    from embeddings._unigram import Tree

Numbers = NDArray[np.int32]
Bounds = NDArray[np.int64]

LONGEST_WORD = 2000  # characters; words stand side by side, so one without end would hold up all others
UNKNOWN_PENALTY = 10.0  # tokenizers' K_UNK_PENALTY
_LETTERS_AND_PAIRS_OF_DIGITS = {
    "type": "Split",
    "pattern": {"Regex": "[\\p{L}\\p{M}]+|\\p{N}{1,2}"},
    "behavior": "Removed",
    "invert": True,
}
_CHARACTER_BY_CHARACTER = {"NFC", "NFKC", "Lowercase"}  # normalizers that look at nothing else where nothing combines


_in_step = Unigram.of
_model = faster("embeddings._unigram", "Tree", _in_step)
MANY = 256 if _model is _in_step else 4  # texts; for fewer the preparations of ``InStep`` take longer than they save
# Texts and characters that are cut at a time. In step so many fill about 40 MiB. A kernel fills less, and is the faster the
# seldomer it takes turns with the sums, which need the same caches.
AT_ONCE = (512, 1 << 18) if _model is _in_step else (4096, 1 << 20)


class Cutter(Protocol):
    """Texts to pieces."""

    def cut(self, texts: Sequence[str]) -> tuple[Numbers, Bounds]:
        """The pieces of all texts, one after the other, and where each text's begin: shapes (pieces,), (texts + 1,)."""


def cutter_for(tokenizer: Tokenizer) -> Cutter:
    """The fastest way that cuts as this tokenizer does."""
    form = json.loads(tokenizer.to_str())
    if not _is_plain_unigram(form):
        return OneByOne(tokenizer)
    try:
        return InStep(tokenizer, form["model"]["vocab"], form["model"]["unk_id"])
    except NoPerfectHash:
        return OneByOne(tokenizer)


def _is_plain_unigram(form: Mapping[str, Any]) -> bool:
    """Whether the tokenizer is of the form that ``InStep`` copies: Unigram over runs of letters and pairs of digits."""
    model, normalizer = form["model"], form["normalizer"] or {"type": "Sequence", "normalizers": []}
    steps = normalizer.get("normalizers", [normalizer])
    return (
        model["type"] == "Unigram"
        and model["unk_id"] is not None
        and not model.get("byte_fallback")
        and all(piece and score <= 0 for piece, score in model["vocab"])
        and all(set(step) == {"type"} and step["type"] in _CHARACTER_BY_CHARACTER for step in steps)
        and form["pre_tokenizer"] == _LETTERS_AND_PAIRS_OF_DIGITS
        and not form["added_tokens"]
    )


class OneByOne:
    """Any tokenizer, as it comes."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def cut(self, texts: Sequence[str]) -> tuple[Numbers, Bounds]:
        found = self._tokenizer.encode_batch_fast([whole(text) for text in texts], add_special_tokens=False)
        bounds = np.cumsum([0, *(len(encoding.ids) for encoding in found)])
        pieces = chain.from_iterable(encoding.ids for encoding in found)
        return np.fromiter(pieces, np.int32, int(bounds[-1])), bounds


class InStep:
    """A plain Unigram tokenizer's pieces, worked out for all texts at once; odd texts go to the tokenizer itself."""

    def __init__(self, tokenizer: Tokenizer, vocabulary: Sequence[tuple[str, float]], unknown: int) -> None:
        """Raises NoPerfectHash."""
        self._others = OneByOne(tokenizer)
        self._alphabet = Alphabet(
            (piece for piece, _ in vocabulary),
            tokenizer.normalizer.normalize_str if tokenizer.normalizer else str,
            lambda text: [run for run, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)],
        )
        words = {word: number for number, (piece, _) in enumerate(vocabulary) for word in self._alphabet.word(piece)}
        scores = np.array([score for _, score in vocabulary], np.float64)
        self._model: Unigram | Tree = _model(words, self._alphabet.size, scores, unknown, UNKNOWN_PENALTY)

    def cut(self, texts: Sequence[str]) -> tuple[Numbers, Bounds]:
        if isinstance(self._model, Unigram):
            return self._cut_together(texts)
        pieces, bounds, passed_over = self._model.read_and_cut(list(texts), *self._alphabet.table, LONGEST_WORD)
        return _with(pieces, bounds, {number: texts[number] for number in passed_over}, self._cut_together)

    def _cut_together(self, texts: Sequence[str]) -> tuple[Numbers, Bounds]:
        read = self._alphabet.read(texts)
        starts, lengths, endless = _words(read)
        places, pieces = self._model.cut(read.numbers, starts, lengths)
        if (unknown := pieces == self._model.unknown).any():  # a run of them in one word is one piece
            again = np.flatnonzero(unknown[1:] & unknown[:-1] & ~read.starts[places[1:]]) + 1
            places, pieces = np.delete(places, again), np.delete(pieces, again)
        bounds = np.append(0, np.searchsorted(places, read.ends))
        odd = np.union1d(read.odd, endless).tolist()
        return _with(pieces, bounds, {number: texts[number] for number in odd}, self._others.cut)


def _with(
    pieces: Numbers, bounds: Bounds, odd: Mapping[int, str], cut: Callable[[Sequence[str]], tuple[Numbers, Bounds]]
) -> tuple[Numbers, Bounds]:
    """The same with other pieces for those texts that are odd."""
    if not odd:
        return pieces, bounds
    of_text = np.split(pieces, bounds[1:-1])
    others, their_bounds = cut(list(odd.values()))
    for number, of_other in zip(odd, np.split(others, their_bounds[1:-1]), strict=True):
        of_text[number] = of_other
    return np.concatenate(of_text), np.cumsum([0, *map(len, of_text)])


def _words(read: Reading) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Starts and lengths of the words, and the texts with a word that is too long; those words are left out."""
    ending = read.inside.copy()
    ending[:-1] &= ~read.inside[1:] | read.starts[1:]
    starts = np.flatnonzero(read.starts)
    lengths = np.flatnonzero(ending) + 1 - starts
    if lengths.max(initial=0) <= LONGEST_WORD:
        return starts, lengths, np.empty(0, np.int64)
    short = lengths <= LONGEST_WORD
    return starts[short], lengths[short], np.searchsorted(read.ends, starts[~short], side="right")
