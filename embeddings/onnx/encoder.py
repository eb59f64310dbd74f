"""A model as an ONNX file; an Encoder that never imports torch."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.encoder import Vectors, whole
from embeddings.errors import EncoderDamaged
from embeddings.hub import first_line
from embeddings.onnx.files import with_weights
from embeddings.onnx.folder import ModelFolder, read_folder
from embeddings.onnx.network import PROVIDERS, Network, provider_for
from embeddings.options import AS_IT_COMES, EncoderOptions
from embeddings.prompts import Prompts
from embeddings.static import require

# Such files measure a whole batch to choose one scale for it: a text's vector would depend on what stands beside it.
SCALED_BY_BATCH = b"DynamicQuantize"
BYTES_AT_ONCE = 1 << 24


@dataclass(frozen=True, slots=True)
class OnnxEncoder:
    """Operations use one thread each: a question takes one core, passages take all, each core a batch of its own."""

    name: str
    fingerprint: str
    dimensions: int
    network: Network
    prompts: Prompts
    batch: int
    workers: int
    costly: bool = True

    @classmethod
    def load(cls, name: str, folder: Path, file: str, options: EncoderOptions = AS_IT_COMES) -> OnnxEncoder:
        """The ONNX ``file`` of a model ``folder``.

        Raises OnnxRuntimeMissing, DeviceMissing, OnnxUnsupported, EncoderDamaged, EncoderOptionRefused. Then nothing was
        encoded yet.
        """
        provider = provider_for(options.device)
        model = read_folder(folder, length=options.length)
        fingerprint, by_batch = examine(folder, file, model)
        network = Network.open(model, file, provider)
        dimensions = try_out(network)
        batch = 1 if by_batch else options.batch
        return cls(name, fingerprint, dimensions, network, model.prompts, batch, workers_of(provider))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions)."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        prompt = self.prompts.passage
        cut = self.network.cut([prompt + whole(text) for text in texts])

        def encode(rows: Sequence[int]) -> Vectors:
            return self.network.vectors([cut[row] for row in rows], prompt)

        lots = list(alike_in_length([len(encoding.ids) for encoding in cut], self.lot_size(len(texts))))
        with ThreadPoolExecutor(self.workers) as pool:
            for rows, made in zip(lots, pool.map(encode, lots), strict=True):
                vectors[rows] = made
        return vectors

    def encode_question(self, text: str) -> Vectors:
        """Shape (1, dimensions)."""
        prompt = self.prompts.question
        return self.network.vectors(self.network.cut([prompt + whole(text)]), prompt)

    def lot_size(self, texts: int) -> int:
        """A batch, or less where cores would be idle."""
        return max(1, min(self.batch, -(-texts // self.workers)))


def alike_in_length(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Rows in lots of texts of like length, longest first: less padding, and memory runs out at once or not at all.

    >>> list(alike_in_length([3, 9, 1, 8], 2))
    [[1, 3], [0, 2]]
    """
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    return (order[start : start + size] for start in range(0, len(order), size))


def workers_of(provider: str) -> int:
    """One a core; a graphics card takes one batch after the other."""
    if provider != PROVIDERS["cpu"]:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def try_out(network: Network) -> int:
    """Encode one text, so that parts that do not fit each other show now; how many numbers its vector has."""
    try:
        return int(network.vectors(network.cut(["报纸"]), "").shape[1])
    except Exception as error:  # onnxruntime has a dozen errors of its own; numpy's tell of shapes
        raise EncoderDamaged(folder=network.model.folder, detail=first_line(error)) from error


def examine(folder: Path, file: str, model: ModelFolder) -> tuple[str, bool]:
    """The fingerprint, over the bytes of all weights and the rest of the model, and whether it is scaled by the batch."""
    require(folder, folder / file)
    digest = hashlib.sha256(f"onnx\n{model.described}\n{model.tokenizer.to_str()}\n".encode())
    by_batch = False
    for part in (*with_weights(folder / file), *model.weights):
        digest.update(f"{part.stat().st_size}\n".encode())
        end = b""
        for some in blocks(part):
            digest.update(some)
            by_batch = by_batch or SCALED_BY_BATCH in end + some
            end = some[-len(SCALED_BY_BATCH) :]
    return digest.hexdigest(), by_batch


def blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while some := opened.read(BYTES_AT_ONCE):
            yield some
