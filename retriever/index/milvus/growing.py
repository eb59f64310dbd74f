"""What a rebuild of one slice does to what it was: articles that are new, that stay, that are stored anew, that are gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.domain import Article, Page, Passage
from retriever.index.arriving import Placed
from retriever.index.lots import Lot
from retriever.index.milvus.connection import Connection, Record
from retriever.index.milvus.parts import Extent, Part
from retriever.index.milvus.published import Generations, Making
from retriever.index.milvus.records import article_from, article_key, batched, cut_to
from retriever.index.milvus.schema import TERM_BYTES
from retriever.index.milvus.slices import Folding
from retriever.index.milvus.sparse import terms_of
from retriever.index.milvus.state import Numbers, SliceState, Sums
from retriever.index.milvus.view import View, page_of
from retriever.index.milvus.writer import PartWriter, Written, known_of, lot_written
from retriever.index.pairs import pairs_run
from retriever.index.runs import Run
from retriever.index.snapshot import matching_text
from retriever.index.store import FileRecord
from retriever.index.words import words_run
from retriever.text.lexicon import Lexicon

MOVED_AT_ONCE = 100  # articles
STAYS, MOVES = 1, 2
_MADE = ("start", "ends", "paragraph", "words", "pairs", "terms", "vector")
_SPAN = ("row", "article", "start", "ends", "paragraph", "text")


class SliceWriter:
    """Takes what :class:`~retriever.index.writer.SnapshotWriter` takes; ``before`` is what the slice grows from."""

    def __init__(
        self,
        connection: Connection,
        generations: Generations,
        making: Making,
        part: Part,
        before: SliceState,
        lexicon: Lexicon,
    ) -> None:
        self._connection, self._generations, self._making = connection, generations, making
        self._before, self._lexicon = before, lexicon
        self._written = PartWriter(connection, generations.names, making.base, part)
        extent = Extent(making.base, before.parts, (), before.gone)
        self._view = View(connection, generations.names, extent)
        self._fate = np.zeros(len(before.records), np.int8)  # of each article there was
        self._records = before.records.copy()
        self._moving: list[tuple[Placed, int]] = []
        self._moved: dict[int, int] = {}
        self.sums, self._issues = before.sums, Counter(before.issues)
        self._terms: Counter[str] = Counter()
        self._waiting: tuple[Sequence[Placed], Lot] | None = None  # a lot whose vectors are still to come

    @property
    def part(self) -> Part:
        return self._written.part

    # what is found in files

    def add_page(self, page: Page, file: int = 0) -> None:
        """A raw page."""
        self._written.add_page(page.file, page.text)

    def add_lot(self, articles: Sequence[Placed], lot: Lot) -> None:
        """Some articles and what they come to; they are written when their vectors are there."""
        self._waiting = (articles, lot)
        if lot.vectors is not None or not len(lot.spans):
            self.add_vectors(np.empty((0, 2), np.float32) if lot.vectors is None else lot.vectors)

    def add_vectors(self, vectors: Vectors) -> None:
        """The vectors of the lot that was added last; shape (passages, dimensions)."""
        assert self._waiting is not None
        (articles, lot), self._waiting = self._waiting, None
        known = known_of(articles)
        known["passages"], known["sketch"] = lot.counts, lot.sketches
        vectors = np.ascontiguousarray(vectors, np.float32)
        self._written.add(lot_written(articles, lot, vectors, self._written), known)
        self._count((placed.article for placed in articles), lot.words, lot.pairs, 1)

    def stay(self, placed: Placed, kept: int) -> None:
        """An article that is stored already as it is, as number ``kept`` among those there were."""
        self._fate[kept] = STAYS
        self._records["file"][kept], self._records["late"][kept] = placed.file, placed.late

    def add_again(self, placed: Placed, kept: int) -> None:
        """An article whose passages, words and vectors are those of number ``kept``, and whose record is not."""
        self._fate[kept] = MOVES
        self._moving.append((placed, kept))
        if len(self._moving) == MOVED_AT_ONCE:
            self._move_waiting()

    def stay_files(self, files: Mapping[int, int]) -> None:
        """Everything in these files stays: a file's number before → its number now."""
        before = self._before.records["file"]
        stays = np.isin(before, list(files))
        self._fate[stays] = STAYS
        self._records["file"][stays] = [files[file] for file in before[stays].tolist()]

    # what becomes of the others

    def finish(self, files: Sequence[FileRecord], made: Mapping[str, Any], folding: Folding) -> Part:
        """Everything is written, and the slice marked as whole; the part that its state is kept with.

        ``files`` is what was read, ``made`` what all slices have to agree on.
        """
        self._move_waiting()
        self._forget(np.flatnonzero(self._fate == 0))
        staying = self._before.numbers[self._fate == STAYS]
        gone = sorted({*self._before.gone, *self._before.numbers[self._fate != STAYS].tolist()})
        parts = self._before.parts
        if parts and folding.is_due(len(parts) + 1, len(gone)):
            self._fold(np.flatnonzero(self._fate == STAYS))
            parts, gone, staying = (), [], staying[:0]
        self._written.add_terms(self._terms)
        if self._before.parts and self._written.is_empty and not len(self._moved) and self._is_as_it_was(files):
            part = self._before.parts[-1]
        else:
            part = self.part
            self._put_state((*parts, part), gone, staying, files, made)
        self._generations.set_whole(self._making, part)
        return part

    def _is_as_it_was(self, files: Sequence[FileRecord]) -> bool:
        return bool((self._fate == STAYS).all()) and list(files) == list(self._before.files)

    def _put_state(
        self,
        parts: tuple[Part, ...],
        gone: Sequence[int],
        staying: Numbers,
        files: Sequence[FileRecord],
        made: Mapping[str, Any],
    ) -> None:
        before, (records, listed) = self._before, self._written.known()
        stay = np.isin(before.numbers, staying)
        state = SliceState(
            parts=parts,
            gone=tuple(gone),
            sums=self.sums,
            issues=self._issues,
            made=made,
            moved=self._moved,
            files=files,
            records=np.concatenate([self._records[stay], records]),
            numbers=np.concatenate([before.numbers[stay], listed[:, 0]]),
            ids=np.concatenate([before.ids[stay], listed[:, 1]]),
            days=np.concatenate([before.days[stay], listed[:, 2]]),
        )
        texts = self._generations.names.of(self._making.base, "texts")
        for some in batched(state.pieces(), 200):
            self._connection.insert(texts, some, self.part.state)

    def _move_waiting(self) -> None:
        moving, self._moving = self._moving, []
        if not moving:
            return
        known = self._records[[kept for _, kept in moving]]
        told = known_of([placed for placed, _ in moving])
        for name in ("told", "whole", "file", "late"):
            known[name] = told[name]
        numbers = [int(self._before.numbers[kept]) for _, kept in moving]
        old = self._articles(numbers)
        self._store_anew(numbers, [placed.article for placed, _ in moving], known)
        for one, sign in ((old, -1), ([placed.article for placed, _ in moving], 1)):
            self._count_issues(one, sign)

    def _store_anew(self, numbers: Sequence[int], articles: Sequence[Article], known: NDArray[np.void]) -> None:
        """What was made of these articles is written again, under other numbers."""
        fields = ["number", "first_row", "passages", "exact"]
        found = {int(one["number"]): one for one in self._view.get("articles", numbers, fields)}
        rows = [row for one in found.values() for row in _rows(one)]
        made = {int(one["row"]): one for one in self._view.get("passages", rows, ["row", *_MADE])}
        written = [
            Written(
                article,
                [{name: made[row][name] for name in _MADE} for row in _rows(found[number])],
                list(found[number]["exact"]),
                self._written.has_page(article.info.file),
            )
            for number, article in zip(numbers, articles, strict=True)
        ]
        self._moved.update(zip(numbers, self._written.add(written, known), strict=True))

    def _forget(self, places: NDArray[np.int64]) -> None:
        """Articles that are no longer there: what they come to is made once more, to be subtracted."""
        for some in batched(places.tolist(), MOVED_AT_ONCE):
            numbers = [int(self._before.numbers[place]) for place in some]
            found = self._view.get("articles", numbers, ["number", "first_row", "passages"])
            spans = self._view.get("passages", [row for one in found for row in _rows(one)], _SPAN)
            articles = dict(zip(numbers, self._articles(numbers), strict=True))
            texts = [_matched(articles[int(one["article"])], one) for one in spans]
            words = words_run(texts, self._lexicon.cutter) if texts else None
            self._count(articles.values(), words, pairs_run(texts) if texts else None, -1)

    def _articles(self, numbers: Sequence[int]) -> list[Article]:
        found = self._view.texts([article_key(number) for number in numbers])
        return [article_from(found[article_key(number)]) for number in numbers]

    def _fold(self, places: NDArray[np.int64]) -> None:
        """Everything that stays is written into this part, so that it is made of this one alone."""
        for some in batched(places.tolist(), MOVED_AT_ONCE):
            numbers = [int(self._before.numbers[place]) for place in some]
            articles = self._articles(numbers)
            on_page = self._view.query("articles", f"number in {numbers} and on_page == true", ["file"])
            for file in sorted({one["file"] for one in on_page}):
                self._copy_page(file)
            self._store_anew(numbers, articles, self._records[some])
        for records in self._view.each("terms", "", ["term", "passages"]):
            for record in records:
                self._terms[record["term"]] += int(record["passages"])

    def _copy_page(self, file: str) -> None:
        text = None if self._written.has_page(file) else page_of(self._view, file)
        if text is not None:
            self._written.add_page(file, text)

    def _count(self, articles: Iterable[Article], words: Run | None, pairs: Run | None, sign: int) -> None:
        told = list(articles)
        runs = [run for run in (words, pairs) if run is not None]
        for sort, run in zip("wp", runs, strict=False):
            for term, frequency in zip(terms_of(run), run.frequencies.tolist(), strict=True):
                self._terms[sort + cut_to(term, TERM_BYTES)] += sign * frequency
        lengths = [sign * int(run.lengths.sum()) for run in runs] or [0, 0]
        passages = sign * len(runs[0].lengths) if runs else 0
        self.sums += Sums(sign * len(told), passages, sign * sum(len(one.text) for one in told), *lengths)
        self._count_issues(told, sign)

    def _count_issues(self, articles: Iterable[Article], sign: int) -> None:
        for article in articles:
            self._issues[article.info.source, article.info.date] += sign


def _rows(article: Record) -> range:
    first = int(article["first_row"])
    return range(first, first + int(article["passages"]))


def _matched(article: Article, span: Record) -> str:
    """What a passage was found by."""
    passage = Passage(article.info.id, span["start"], span["ends"], span["paragraph"], span["text"])
    return matching_text(article.info, passage)
