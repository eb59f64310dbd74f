"""Tiny encoders made on the spot: the same kinds of folder that users bring, a few kilobytes each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import DEFAULT_ENCODER, Encoder, load_encoder

collect_ignore = ["retriever/corpus/fuzz_readers.py"]  # needs atheris: make fuzz

LETTERS = "春眠不觉晓处闻啼鸟夜来风雨声花落知多少图书馆几点开门医保报销比例"


@pytest.fixture(scope="session")
def tiny_static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder of StaticEmbedding and Normalize, every character its own random vector."""
    from embeddings.training.export import write_model
    from embeddings.training.vocabulary import UNKNOWN, empty_tokenizer

    pieces = [UNKNOWN, *dict.fromkeys(LETTERS)]
    weights = np.random.default_rng(1).normal(size=(len(pieces), 8)).astype(np.float32)
    tokenizer = empty_tokenizer([(piece, -1.0) for piece in pieces])
    return write_model(tmp_path_factory.mktemp("models") / "tiny-static", tokenizer, weights, card="tiny\n")


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder of a one-layer BERT with random weights, and prompts of its own."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    made = tmp_path_factory.mktemp("bert")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "q", "p", ":", *dict.fromkeys(LETTERS)]
    (made / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(vocab=str(made / "vocab.txt")).save_pretrained(made)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(made)
    transformer = Transformer(str(made))
    model = SentenceTransformer(
        modules=[transformer, Pooling(16, "mean")], prompts={"query": "q: ", "document": "p: "}, device="cpu"
    )
    folder = tmp_path_factory.mktemp("models") / "tiny-bert"
    model.save(str(folder))
    return folder


@pytest.fixture(params=["shipped", "tiny-static", "tiny-bert"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    if request.param == "shipped":
        return load_encoder(DEFAULT_ENCODER)
    return load_encoder(str(request.getfixturevalue(request.param.replace("-", "_"))))
