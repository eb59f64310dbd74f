"""Tiny networks in the folders that sentence-transformers writes: what users bring, in a few kilobytes and with random weights."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LETTERS = "春眠不觉晓处闻啼鸟夜来风雨声花落知多少图书馆几点开门医保报销比例"
WIDTH = 16
POSITIONS = 64
PROMPTS = {"query": "q: ", "document": "p: "}


def a_tiny_bert(
    folder: Path,
    *,
    pooling: str | Sequence[str] = "mean",
    prompts: Mapping[str, str] | None = None,
    narrowed_to: int = 0,
) -> Path:
    """A one-layer BERT, its pooling, and where ``narrowed_to`` is given a dense layer to so many numbers and a Normalize."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    network = folder / "network"
    network.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "q", "p", ":", *dict.fromkeys(LETTERS)]
    (network / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(vocab=str(network / "vocab.txt")).save_pretrained(network)
    torch.manual_seed(1)
    shape = BertConfig(
        vocab_size=len(words),
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=POSITIONS,
        initializer_range=0.3,  # the usual 0.02 gives a network this small nearly the same vector for everything
    )
    BertModel(shape).save_pretrained(network)
    modules: list[Any] = [Transformer(str(network)), Pooling(WIDTH, pooling)]
    if narrowed_to:
        modules += [Dense(WIDTH, narrowed_to), Normalize()]
    model = SentenceTransformer(modules=modules, prompts=dict(prompts or {}), device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


def a_changed_copy(model: Path, to: Path, changes: Mapping[str, Mapping[str, Any]]) -> Path:
    """A copy whose JSON files have these keys set otherwise; a key set to None is left out."""
    copy = Path(shutil.copytree(model, to))
    for name, changed in changes.items():
        content = {**json.loads((copy / name).read_text(encoding="utf-8")), **changed}
        kept = {key: value for key, value in content.items() if value is not None}
        (copy / name).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return copy
