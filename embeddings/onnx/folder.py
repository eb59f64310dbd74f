"""Reads a sentence-transformers folder as far as ONNX needs it, and refuses what it could not do in the same way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from tokenizers.normalizers import Lowercase, Normalizer, Sequence

from embeddings.errors import EncoderDamaged, OnnxUnsupported
from embeddings.lengths import most_pieces, settle_length
from embeddings.onnx.steps import ACTIVATIONS, POOLING, Dense, Pooling, Step, normalize
from embeddings.prompts import Prompts, choose_prompts
from embeddings.static import read_modules, read_tokenizer, require

LEGACY_POOLING = {  # until version 5
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
SENTENCE = "sentence_embedding"
Config = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """Everything about a model but its network."""

    folder: Path
    tokenizer: Tokenizer  # cuts at ``length`` and does not pad
    padding: int  # the piece that padding is made of
    length: int | None
    pooling: Pooling
    steps: tuple[Step, ...]  # after pooling
    prompts: Prompts
    weights: tuple[Path, ...]  # of the steps
    described: str  # all of the above that decides a vector, for the fingerprint


def read_folder(folder: Path, *, length: int | None) -> ModelFolder:
    """Raises EncoderDamaged where files are missing or broken, OnnxUnsupported where torch could do it, EncoderOptionRefused."""
    if not (folder / "modules.json").is_file():
        raise OnnxUnsupported(folder=folder, detail="modules.json is missing, so nothing says how to pool")
    modules = read_modules(folder)
    kinds = [kind for kind, _ in modules]
    if kinds[:2] != ["Transformer", "Pooling"] or not set(kinds[2:]) <= set(STEPS):
        raise OnnxUnsupported(folder=folder, detail=f"modules: {', '.join(kinds)}")
    inside = folder / modules[0][1]
    sentence = read_json(folder, inside / "sentence_bert_config.json", missing={})
    network = read_json(folder, inside / "config.json")
    words = read_json(folder, inside / "tokenizer_config.json", missing={})
    settled = settle_length(
        length, own=sentence.get("max_seq_length") or words.get("model_max_length"), most=most_pieces(network)
    )
    tokenizer = read_tokenizer(folder, inside / "tokenizer.json")
    if sentence.get("do_lower_case"):
        lower(tokenizer)
    if settled is not None:
        tokenizer.enable_truncation(settled)
    pooling, after = read_pooling(folder, modules[1][1]), modules[2:]
    prompts = read_prompts(folder)
    described = [
        settled,
        prompts,
        pooling,
        [read_json(folder, folder / path / "config.json", missing={}) for _, path in after],
    ]
    return ModelFolder(
        folder=folder,
        tokenizer=tokenizer,
        padding=network.get("pad_token_id") or 0,
        length=settled,
        pooling=pooling,
        steps=tuple(STEPS[kind](folder, path) for kind, path in after),
        prompts=prompts,
        weights=tuple(folder / path / "model.safetensors" for kind, path in after if kind == "Dense"),
        described=repr(described),
    )


def read_json(folder: Path, path: Path, *, missing: Config | None = None) -> Config:
    if missing is not None and not path.is_file():
        return missing
    require(folder, path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderDamaged(folder=folder, detail=f"{path.relative_to(folder)}: {error}") from error
    if not isinstance(content, dict):
        raise EncoderDamaged(folder=folder, detail=f"{path.relative_to(folder)}: no JSON object")
    return content


def lower(tokenizer: Tokenizer) -> None:
    own: Normalizer | None = tokenizer.normalizer
    tokenizer.normalizer = Sequence([Lowercase(), own]) if own else Lowercase()


def read_prompts(folder: Path) -> Prompts:
    told = read_json(folder, folder / "config_sentence_transformers.json", missing={})
    return choose_prompts(told.get("prompts") or {}, told.get("default_prompt_name"))


def read_pooling(folder: Path, path: str) -> Pooling:
    config = read_json(folder, folder / path / "config.json")
    told = config.get("pooling_mode") or [mode for key, mode in LEGACY_POOLING.items() if config.get(key)] or "mean"
    modes = (told,) if isinstance(told, str) else tuple(told)
    if unknown := [str(mode) for mode in modes if mode not in POOLING]:
        raise OnnxUnsupported(folder=folder, detail=f"pooling: {', '.join(unknown)}")
    return Pooling(modes, with_prompt=config.get("include_prompt", True))


def read_dense(folder: Path, path: str) -> Step:
    config = read_json(folder, folder / path / "config.json")
    only_sentences(folder, config)
    activation = str(config.get("activation_function", "Tanh")).rsplit(".", 1)[-1]
    if activation not in ACTIVATIONS or config.get("use_residual"):
        raise OnnxUnsupported(
            folder=folder, detail=f"Dense: {activation}, residual: {bool(config.get('use_residual'))}"
        )
    weights = folder / path / "model.safetensors"
    if not weights.is_file() and (folder / path / "pytorch_model.bin").is_file():
        raise OnnxUnsupported(folder=folder, detail=f"{path}/pytorch_model.bin is a pickle, which only torch reads")
    require(folder, weights)
    try:
        tensors = load_file(weights)
        bias = tensors.get("linear.bias")
        return Dense(
            tensors["linear.weight"].astype(np.float32), None if bias is None else bias.astype(np.float32), activation
        )
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise EncoderDamaged(folder=folder, detail=f"{path}/model.safetensors: {error}") from error


def read_normalize(folder: Path, path: str) -> Step:
    only_sentences(folder, read_json(folder, folder / path / "config.json", missing={}))
    return normalize


def only_sentences(folder: Path, config: Config) -> None:
    used = {config.get("module_input_name") or SENTENCE, config.get("module_output_name") or SENTENCE}
    if used != {SENTENCE}:
        raise OnnxUnsupported(folder=folder, detail=f"a module works on {', '.join(sorted(used))}")


STEPS: Mapping[str, Callable[[Path, str], Step]] = {"Dense": read_dense, "Normalize": read_normalize}
