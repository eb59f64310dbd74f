"""Tiny encoders made on the spot: the same kinds of folder that users bring, a few kilobytes each."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
from tally import pytest_sessionfinish, pytest_terminal_summary, pytest_testnodedown  # noqa: F401 - pytest finds them here
from tiny_models import LETTERS, PROMPTS, a_tiny_bert

from embeddings.encoder import DEFAULT_ENCODER, Encoder, load_encoder

# A shell that runs the tests in the background has them ignore Ctrl-C; the programs that they start and stop would inherit it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

collect_ignore = ["retriever/corpus/fuzz_readers.py"]  # needs atheris: make fuzz


@pytest.fixture(scope="session")
def tiny_static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder of StaticEmbedding and Normalize, every character its own random vector."""
    from embeddings.training.export import write_model
    from embeddings.training.vocabulary import UNKNOWN, empty_tokenizer

    pieces = [UNKNOWN, *dict.fromkeys(LETTERS)]
    weights = np.random.default_rng(1).normal(size=(len(pieces), 8)).astype(np.float32)
    tokenizer = empty_tokenizer([(piece, -1.0) for piece in pieces])
    return write_model(tmp_path_factory.mktemp("models") / "tiny-static", tokenizer, weights, card="tiny\n")


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder of a one-layer BERT with random weights, mean pooling, and prompts of its own."""
    return a_tiny_bert(tmp_path_factory.mktemp("tiny-bert"), prompts=PROMPTS)


@pytest.fixture(scope="session")
def tiny_cls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same network, pooled by its first piece, without prompts."""
    return a_tiny_bert(tmp_path_factory.mktemp("tiny-cls"), pooling="cls")


@pytest.fixture(scope="session")
def tiny_onnx(tiny_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``tiny_bert`` with its weights for torch, an ONNX file and an int8 one."""
    from embeddings.onnx.export import export

    folder = Path(shutil.copytree(tiny_bert, tmp_path_factory.mktemp("tiny-onnx") / "model"))
    export(folder, int8=True)
    return folder


@pytest.fixture(scope="session")
def tiny_int8(tiny_onnx: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``tiny_onnx`` with nothing but its int8 file."""
    folder = Path(shutil.copytree(tiny_onnx, tmp_path_factory.mktemp("tiny-int8") / "model"))
    (folder / "model.safetensors").unlink()
    (folder / "onnx" / "model.onnx").unlink()
    return folder


@pytest.fixture(params=["shipped", "tiny-static", "tiny-bert", "tiny-cls", "tiny-onnx", "tiny-int8"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    if request.param == "shipped":
        return load_encoder(DEFAULT_ENCODER)
    return load_encoder(str(request.getfixturevalue(request.param.replace("-", "_"))))
