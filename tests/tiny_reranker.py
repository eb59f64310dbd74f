"""A tiny cross-encoder in the folder that sentence-transformers reads, with random weights."""

from __future__ import annotations

import json
from pathlib import Path

from tiny_models import LETTERS

POSITIONS = 48


def a_tiny_reranker(folder: Path, *, labels: int = 1, onnx: bool = False) -> Path:
    """A one-layer BERT that gives ``labels`` numbers a pair; where ``onnx``, as ONNX file alone."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(LETTERS)]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=POSITIONS)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(3)
    shape = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=POSITIONS,
        initializer_range=0.5,
        num_labels=labels,
    )
    network = BertForSequenceClassification(shape).eval()
    network.save_pretrained(folder)
    if onnx:
        export(network, tokenizer, folder / "onnx" / "model.onnx")
        (folder / "model.safetensors").unlink()
    return folder


def export(network: object, tokenizer: object, file: Path) -> None:
    import warnings

    import torch

    file.parent.mkdir()
    names = ["input_ids", "attention_mask", "token_type_ids"]
    sample = tokenizer(["报纸"], ["图书馆几点开门"], return_tensors="pt")  # type: ignore[operator]

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            logits: torch.Tensor = self.network(**dict(zip(names, tensors, strict=True))).logits  # type: ignore[operator]
            return logits

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # tracing warns of much that does not matter here
        torch.onnx.export(
            Logits(),
            tuple(sample[name] for name in names),
            str(file),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "texts", 1: "pieces"} for name in names} | {"logits": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )


def rename_labels(folder: Path, architecture: str) -> None:
    """Make the folder say that it holds another kind of network."""
    file = folder / "config.json"
    told = json.loads(file.read_text(encoding="utf-8")) | {"architectures": [architecture]}
    file.write_text(json.dumps(told), encoding="utf-8")
