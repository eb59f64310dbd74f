"""Makes lots for another process: ``python -m retriever.rebuild.worker``, see :mod:`retriever.rebuild.crew`."""

from __future__ import annotations

import json
import os
import sys

from embeddings.encoder import load_encoder
from embeddings.options import EncoderOptions
from retriever.index.lots import parted
from retriever.rebuild.crew import receive, send
from retriever.rebuild.making import Maker, Told
from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.words import UserWord


def maker_for(task: bytes) -> Maker:
    """As a ``Task`` says."""
    told = json.loads(task)
    words = tuple(UserWord(*word) for word in told["words"])
    encoder = None
    if "encoder" in told:
        encoder = load_encoder(told["encoder"], EncoderOptions(**told["options"]), like=told["fingerprint"])
        assert encoder.fingerprint == told["fingerprint"], "the encoder has changed meanwhile"
    return Maker(Lexicon(words) if words else SHIPPED, encoder)


def told_by(message: bytes) -> list[Told]:
    """Headlines and texts, as they were sent."""
    parts = parted(message)
    has_title, titles, texts = ([str(part, "utf-8") for part in parts[at::3]] for at in range(3))
    return [(title if has else None, text) for has, title, text in zip(has_title, titles, texts, strict=True)]


def main() -> None:
    """Until the input ends. What goes wrong is written to stderr by Python itself, and ends this process."""
    orders, results = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no lot
    if task := receive(orders):
        maker = maker_for(task)
        while (message := receive(orders)) is not None:
            lot = maker.make(told_by(message)).pieces()
            try:
                send(results, lot)
            except BrokenPipeError:  # nobody waits for it any more
                os._exit(0)


if __name__ == "__main__":
    main()
