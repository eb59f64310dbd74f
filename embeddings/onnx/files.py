"""Which ONNX file of a model to take. The names are those of sentence-transformers, Optimum and transformers.js."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FOLDERS = ("onnx/", "")  # where sentence-transformers looks, in our order: the root may hold an older export
EXACT = ("model.onnx",)
INT8 = (
    "model_int8.onnx",
    "model_quantized.onnx",
    "model_qint8_avx512_vnni.onnx",
    "model_qint8_avx512.onnx",
    "model_quint8_avx2.onnx",
    "model_qint8_arm64.onnx",
)


def onnx_files(names: Iterable[str], *, int8: bool) -> list[str]:
    """Those that may be taken, best first, out of a model's files (paths with /, relative to its folder).

    >>> onnx_files(["config.json", "onnx/model_quantized.onnx", "onnx/model.onnx"], int8=False)
    ['onnx/model.onnx']
    """
    there = set(names)
    return [f"{folder}{file}" for folder in FOLDERS for file in (INT8 if int8 else EXACT) if f"{folder}{file}" in there]


def looked_for(*, int8: bool) -> str:
    """
    >>> looked_for(int8=False)
    'onnx/model.onnx, model.onnx'
    """
    return ", ".join(f"{folder}{file}" for folder in FOLDERS for file in (INT8 if int8 else EXACT))


def names_in(folder: Path) -> list[str]:
    """What may be an ONNX file in a model folder."""
    return [path.relative_to(folder).as_posix() for path in (*folder.glob("*.onnx"), *folder.glob("onnx/*.onnx"))]


def with_weights(file: Path) -> list[Path]:
    """The file and those beside it that hold its weights where it is larger than 2 GB (model.onnx_data, model.onnx.data)."""
    return [file, *sorted(path for path in file.parent.glob(f"{file.name}?*") if path.is_file())]
