"""Writes ``phrases.txt``, what the store's texts are deflated against: ``python -m retriever.index.make_phrases ARTICLES.jsonl.xz …``

Runs of characters that many articles print, the most worth first: a run is worth what pointing to it saves in all the
articles that print it. A dictionary of zlib is 32 KB, and the nearer its end something stands, the fewer bits lead to it. Every
index deflates against this file: whoever writes it anew raises ``FORMAT`` in ``manifest.py``. The one that is here was counted over three
corpora of Chinese news: national evening news of 2012 to 2024, the documents of CRUD-RAG, other news and government reports.
It holds runs of two to eight characters that a dozen articles print at least, and no sentence of any of them.
"""

from __future__ import annotations

import json
import lzma
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from retriever.index.phrases import ENCODING, FILE, MOST_BYTES

ARTICLES_EACH = 3000
LENGTHS = (2, 3, 4, 5, 6, 8)  # characters of a run
POINTER = 2.6  # bytes that lead to a run
PRINTED_BY = 12  # articles at least


def runs(texts: Iterable[str]) -> Counter[str]:
    """In how many texts each run stands."""
    found = Counter[str]()
    for number, text in enumerate(texts, start=1):
        found.update({text[at : at + length] for length in LENGTHS for at in range(len(text) - length + 1)})
        if number % 1000 == 0:  # what is rare takes most of the memory
            found = Counter({run: count for run, count in found.items() if count > 1})
    return found


def phrases(found: Counter[str]) -> list[str]:
    """The runs worth most, best first, none inside another, together as large as a dictionary may be."""
    worth = {run: count * (len(run.encode(ENCODING)) - POINTER) for run, count in found.items() if count >= PRINTED_BY}
    chosen, size, known = list[str](), 0, ""
    for run in sorted(worth, key=lambda run: (-worth[run], run)):
        if run.split() == [run] and run not in known:
            chosen.append(run)
            known += run + "\n"
            size += len(run.encode(ENCODING))
            if size >= MOST_BYTES:
                break
    return chosen


def main(files: Sequence[str]) -> None:
    texts = list[str]()
    for file in files:
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            every = [json.loads(line)["text"] for line in lines]
        texts += random.Random(0).sample(every, min(ARTICLES_EACH, len(every)))
    FILE.write_text("\n".join(reversed(phrases(runs(texts)))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
