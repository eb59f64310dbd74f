"""Write learnt vectors as a folder that SentenceTransformer opens, all at once or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from tokenizers import Tokenizer

# the names that every version from 3.2 on knows; newer ones lead them to where the classes live now
MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "0_StaticEmbedding",
        "type": "sentence_transformers.models.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]
CONFIG: dict[str, Any] = {
    "model_type": "SentenceTransformer",
    "prompts": {"query": "", "document": ""},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


def write_model(
    folder: Path, tokenizer: Tokenizer, weights: NDArray[np.float32], *, card: str, eight_bit: bool = False
) -> Path:
    """Write the model beside ``folder``, then put it in its place; a model that stood there is replaced.

    The vectors take 16 bits a number, or 8 (E4M3 floats): half the size at the same scores, but too coarse to keep what
    a few more rounds of learning change.
    """
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "0_StaticEmbedding").mkdir(parents=True)
    (fresh / "1_Normalize").mkdir()
    width = torch.float8_e4m3fn if eight_bit else torch.float16
    table = {"embedding.weight": torch.from_numpy(weights).to(width)}
    save_file(table, fresh / "0_StaticEmbedding" / "model.safetensors")
    (fresh / "0_StaticEmbedding" / "model.safetensors").chmod(0o644)  # safetensors keeps it to its owner
    write_text(fresh / "0_StaticEmbedding" / "tokenizer.json", tokenizer.to_str(pretty=False))
    write_text(fresh / "1_Normalize" / "config.json", "{}\n")
    write_text(fresh / "modules.json", json.dumps(MODULES, indent=2) + "\n")
    write_text(fresh / "config_sentence_transformers.json", json.dumps(CONFIG, indent=2) + "\n")
    write_text(fresh / "README.md", card)
    return put_in_place(fresh, folder)


def write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def put_in_place(fresh: Path, folder: Path) -> Path:
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.replace(folder)
    shutil.rmtree(old, ignore_errors=True)
    return folder
