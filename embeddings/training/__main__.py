"""``python -m embeddings.training --data FOLDER --out FOLDER``: make an encoder from a data folder."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m embeddings.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.corpus.jsonl, *.pairs.jsonl and so on")
    parser.add_argument("--out", type=Path, required=True, help="folder of the new model; replaced where it exists")
    parser.add_argument("--start-from", type=Path, help="model folder to go on learning from, with its vocabulary")
    parser.add_argument("--epochs", type=int, default=6, help="rounds through the data (default %(default)s)")
    parser.add_argument("--rate", type=float, default=0.01, help="first learning rate (default %(default)s)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2, help="processor threads (default %(default)s)")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    import torch

    from embeddings.training.card import model_card
    from embeddings.training.export import write_model
    from embeddings.training.recipe import Recipe, learn, start_from

    torch.set_num_threads(asked.threads)
    recipe = Recipe(epochs=asked.epochs, rate=asked.rate, seed=asked.seed)
    learnt = learn(asked.data, recipe, start=start_from(asked.start_from) if asked.start_from else None)
    folder = write_model(asked.out, learnt.tokenizer, learnt.weights, card=model_card(recipe, learnt))
    print(f"{folder}: {len(learnt.weights)} pieces, loss {learnt.losses[-1]:.3f}")


if __name__ == "__main__":
    main()
