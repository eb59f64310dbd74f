"""Articles in the order they came, and the canonical order in which they stand in the end.

File by file as they stand there, then, likewise, those that name another page: so that a generation that was grown is the one
that would have been made from nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Article
from retriever.index.known import KNOWN_ARTICLE, Known, Records, told_key, whole_key
from retriever.index.lots import Lot
from retriever.index.rearranging import NONE, Numbers, Standing


@dataclass(frozen=True, slots=True)
class Placed:
    """An article, where it belongs, and what it will be recognised by."""

    article: Article
    file: int  # the number of the file it begins in
    nth: int  # in that file
    late: bool  # whether it names another page
    told: bytes
    whole: bytes

    @classmethod
    def of(cls, article: Article, file: int, nth: int, *, late: bool = False) -> Placed:
        key = told_key(article)
        return cls(article, file, nth, late, key, whole_key(article, key))


class Arrivals:
    """Where each article belongs that came, and what it comes from. NONE: from nowhere."""

    def __init__(self) -> None:
        self._columns = {name: array("q") for name in ("added", "kept", "late", "file", "nth")}

    def add(self, articles: Sequence[Placed], *, added: Sequence[int], kept: Sequence[int]) -> None:
        """The next articles: the numbers they have among those that are added, and had in the generation before."""
        own = {name: [getattr(placed, name) for placed in articles] for name in ("late", "file", "nth")}
        for name, values in {"added": added, "kept": kept, **own}.items():
            self._columns[name].extend(values)

    def __len__(self) -> int:
        return len(self._columns["added"])

    def __getitem__(self, name: str) -> Numbers:
        return np.array(self._columns[name], np.int64)


@dataclass(frozen=True, slots=True)
class Order:
    """The canonical order: what is known of each article, where it comes from, and where rows go."""

    records: Records
    standing: Standing
    added_rows: Numbers  # the final row of each that was added
    kept_rows: Numbers  # the final row of each there was before, NONE where it is gone
    now: Numbers  # the number of each article there was before, NONE where it is gone


def in_order(known: Known, arrivals: Arrivals, added: Records, files: Mapping[int, int]) -> Order:
    """Those that stay with their files, and those that came one by one, in the order of place."""
    before = known.records
    now = np.full(max(int(before["file"].max(initial=0)), *files, 0) + 1, NONE, np.int64)
    now[list(files)] = list(files.values())
    stays = np.flatnonzero(now[before["file"]] >= 0)
    late = np.concatenate([before["late"][stays], arrivals["late"]])
    file = np.concatenate([now[before["file"][stays]], arrivals["file"]])
    order = np.lexsort((np.concatenate([stays, arrivals["nth"]]), file, late))
    from_added = np.concatenate([np.full(len(stays), NONE), arrivals["added"]])[order]
    from_kept = np.concatenate([stays, arrivals["kept"]])[order]
    records = np.empty(len(order), KNOWN_ARTICLE)
    is_new, is_kept = from_added != NONE, from_kept != NONE
    records[is_kept] = before[from_kept[is_kept]]
    for name in ("told", "whole"):
        records[name][is_new] = added[name][from_added[is_new]]
    made = is_new & ~is_kept
    records[made] = added[from_added[made]]
    records["late"], records["file"] = late[order], file[order]
    first_before, first_added, first = (_firsts(some["passages"]) for some in (before, added, records))
    own = np.where(made, from_added, NONE)
    standing = Standing(
        added=from_added,
        kept=from_kept,
        rows=first,
        passages=records["passages"].astype(np.int64),
        added_rows=_taken(first_added, own),
        kept_rows=_taken(first_before, from_kept),
    )
    numbers_now = np.full(len(before), NONE, np.int64)
    numbers_now[from_kept[is_kept]] = np.flatnonzero(is_kept)
    return Order(
        records,
        standing,
        _moved(added["passages"], own, first),
        _moved(before["passages"], from_kept, first),
        numbers_now,
    )


def _firsts(passages: NDArray[np.uint32]) -> Numbers:
    """The first row of each article, from how many rows each has."""
    ends = np.cumsum(passages, dtype=np.int64)
    return ends - passages


def _taken(values: Numbers, at: Numbers) -> Numbers:
    return np.where(at == NONE, NONE, values[at] if len(values) else NONE)


def _moved(passages: NDArray[np.uint32], numbers: Numbers, first: Numbers) -> Numbers:
    """Where each row goes: ``passages`` of each article where it was, ``numbers`` its number there for each final article."""
    goes = np.full(len(passages), NONE, np.int64)
    came = numbers != NONE
    goes[numbers[came]] = first[came]
    counts = passages.astype(np.int64)
    within = np.arange(int(counts.sum())) - np.repeat(_firsts(passages), counts)
    starts = np.repeat(goes, counts)
    return np.where(starts == NONE, NONE, starts + within)


def records_of(articles: Sequence[Placed], lot: Lot | None) -> Records:
    made = np.zeros(len(articles), KNOWN_ARTICLE)
    for name in ("told", "whole"):
        keys = b"".join(getattr(placed, name) for placed in articles)
        made[name] = np.frombuffer(keys, "<u8").reshape(-1, 2)
    made["characters"] = [len(placed.article.text) for placed in articles]
    if lot is not None:
        made["passages"], made["sketch"] = lot.counts, lot.sketches
    return made
