"""Writes the network of a sentence-transformers folder as ONNX, where sentence-transformers looks for it too."""

from __future__ import annotations

import importlib.util
import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from embeddings.errors import OnnxRuntimeMissing, OnnxUnsupported
from embeddings.hub import first_line
from embeddings.onnx.encoder import OnnxEncoder
from embeddings.onnx.folder import read_folder
from embeddings.onnx.network import INPUTS, PIECES
from embeddings.options import EncoderOptions
from embeddings.transformer import TransformerEncoder

OPSET = 17
EXACT, INT8 = "model.onnx", "model_int8.onnx"
ALIKE = 0.9999  # least cosine between torch's and ONNX's vector of the same text
SAMPLES = (
    "报纸",
    "市图书馆新馆八月二日开馆，藏书一百二十万册，读者凭身份证入馆。",
    "The 2022 Winter Olympics, 123!" * 8,
)


def export(folder: Path, *, int8: bool = False) -> list[Path]:
    """Write ``onnx/model.onnx``, and ``onnx/model_int8.onnx`` where asked for; files of these names are replaced.

    What was written is run and compared with torch before it takes its place. Raises OnnxRuntimeMissing where ``onnx`` or
    ``onnxruntime`` is not installed, EncoderDamaged where the folder is, and OnnxUnsupported where its network or what
    follows it cannot be written or run in this way.
    """
    for package in ("onnx", "onnxruntime"):
        if importlib.util.find_spec(package) is None:
            raise OnnxRuntimeMissing(package=package)
    read_folder(folder, length=None)  # refuses what could not be run afterwards
    original = TransformerEncoder.load(str(folder), EncoderOptions(device="cpu"))
    target = folder / "onnx"
    with TemporaryDirectory(dir=folder, prefix=".onnx-") as fresh:
        made = [Path(fresh) / EXACT]
        write_exact(folder, original.model[0], made[0])
        compare(original, folder, made[0])
        if int8:
            made.append(Path(fresh) / INT8)
            write_int8(made[0], made[1])
        target.mkdir(exist_ok=True)
        return [file.replace(target / file.name) for file in made]


def write_exact(folder: Path, transformer: Any, file: Path) -> None:
    """The network alone: pooling and what follows stay in numpy."""
    import torch

    tokens = transformer.tokenizer(list(SAMPLES), padding=True, truncation=True, return_tensors="pt")
    names = [name for name in INPUTS if name in tokens]
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # tracing warns of much that compare() settles
            torch.onnx.export(
                only_pieces(transformer.model, names),
                tuple(tokens[name] for name in names),
                str(file),
                input_names=names,
                output_names=[PIECES[0]],
                dynamic_axes={name: {0: "texts", 1: "pieces"} for name in (*names, PIECES[0])},
                opset_version=OPSET,
                dynamo=False,  # the newer way wants one more package
            )
    except Exception as error:  # an operation that ONNX lacks, a network over 2 GB: torch has an error for each
        raise OnnxUnsupported(folder=folder, detail=first_line(error)) from error


def only_pieces(network: Any, names: Sequence[str]) -> Any:
    """The network as a function of tensors, in the order of ``names``, giving the vectors of pieces alone."""
    import torch

    class OnlyPieces(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, *tensors: torch.Tensor) -> Any:
            return self.network(**dict(zip(names, tensors, strict=True)), return_dict=True).last_hidden_state

    return OnlyPieces().eval()


def compare(original: TransformerEncoder, folder: Path, file: Path) -> None:
    """Whether texts of other lengths and lots of other sizes than those traced get torch's vectors too."""
    options = EncoderOptions(batch=2, device="cpu")
    written = OnnxEncoder.load(str(folder), folder, file.relative_to(folder).as_posix(), options)
    texts = [*SAMPLES, *(sample * 3 for sample in SAMPLES), SAMPLES[0][:1]]
    alike = (original.encode_passages(texts) * written.encode_passages(texts)).sum(axis=1)
    if float(alike.min()) < ALIKE:
        raise OnnxUnsupported(folder=folder, detail=f"torch and ONNX differ: cosine {alike.min():.4f}")


def write_int8(exact: Path, file: Path) -> None:
    """Weights in eight bits, one scale a channel; seven used, so that processors without VNNI do not overflow."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises a pre-processing on the root logger
    try:
        quantize_dynamic(exact, file, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    finally:
        root.setLevel(level)
