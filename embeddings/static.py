"""Static vectors: a text is the mean of its pieces' vectors. Needs tokenizers, numpy and safetensors, no torch.

Reads the folder that sentence-transformers writes for StaticEmbedding with or without Normalize behind it
(``modules.json`` names the sub-folders), and gives the same vectors as ``SentenceTransformer(folder).encode`` does
with ``normalize_embeddings=True``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from embeddings.encoder import Vectors, whole
from embeddings.errors import EncoderDamaged

TEXTS_AT_ONCE = 512
PIECES_AT_ONCE = 4_096  # rows gathered together: 4 MiB at 256 dimensions stay in the processor's cache
STATIC = "StaticEmbedding"
AROUND_STATIC = {STATIC, "Normalize"}


def is_static_folder(folder: Path) -> bool:
    """Whether ``modules.json`` names StaticEmbedding and nothing that would have to be run after it but Normalize."""
    if not (folder / "modules.json").is_file():
        return False
    kinds = {kind for kind, _ in read_modules(folder)}
    return STATIC in kinds and kinds <= AROUND_STATIC


def read_modules(folder: Path) -> list[tuple[str, str]]:
    """Kind and sub-folder of each module: ``[("StaticEmbedding", "0_StaticEmbedding"), ("Normalize", "1_Normalize")]``."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return [(module["type"].rsplit(".", 1)[-1], module["path"]) for module in modules]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderDamaged(folder=folder, detail=f"modules.json: {error}") from error


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """Token vectors and a mean; an Encoder. Questions and passages are treated alike."""

    name: str
    fingerprint: str
    dimensions: int
    tokenizer: Tokenizer
    weights: NDArray[np.float32]  # shape (pieces, dimensions); float16 on disk
    costly: bool = False

    @classmethod
    def load(cls, folder: Path, *, name: str | None = None) -> StaticEncoder:
        """Read a model folder. Raises EncoderDamaged, naming the file, where one is missing or broken."""
        inside = folder / dict(read_modules(folder)).get(STATIC, "")
        tokenizer = read_tokenizer(folder, inside / "tokenizer.json")
        weights = read_weights(folder, inside / "model.safetensors")
        if len(weights) < tokenizer.get_vocab_size():
            detail = f"{len(weights)} vectors for {tokenizer.get_vocab_size()} pieces"
            raise EncoderDamaged(folder=folder, detail=detail)
        fingerprint = fingerprint_of([inside / "model.safetensors", inside / "tokenizer.json"])
        return cls(name or str(folder), fingerprint, weights.shape[1], tokenizer, weights)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions). A few dozen MiB serve beside the result, however many texts there are."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            some = slice(start, start + TEXTS_AT_ONCE)
            found = self.tokenizer.encode_batch_fast([whole(text) for text in texts[some]], add_special_tokens=False)
            sum_pieces(self.weights, [encoding.ids for encoding in found], vectors[some])
            vectors[some] = unit(vectors[some])
        return vectors

    def encode_question(self, text: str) -> Vectors:
        """Shape (1, dimensions)."""
        pieces = self.tokenizer.encode(whole(text), add_special_tokens=False).ids
        return unit(self.weights[pieces].sum(axis=0, keepdims=True))


def sum_pieces(weights: NDArray[np.float32], texts: Sequence[Sequence[int]], out: Vectors) -> None:
    """Add up each text's vectors into its row of ``out``, gathering at most PIECES_AT_ONCE rows (or one text's)."""
    rows: list[int] = []
    pieces: list[int] = []
    starts: list[int] = []
    for row, text in enumerate(texts):
        if pieces and len(pieces) + len(text) > PIECES_AT_ONCE:
            out[rows] = np.add.reduceat(weights[pieces], starts, axis=0)
            rows, pieces, starts = [], [], []
        if text:  # reduceat has no empty sums: rows of empty texts stay zero
            rows.append(row)
            starts.append(len(pieces))
            pieces.extend(text)
    if pieces:
        out[rows] = np.add.reduceat(weights[pieces], starts, axis=0)


def unit(vectors: Vectors) -> Vectors:
    """Rows to length one; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit_rows: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit_rows


def read_tokenizer(folder: Path, path: Path) -> Tokenizer:
    require(folder, path)
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception for a file that it cannot read
        raise EncoderDamaged(folder=folder, detail=f"{path.name}: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def read_weights(folder: Path, path: Path) -> NDArray[np.float32]:
    require(folder, path)
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise EncoderDamaged(folder=folder, detail=f"{path.name}: {error}") from error
    weights = tensors.get("embedding.weight", tensors.get("embeddings"))
    if weights is None or weights.ndim != 2 or len(tensors) > 1:
        raise EncoderDamaged(folder=folder, detail=f"{path.name}: no table of vectors “embedding.weight”")
    return np.asarray(weights, np.float32)


def require(folder: Path, path: Path) -> None:
    if not path.is_file():
        raise EncoderDamaged(folder=folder, detail=f"{path.relative_to(folder)} is missing")


def fingerprint_of(files: Sequence[Path]) -> str:
    """SHA-256 over the names and contents of files, in the order given."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
