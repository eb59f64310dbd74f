"""Batch, length, device: what changes vectors changes the fingerprint, and what cannot be is refused at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import POSITIONS

from embeddings.encoder import load_encoder
from embeddings.errors import DeviceMissing, EncoderOptionRefused
from embeddings.options import Backend, EncoderOptions

LONG = "图书馆几点开门春眠不觉晓" * 9


@pytest.mark.parametrize(
    "wrong", [{"batch": 0}, {"batch": 5_000}, {"length": 3}, {"length": 10**6}, {"device": "tpu"}, {"backend": "tf"}]
)
def test_a_value_out_of_range_is_named_with_what_is_allowed(wrong: dict[str, Any]) -> None:
    with pytest.raises(EncoderOptionRefused) as raised:
        EncoderOptions(**wrong)
    assert f"encoder_{next(iter(wrong))}" in str(raised.value) and str(next(iter(wrong.values()))) in str(raised.value)


@pytest.mark.parametrize("backend", ["torch", "onnx"])
def test_more_than_the_model_can_read_is_refused_before_a_long_text_comes(backend: Backend, tiny_onnx: Path) -> None:
    with pytest.raises(EncoderOptionRefused, match=f"8–{POSITIONS}"):
        load_encoder(str(tiny_onnx), EncoderOptions(backend=backend, length=POSITIONS + 1))


@pytest.mark.parametrize("backend", ["torch", "onnx"])
def test_a_shorter_input_is_cut_there_and_makes_other_vectors(backend: Backend, tiny_onnx: Path) -> None:
    whole = load_encoder(str(tiny_onnx), EncoderOptions(backend=backend))
    short = load_encoder(str(tiny_onnx), EncoderOptions(backend=backend, length=12))
    own = load_encoder(str(tiny_onnx), EncoderOptions(backend=backend, length=POSITIONS))
    assert np.isfinite(whole.encode_passages([LONG])).all(), "longer than the model reads, and cut by itself"
    seen = LONG[: 12 - len("[p:]")]  # the marks for beginning and end, and the prompt, count too
    assert np.allclose(short.encode_passages([LONG]), whole.encode_passages([seen]), atol=1e-5)
    assert not np.allclose(short.encode_passages([LONG]), whole.encode_passages([LONG]), atol=1e-3)
    assert len({whole.fingerprint, own.fingerprint, short.fingerprint}) == 2


@pytest.mark.parametrize("backend", ["torch", "onnx"])
def test_batch_and_device_leave_vectors_and_fingerprint_as_they_are(backend: Backend, tiny_onnx: Path) -> None:
    one = load_encoder(str(tiny_onnx), EncoderOptions(backend=backend, batch=1))
    many = load_encoder(str(tiny_onnx), EncoderOptions(backend=backend, batch=64, device="cpu"))
    texts = [LONG[:n] for n in range(40)]
    assert one.fingerprint == many.fingerprint
    assert np.allclose(one.encode_passages(texts), many.encode_passages(texts), atol=1e-5)


@pytest.mark.parametrize("backend", ["torch", "onnx", "auto"])
@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_told_with_those_that_are(backend: Backend, device: Any, tiny_onnx: Path) -> None:
    import torch

    if torch.cuda.is_available() or torch.backends.mps.is_available():
        pytest.skip("this machine has a graphics card")
    with pytest.raises(DeviceMissing, match="cpu"):
        load_encoder(str(tiny_onnx), EncoderOptions(backend=backend, device=device))


def test_half_width_weights_are_widened_for_the_processor(tiny_bert: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    SentenceTransformer(str(tiny_bert), device="cpu").half().save(str(tmp_path / "half"))
    half, whole = load_encoder(str(tmp_path / "half")), load_encoder(str(tiny_bert))
    assert half.fingerprint != whole.fingerprint
    assert (half.encode_passages(["花落知多少"]) * whole.encode_passages(["花落知多少"])).sum() > 0.999
