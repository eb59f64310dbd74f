"""Whether the arrays of a keyword index agree with each other: what no checksum tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from retriever.index.arrays import load
from retriever.index.codes import COUNT_BITS, STRIDE
from retriever.index.lexical import LexicalIndex
from retriever.index.terms import STEP

TERMS_AT_ONCE = 4096


def wrong_postings(folder: Path, passages: int) -> Iterator[str]:
    """What cannot be right with a keyword index, in words; reads everything."""
    index = LexicalIndex(folder)
    if not _agree(folder, index):
        yield f"{folder.name}: 各数组不一致 (its arrays disagree)"
        return
    if len(index) != passages:
        yield f"{folder.name}: 段落数与清单不符 (rows differ from the manifest)"
    for first in range(0, len(index.frequencies), TERMS_AT_ONCE):
        yield from _wrong_rows(index, folder.name, first, min(first + TERMS_AT_ONCE, len(index.frequencies)))


def _agree(folder: Path, index: LexicalIndex) -> bool:
    """Whether all arrays are as long as the others say."""
    terms, ends = index.term_table
    frequencies, far = index.frequencies.astype(np.int64), load(folder, "far")
    if not len(ends) == len(frequencies) == len(far):
        return False
    code_ends = np.cumsum(frequencies + far)
    told = np.minimum(np.arange(0, len(ends) + STEP, STEP), len(ends))[: -(-len(ends) // STEP) + 1]
    begins = np.stack([np.concatenate([[0], each])[told] for each in (ends, code_ends)], axis=1)
    blocks = -(-int(begins[-1, 1]) // STRIDE)
    return (
        np.array_equal(load(folder, "begins"), begins.ravel())
        and begins[-1, 0] == len(terms)
        and len(load(folder, "codes")) == STRIDE * blocks
        and len(load(folder, "skips")) == blocks
    )


def _wrong_rows(index: LexicalIndex, name: str, first: int, last: int) -> Iterator[str]:
    """What is wrong with the postings of the terms from ``first`` to before ``last``."""
    rows = (index.postings_between(first, last) >> COUNT_BITS).astype(np.int64)
    ends = np.cumsum(index.frequencies[first:last], dtype=np.int64)
    begins = np.zeros(max(len(rows), int(ends[-1])) + 1, np.bool_)
    begins[ends] = True
    if ends[-1] != len(rows) or np.any((np.diff(rows) <= 0) & ~begins[1 : len(rows)]):
        yield f"{name}: 第 {first}–{last - 1} 个词的段落不对 (the passages of a term are wrong)"
    elif rows.max(initial=-1) >= len(index):
        yield f"{name}: 第 {first}–{last - 1} 个词的段落不存在 (the passages of a term are not there)"
