"""How an encoder is run: a record that is filled at the door and handed down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from embeddings.errors import EncoderOptionRefused

Backend = Literal["auto", "torch", "onnx", "onnx-int8"]
Device = Literal["auto", "cpu", "cuda", "mps"]

SHORTEST_INPUT = 8  # pieces: fewer leave hardly a word between the marks for beginning and end
LONGEST_INPUT = 65_536
MOST_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class EncoderOptions:
    """For encoders that run a network; static ones need none of it and take no notice.

    ``length`` counts pieces of the model's vocabulary, its marks for beginning and end included; None takes the model's own.
    Raises EncoderOptionRefused where a value is out of range.

    >>> EncoderOptions(batch=0)
    Traceback (most recent call last):
    embeddings.errors.EncoderOptionRefused: 编码器的设置 encoder_batch 不能是“0”：请给 1–4096。
    """

    backend: Backend = "auto"
    batch: int = 32
    length: int | None = None
    device: Device = "auto"

    def __post_init__(self) -> None:
        refuse("encoder_backend", self.backend, self.backend in get_args(Backend), "auto/torch/onnx/onnx-int8")
        refuse("encoder_batch", self.batch, 1 <= self.batch <= MOST_AT_ONCE, f"1–{MOST_AT_ONCE}")
        fits = self.length is None or SHORTEST_INPUT <= self.length <= LONGEST_INPUT
        refuse("encoder_length", self.length, fits, f"{SHORTEST_INPUT}–{LONGEST_INPUT}")
        refuse("encoder_device", self.device, self.device in get_args(Device), "auto/cpu/cuda/mps")


def refuse(name: str, value: object, fits: bool, allowed: str) -> None:
    if not fits:
        raise EncoderOptionRefused(name=name, value=value, allowed=allowed)


AS_IT_COMES = EncoderOptions()
