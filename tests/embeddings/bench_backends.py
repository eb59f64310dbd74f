"""``python -m tests.embeddings.bench_backends``: torch, ONNX and ONNX int8 on a network of MiniLM's shape.

6 layers, 384 wide, 12 heads, a vocabulary of 21,128 pieces, random weights: how fast, and nothing about how good. The three take
turns, so that whatever else the machine does slows all of them; what counts is the ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from embeddings.encoder import Encoder, load_encoder
from embeddings.onnx.export import export
from embeddings.options import Backend, EncoderOptions

PASSAGE_CHARACTERS = 300
BACKENDS: tuple[Backend, ...] = ("torch", "onnx", "onnx-int8")


def a_minilm(folder: Path) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    characters = [chr(point) for point in range(0x4E00, 0x4E00 + 20_000)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    words += [f"[unused{n}]" for n in range(21_128 - len(words))]
    made = folder / "network"
    made.mkdir()
    (made / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(vocab=str(made / "vocab.txt")).save_pretrained(made)
    torch.manual_seed(1)
    shape = BertConfig(
        vocab_size=len(words), hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536
    )
    BertModel(shape).save_pretrained(made)
    SentenceTransformer(modules=[Transformer(str(made)), Pooling(384, "mean")], device="cpu").save(
        str(folder / "model")
    )
    return folder / "model"


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.embeddings.bench_backends", description=__doc__)
    parser.add_argument("--passages", type=int, default=64, help="encoded a turn (default %(default)s)")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--batch", type=int, default=32)
    asked = parser.parse_args()
    numbers = np.random.default_rng(1).integers(0x4E00, 0x4E00 + 20_000, (asked.passages, PASSAGE_CHARACTERS))
    passages = ["".join(map(chr, row)) for row in numbers]
    with TemporaryDirectory() as folder:
        model = a_minilm(Path(folder))
        sizes = {file.name: f"{file.stat().st_size / 1e6:.0f} MB" for file in export(model, int8=True)}
        print(sizes)
        encoders: dict[str, Encoder] = {
            backend: load_encoder(str(model), EncoderOptions(backend=backend, batch=asked.batch, device="cpu"))
            for backend in BACKENDS
        }
        vectors = {backend: encoder.encode_passages(passages) for backend, encoder in encoders.items()}
        for backend in BACKENDS:
            encoders[backend].encode_question("图书馆几点开门？")
        rates: dict[str, list[float]] = {backend: [] for backend in BACKENDS}
        waits: dict[str, list[float]] = {backend: [] for backend in BACKENDS}
        for _ in range(asked.turns):
            for backend, encoder in encoders.items():
                rates[backend].append(asked.passages / seconds(lambda e=encoder: e.encode_passages(passages)))  # type: ignore[misc]
                for question in ("图书馆几点开门？", "医保门诊报销比例是多少？", "谁主持的开幕式？") * 3:
                    waits[backend].append(1000 * seconds(lambda e=encoder, q=question: e.encode_question(q)))  # type: ignore[misc]
    for backend in BACKENDS:
        alike = (vectors[backend] * vectors["torch"]).sum(axis=1).min()
        rate, wait = statistics.median(rates[backend]), statistics.median(waits[backend])
        ratio = statistics.median(ours / theirs for ours, theirs in zip(rates[backend], rates["torch"], strict=True))
        print(
            f"{backend:9}  {rate:6.1f} passages/s (×{ratio:.2f})  {wait:6.2f} ms a question  least cosine {alike:.4f}"
        )


if __name__ == "__main__":
    main()
