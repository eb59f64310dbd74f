"""torch or ONNX? Which runs a model, where it is left open and where it is not."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

from embeddings.encoder import Encoder
from embeddings.errors import OnnxFileMissing, OnnxRuntimeMissing
from embeddings.hub import ask_hub, cached_folder, fetch
from embeddings.onnx.files import looked_for, names_in, onnx_files
from embeddings.options import Backend, EncoderOptions

Load = Callable[[], Encoder]
WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
# Of a model of the hub, everything that ONNX needs beside the ONNX file itself.
AROUND_ONNX = ("*.json", "*/config.json", "*/model.safetensors")


def load_network(name: str, options: EncoderOptions, *, like: str | None = None) -> Encoder:
    """A model folder or hub name by the backend that was asked for.

    Where that is "auto": an ONNX file of full width if there is one and onnxruntime is installed, else torch, else an int8
    file; or, of these, the first whose fingerprint is ``like``.
    """
    return load_auto(name, options, like) if options.backend == "auto" else BACKENDS[options.backend](name, options)


def load_torch(name: str, options: EncoderOptions) -> Encoder:
    from embeddings.transformer import TransformerEncoder

    return TransformerEncoder.load(name, options)


def load_onnx(name: str, options: EncoderOptions, *, int8: bool) -> Encoder:
    from embeddings.onnx.encoder import OnnxEncoder

    if not onnxruntime_installed():
        raise OnnxRuntimeMissing(package="onnxruntime")
    folder = local_folder(name)
    if folder is None or not onnx_files(names_in(folder), int8=int8):
        folder = fetched(name, int8=int8)
    (best, *_) = onnx_files(names_in(folder), int8=int8)
    return OnnxEncoder.load(name, folder, best, options)


def fetched(name: str, *, int8: bool) -> Path:
    """A hub model's folder with its best ONNX file. Raises OnnxFileMissing, EncoderNotFound, HubUnreachable."""
    offered = [] if Path(name).is_dir() else onnx_files(ask_hub(name), int8=int8)
    if not offered:
        raise OnnxFileMissing(name=name, looked_for=looked_for(int8=int8))
    return fetch(name, [*AROUND_ONNX, offered[0], f"{offered[0]}?data"])


BACKENDS: dict[Backend, Callable[[str, EncoderOptions], Encoder]] = {
    "torch": load_torch,
    "onnx": lambda name, options: load_onnx(name, options, int8=False),
    "onnx-int8": lambda name, options: load_onnx(name, options, int8=True),
}


def load_auto(name: str, options: EncoderOptions, like: str | None) -> Encoder:
    first = None
    for load in possible(name, options):
        encoder = load()
        if like is None or encoder.fingerprint == like:
            return encoder
        first = first or encoder
    return first or load_torch(name, options)  # nothing here yet, or nothing whole: torch says what is missing


def possible(name: str, options: EncoderOptions) -> Iterator[Load]:
    """Ways to load what is on this machine, best first."""
    folder = local_folder(name)
    if folder is None:
        return
    files = names_in(folder)
    on_processor = options.device in ("auto", "cpu")  # who asks for a card has torch's in mind
    can_onnx = bool(files) and on_processor and onnxruntime_installed()
    if can_onnx:
        yield from (onnx_loader(name, folder, file, options) for file in onnx_files(files, int8=False))
    if any(True for pattern in WEIGHTS for _ in folder.glob(pattern)):
        yield lambda: load_torch(name, options)
    if can_onnx:
        yield from (onnx_loader(name, folder, file, options) for file in onnx_files(files, int8=True))


def onnx_loader(name: str, folder: Path, file: str, options: EncoderOptions) -> Load:
    from embeddings.onnx.encoder import OnnxEncoder

    return lambda: OnnxEncoder.load(name, folder, file, options)


def local_folder(name: str) -> Path | None:
    """The folder itself, or where the local cache keeps a model of the hub."""
    return Path(name) if Path(name).is_dir() else cached_folder(name)


def onnxruntime_installed() -> bool:
    return importlib.util.find_spec("onnxruntime") is not None
