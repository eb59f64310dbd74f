"""``python -m embeddings.training --data FOLDER --out FOLDER``: make an encoder from a data folder."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
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
    parser.add_argument("--epochs", type=int, default=8, help="rounds through the data (default %(default)s)")
    parser.add_argument("--rate", type=float, default=0.01, help="first learning rate (default %(default)s)")
    parser.add_argument("--batch", type=int, default=2_048, help="pairs a step (default %(default)s)")
    parser.add_argument("--pieces", type=int, default=28_500, help="size of a new vocabulary (default %(default)s)")
    parser.add_argument("--dimensions", type=int, default=256, help="numbers in a new vector (default %(default)s)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2, help="processor threads (default %(default)s)")
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

    torch.set_num_threads(asked.threads)
    recipe = Recipe(
        pieces=asked.pieces,
        dimensions=asked.dimensions,
        epochs=asked.epochs,
        batch=asked.batch,
        rate=asked.rate,
        seed=asked.seed,
    )
    learnt = learn(asked.data, recipe, start=start_of(asked, recipe))
    name = asked.out.name
    folder = write_model(asked.out, learnt.tokenizer, learnt.weights, card=model_card(name, recipe, learnt))
    if scores := measure_folder(StaticEncoder.load(folder), asked.data):
        write_text(folder / "README.md", model_card(name, recipe, learnt, figures=table(scores)))
        print(table(scores))
    print(f"{folder}: {len(learnt.weights)} pieces, loss {learnt.losses[-1]:.3f}")


if __name__ == "__main__":
    main()
