"""Data for an encoder that has not learnt the questions that are tuned on: ``python -m retriever.tuning.apart --data DATA --out DIR``.

The shipped encoder has learnt them all, so its cosines look surer of them than they are of new ones, and whatever is fitted to
those trusts vectors too much. ``DIR`` links to everything in ``DATA`` but leaves out the questions about the articles that
``questions.set_apart`` names. An encoder made from it (``python -m embeddings.training --data DIR --out ENCODER --vocabulary
SHIPPED --epochs 3``, some minutes) is what the other commands here take as ``--encoder``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retriever.tuning.questions import DIALOGUES, QUESTIONS, rows, set_apart


def kept(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a question file that the encoder may learn from."""
    apart = set_apart(data)
    for row in rows(data / name):
        if apart.isdisjoint(turn["article_id"] for turn in row.get("turns", [row])):
            yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the question sets and corpora")
    parser.add_argument("--out", type=Path, required=True, help="a new folder")
    given = parser.parse_args()
    given.out.mkdir(parents=True)
    for file in given.data.resolve().iterdir():
        if file.name in (QUESTIONS, DIALOGUES):
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in kept(given.data, file.name))
            (given.out / file.name).write_text("".join(lines), encoding="utf-8")
        else:
            (given.out / file.name).symlink_to(file)


if __name__ == "__main__":
    main()
