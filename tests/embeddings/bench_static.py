"""``python -m tests.embeddings.bench_static ARTICLES.jsonl``: how fast the shipped encoder is, and that its pieces are right.

One core: tokenizers' own threads are switched off. The ways take turns, so that whatever else the machine does slows all of them;
what counts is the ratio. Time is the process's own, so that what others take of the core does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import chain, islice
from pathlib import Path

import numpy as np

from embeddings.encoder import DEFAULT_ENCODER, SHIPPED
from embeddings.pieces import Cutter, OneByOne, cutter_for
from embeddings.static import StaticEncoder, lots
from embeddings.sums import Sums

PASSAGE_CHARACTERS = 250


def passages(articles: Path, count: int) -> list[str]:
    """Pieces of the texts of a .jsonl file, PASSAGE_CHARACTERS long but for the last of a text."""
    with articles.open(encoding="utf-8") as lines:
        texts = (json.loads(line)["text"] for line in lines)
        cut = ((text[at : at + PASSAGE_CHARACTERS] for at in range(0, len(text), PASSAGE_CHARACTERS)) for text in texts)
        return list(islice(chain.from_iterable(cut), count))


def differing(ours: Cutter, theirs: Cutter, texts: Sequence[str]) -> int:
    """How many texts are not cut alike."""
    (pieces, bounds), (others, other_bounds) = ours.cut(texts), theirs.cut(texts)
    pairs = zip(np.split(pieces, bounds[1:-1]), np.split(others, other_bounds[1:-1]), strict=True)
    return sum(not np.array_equal(one, other) for one, other in pairs)


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.embeddings.bench_static", description=__doc__)
    parser.add_argument("articles", type=Path, help="a .jsonl file of articles")
    parser.add_argument("--passages", type=int, default=4096, help="a turn (default %(default)s)")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--compare", type=int, default=50_000, metavar="PASSAGES", help="for equal pieces")
    given = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"

    encoder = StaticEncoder.load(SHIPPED[DEFAULT_ENCODER])
    theirs = OneByOne(encoder.tokenizer)
    print(f"prepared in {seconds(lambda: cutter_for(encoder.tokenizer)):.2f} s")
    ours = cutter_for(encoder.tokenizer)
    many = passages(given.articles, max(given.passages, given.compare))
    wrong = sum(differing(ours, theirs, many[lot]) for lot in lots(many))
    print(f"{len(many)} passages: {wrong} differ from tokenizers'")

    some = many[: given.passages]
    characters = sum(map(len, some))
    pieces, sums = [ours.cut(some[lot]) for lot in lots(some)], Sums(encoder.weights)
    ways: dict[str, Callable[[], object]] = {
        "pieces, tokenizers": lambda: [theirs.cut(some[lot]) for lot in lots(some)],
        "pieces, in step": lambda: [ours.cut(some[lot]) for lot in lots(some)],
        "sums": lambda: [sums.of(*found) for found in pieces],
        "whole": lambda: encoder.encode_passages(some),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(given.turns):
        for name, work in ways.items():
            taken[name].append(seconds(work))
    for name, times in taken.items():
        ratio = statistics.median(theirs / own for theirs, own in zip(taken["pieces, tokenizers"], times, strict=True))
        print(f"{name:20} {characters / statistics.median(times) / 1e6:6.2f} M characters a second, × {ratio:.2f}")


if __name__ == "__main__":
    main()
