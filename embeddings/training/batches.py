"""From pairs to the piece numbers that a training step takes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.training.pairs import Lesson, Pair, Task, make_pair
from embeddings.training.shelf import cut
from embeddings.training.synonyms import Synonyms, replace_words


@dataclass(frozen=True, slots=True)
class Wording:
    """How queries are reworded before they are learnt; shares of queries, and of words inside a chosen query."""

    queries_reworded: float = 0.6
    words_reworded: float = 0.5
    queries_thinned: float = 0.35
    shared_pieces_dropped: float = 0.5
    pieces_dropped: float = 0.1  # of queries and passages alike: no text may hang on one piece


@dataclass(frozen=True, slots=True)
class Bags:
    """Texts as piece numbers one after another, and where each text begins."""

    pieces: NDArray[np.int64]
    starts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    queries: Bags
    passages: Bags
    articles: NDArray[np.int64]


def bags(texts: Sequence[NDArray[np.int32]]) -> Bags:
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return Bags(np.concatenate(texts).astype(np.int64), np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64))


def batches(
    lesson: Lesson,
    plan: Iterable[Sequence[Task]],
    tokenizer: Tokenizer,
    synonyms: Synonyms,
    rng: random.Random,
    *,
    wording: Wording,
) -> Iterator[Batch]:
    """The batches of a plan, their pairs made as they are asked for."""
    for tasks in plan:
        made = (make_pair(lesson, task, rng) for task in tasks)
        yield make_batch(lesson, [pair for pair in made if pair], tokenizer, synonyms, rng, wording)


def make_batch(
    lesson: Lesson,
    pairs: Sequence[Pair],
    tokenizer: Tokenizer,
    synonyms: Synonyms,
    rng: random.Random,
    wording: Wording,
) -> Batch:
    counts, pieces = cut([reword(pair.query, synonyms, rng, wording) for pair in pairs], tokenizer)
    passages = [lesson.shelf.pieces_of(pair.passage) for pair in pairs]
    queries = [
        thin(pieces[start:end], passage, rng, wording)
        for (start, end), passage in zip(pairwise([0, *np.cumsum(counts)]), passages, strict=True)
    ]
    chance = np.random.default_rng(rng.getrandbits(32))
    return Batch(
        without_some(bags(queries), wording.pieces_dropped, chance),
        without_some(bags(passages), wording.pieces_dropped, chance),
        np.array([pair.article for pair in pairs], np.int64),
    )


def without_some(texts: Bags, share: float, chance: np.random.Generator) -> Bags:
    """Leave out a share of all pieces, but never all of one text's."""
    lengths = np.diff(texts.starts, append=len(texts.pieces))
    text_of = np.repeat(np.arange(len(lengths)), lengths)
    kept = chance.random(len(texts.pieces)) >= share
    kept |= (np.bincount(text_of[kept], minlength=len(lengths)) == 0)[text_of]
    counts = np.bincount(text_of[kept], minlength=len(lengths))
    return Bags(texts.pieces[kept], np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64))


def reword(query: str, synonyms: Synonyms, rng: random.Random, wording: Wording) -> str:
    if rng.random() >= wording.queries_reworded:
        return query
    return replace_words(query, synonyms, rng, share=wording.words_reworded)


def thin(
    query: NDArray[np.int32], passage: NDArray[np.int32], rng: random.Random, wording: Wording
) -> NDArray[np.int32]:
    """At times leave out pieces that the passage shares, so that the others must carry the meaning."""
    if rng.random() >= wording.queries_thinned:
        return query
    shared = set(passage.tolist())
    kept = [piece for piece in query.tolist() if piece not in shared or rng.random() >= wording.shared_pieces_dropped]
    return np.array(kept, np.int32) if kept else query
