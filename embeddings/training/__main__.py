"""``python -m embeddings.training --data FOLDER --out FOLDER``: make an encoder from a data folder."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embeddings.training.recipe import Recipe, Start


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m embeddings.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.corpus.jsonl, *.pairs.jsonl and so on")
    parser.add_argument("--out", type=Path, required=True, help="folder of the new model; replaced where it exists")
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--start-from", type=Path, help="model folder to go on learning from: its pieces and vectors")
    start.add_argument("--vocabulary", type=Path, help="model folder whose pieces to keep, with vectors learnt anew")
    parser.add_argument("--epochs", type=int, default=6, help="rounds through the data (default %(default)s)")
    parser.add_argument("--rate", type=float, default=0.013, help="first learning rate (default %(default)s)")
    parser.add_argument("--batch", type=int, default=4_096, help="pairs a step (default %(default)s)")
    parser.add_argument("--pieces", type=int, default=29_000, help="size of a new vocabulary (default %(default)s)")
    parser.add_argument("--dimensions", type=int, default=512, help="numbers in a new vector (default %(default)s)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2, help="processor threads (default %(default)s)")
    parser.add_argument("--note", metavar="WHAT_CHANGED", help="add a row to trials.tsv beside the model's folder")
    return parser.parse_args(argv)


def start_of(asked: argparse.Namespace, recipe: Recipe) -> Start | None:
    from embeddings.training.recipe import start_from, vocabulary_of

    if asked.start_from:
        return start_from(asked.start_from)
    return vocabulary_of(asked.vocabulary, recipe) if asked.vocabulary else None


def main(argv: Sequence[str] | None = None) -> None:
    asked = arguments(argv)
    import torch

    from embeddings.static import StaticEncoder
    from embeddings.training.card import model_card
    from embeddings.training.export import write_model, write_text
    from embeddings.training.measure import measure_folder, table
    from embeddings.training.recipe import Recipe, learn
    from embeddings.training.trials import Trial, changed_settings, record, scores_in_short

    torch.set_num_threads(asked.threads)
    recipe = Recipe(
        pieces=asked.pieces,
        dimensions=asked.dimensions,
        epochs=asked.epochs,
        batch=asked.batch,
        rate=asked.rate,
        seed=asked.seed,
    )
    began = time.monotonic()
    learnt = learn(asked.data, recipe, start=start_of(asked, recipe))
    minutes = (time.monotonic() - began) / 60
    name = asked.out.name
    folder = write_model(
        asked.out, learnt.tokenizer, learnt.weights, card=model_card(name, recipe, learnt), eight_bit=True
    )
    scores = measure_folder(StaticEncoder.load(folder), asked.data)
    if scores:
        write_text(folder / "README.md", model_card(name, recipe, learnt, figures=table(scores)))
        print(table(scores))
    print(f"{folder}: {len(learnt.weights)} pieces, loss {learnt.losses[-1]:.3f}")
    if asked.note:
        settings = changed_settings(recipe, start_from=asked.start_from, vocabulary=asked.vocabulary)
        today, loss = f"{datetime.now(UTC):%Y-%m-%d}", fmean(learnt.losses[-100:])
        row = Trial(today, name, asked.note, settings, scores_in_short(scores), loss, minutes)
        print(record(row, folder))


if __name__ == "__main__":
    main()
