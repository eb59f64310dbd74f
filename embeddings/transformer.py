"""Any sentence-transformers model, by hub name or folder. Only people who choose one pay for torch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoder import DEFAULT_ENCODER, Vectors, whole
from embeddings.errors import EncoderDamaged, EncoderNotFound

TEXTS_AT_ONCE = 32
HUB_SECONDS = 5.0  # how long the hub may take to answer before the name counts as not found


@dataclass(frozen=True, slots=True)
class TransformerEncoder:
    """A SentenceTransformer; an Encoder. The model's own ``query`` and ``document`` prompts are put before texts."""

    name: str
    fingerprint: str
    dimensions: int
    model: Any
    threads: int  # for passages; one short question is faster on one thread, thirty times so on a busy machine
    costly: bool = True

    @classmethod
    def load(cls, name: str) -> TransformerEncoder:
        """A folder, or a model of the hub or its local cache.

        Raises EncoderDamaged where a folder does not hold a whole model, and EncoderNotFound where the hub does not
        know the name or cannot be reached.
        """
        model = open_folder(Path(name)) if Path(name).is_dir() else open_hub_name(name)
        import torch

        return cls(name, fingerprint_of(model), dimensions_of(model), model, torch.get_num_threads())

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions)."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        use_threads(self.threads)
        return self.as_vectors(self.model.encode_document([whole(text) for text in texts], **HOW))

    def encode_question(self, text: str) -> Vectors:
        """Shape (1, dimensions)."""
        use_threads(1)
        return self.as_vectors(self.model.encode_query([whole(text)], **HOW))

    def as_vectors(self, rows: Any) -> Vectors:
        return np.asarray(rows, dtype=np.float32).reshape(-1, self.dimensions)


def dimensions_of(model: Any) -> int:
    # version 6 renamed it, and warns of the old name
    ask = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
    return int(ask())


def use_threads(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)


HOW: dict[str, Any] = {
    "batch_size": TEXTS_AT_ONCE,
    "show_progress_bar": False,
    "normalize_embeddings": True,
    "convert_to_numpy": True,
}


def open_folder(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except Exception as error:  # whatever a reader of one of its many files raises: the folder is what is wrong
        raise EncoderDamaged(folder=folder, detail=first_line(error)) from error


def open_hub_name(name: str) -> Any:
    """From the local cache where the model is there whole, else from the hub."""
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, local_files_only=True)
    except Exception:  # not in the cache, which is no error yet
        ask_hub(name)
    try:
        return SentenceTransformer(name)
    except Exception as error:
        raise EncoderNotFound(name=name, default=DEFAULT_ENCODER, detail=first_line(error)) from error


def ask_hub(name: str) -> None:
    """One quick question before the download: the download's own retries take minutes without a network."""
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(name, timeout=HUB_SECONDS)
    except Exception as error:  # offline, unreachable, unknown, private: the reason goes into the message
        raise EncoderNotFound(name=name, default=DEFAULT_ENCODER, detail=first_line(error)) from error


def first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def fingerprint_of(model: Any) -> str:
    """SHA-256 over what decides a vector: weights by name, modules and prompts, the tokenizer's vocabulary."""
    digest = hashlib.sha256()
    for part in parts_of(model):
        digest.update(f"{len(part)}\n".encode())
        digest.update(part)
    return digest.hexdigest()


def parts_of(model: Any) -> Iterator[bytes]:
    import torch

    yield repr([(type(module).__name__, getattr(module, "max_seq_length", None)) for module in model]).encode()
    yield repr(sorted(model.prompts.items())).encode()
    yield tokenizer_text(model.tokenizer).encode()
    for name, tensor in sorted(model.state_dict().items()):
        yield f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode()
        yield tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def tokenizer_text(tokenizer: Any) -> str:
    """The Rust tokenizer's own JSON where there is one, else the vocabulary."""
    fast = getattr(tokenizer, "backend_tokenizer", tokenizer)
    return str(fast.to_str()) if hasattr(fast, "to_str") else repr(sorted(tokenizer.get_vocab().items()))
