"""Static vectors: a text is the mean of its pieces' vectors. Needs tokenizers, numpy and safetensors, no torch.

Reads the folder that sentence-transformers writes for StaticEmbedding with or without Normalize behind it
(``modules.json`` names the sub-folders), and gives the same vectors as ``SentenceTransformer(folder).encode`` does
with ``normalize_embeddings=True``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize
from tokenizers import Tokenizer

from embeddings.encoder import Vectors, whole
from embeddings.errors import EncoderDamaged
from embeddings.pieces import AT_ONCE, MANY, Bounds, Cutter, Numbers, OneByOne, cutter_for
from embeddings.sums import Sums

TEXTS_AT_ONCE, CHARACTERS_AT_ONCE = AT_ONCE
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


@dataclass(frozen=True)
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
        for lot in lots(texts):
            vectors[lot] = unit(self._sums.of(*self.cut(texts[lot])))
        return vectors

    def cut(self, texts: Sequence[str]) -> tuple[Numbers, Bounds]:
        """The pieces of all texts, one after the other, and where each text's begin: shapes (pieces,), (texts + 1,)."""
        return (self._cutter if len(texts) >= MANY else OneByOne(self.tokenizer)).cut(texts)

    def encode_question(self, text: str) -> Vectors:
        """Shape (1, dimensions)."""
        (found,) = self.tokenizer.encode_batch_fast([whole(text)], add_special_tokens=False)  # makes no offsets
        return unit(self.weights[found.ids].sum(axis=0, keepdims=True))

    @cached_property
    def _cutter(self) -> Cutter:
        return cutter_for(self.tokenizer)

    @cached_property
    def _sums(self) -> Sums:
        return Sums(self.weights)


def lots(texts: Sequence[str]) -> Iterator[slice]:
    """All texts, in parts of at most TEXTS_AT_ONCE texts and CHARACTERS_AT_ONCE characters, or of one longer text."""
    start = characters = 0
    for at, text in enumerate(texts):
        if at - start == TEXTS_AT_ONCE or (at > start and characters + len(text) > CHARACTERS_AT_ONCE):
            yield slice(start, at)
            start, characters = at, 0
        characters += len(text)
    if start < len(texts):
        yield slice(start, len(texts))


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
    """The one table of the file, 32, 16 or 8 bits a number."""
    require(folder, path)
    try:
        tensors = dict(deserialize(path.read_bytes()))  # type: ignore[no-untyped-call]
    except (SafetensorError, OSError, ValueError) as error:
        raise EncoderDamaged(folder=folder, detail=f"{path.name}: {error}") from error
    table = tensors.get("embedding.weight", tensors.get("embeddings"))
    if table is None or len(table["shape"]) != 2 or len(tensors) > 1 or table["dtype"] not in WIDTHS:
        raise EncoderDamaged(folder=folder, detail=f"{path.name}: no table of vectors “embedding.weight”")
    return WIDTHS[table["dtype"]](table["data"]).reshape(table["shape"])


def eight_bit_values() -> NDArray[np.float32]:
    """What each byte stands for as an E4M3 float: one sign, four exponent and three fraction bits, no infinity.

    Source: Micikevicius et al., FP8 Formats for Deep Learning, 2022, arXiv:2209.05433, table 1.
    """
    byte = np.arange(256)
    exponent, fraction = (byte >> 3) & 15, (byte & 7) / 8
    size = np.where(exponent == 0, fraction * 2.0**-6, (1 + fraction) * 2.0 ** (exponent - 7.0))
    size[[127, 255]] = np.nan
    return np.where(byte < 128, size, -size).astype(np.float32)


WIDTHS: dict[str, Callable[[bytes], NDArray[np.float32]]] = {
    "F32": lambda data: np.frombuffer(data, np.float32).copy(),
    "F16": lambda data: np.frombuffer(data, np.float16).astype(np.float32),
    "F8_E4M3": lambda data: eight_bit_values()[np.frombuffer(data, np.uint8)],
}


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
