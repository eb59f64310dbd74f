"""What every encoder does, and the table that finds one by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderNotFound
from embeddings.options import AS_IT_COMES, EncoderOptions

Vectors = NDArray[np.float32]
"""Shape (texts, dimensions). Each row has length one, or is all zeros where the text holds nothing to encode."""

DEFAULT_ENCODER = "baowen-static-zh"
SHIPPED: dict[str, Path] = {DEFAULT_ENCODER: Path(__file__).parent / "models" / DEFAULT_ENCODER}
NAME_SHOWN = 120  # characters of a name that cannot be one
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")


class Encoder(Protocol):
    """Text to unit vectors. Questions and passages may be prompted differently; their dot product is the cosine.

    A text without a single letter or digit ("", "……") may give a row of zeros: it is near nothing.
    """

    @property
    def name(self) -> str:
        """What a user asks for it by: a shipped name, a hub name or a folder."""

    @property
    def fingerprint(self) -> str:
        """Hex SHA-256 over weights, vocabulary and configuration: vectors compare only under one fingerprint."""

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""

    @property
    def costly(self) -> bool:
        """Whether a vector costs more to make than to keep and look up."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text, in order: shape (len(texts), dimensions)."""

    def encode_question(self, text: str) -> Vectors:
        """One row: shape (1, dimensions)."""


def load_encoder(
    name: str = DEFAULT_ENCODER, options: EncoderOptions = AS_IT_COMES, *, like: str | None = None
) -> Encoder:
    """The encoder of that name: shipped, else a folder, else a model of the hub.

    Only the last two can import torch; a folder of static vectors and one that runs as ONNX do not. ``like`` is the
    fingerprint an index was made with: where ``options`` leave the backend open, the one that gives the same vectors is
    taken. Everything that could fail fails here, before anything was encoded: raises an EncoderError that says what to do.
    """
    from embeddings.static import StaticEncoder, is_static_folder

    if name in SHIPPED:
        return StaticEncoder.load(SHIPPED[name], name=name)
    try:
        is_folder = bool(name) and Path(name).is_dir()
    except (OSError, ValueError) as error:  # a name that is too long, or holds a NUL
        raise EncoderNotFound(
            name=name[:NAME_SHOWN], default=DEFAULT_ENCODER, detail=str(error)[:NAME_SHOWN]
        ) from error
    if is_folder and is_static_folder(Path(name)):
        return StaticEncoder.load(Path(name), name=name)
    if not is_folder and not HUB_NAME.fullmatch(name):
        raise EncoderNotFound(name=name, default=DEFAULT_ENCODER, detail="no such folder")
    from embeddings.backends import load_network

    return load_network(name, options, like=like)


def whole(text: str) -> str:
    """The text without lone surrogates: strangers send them in JSON, and tokenizers refuse them."""
    return text.encode("utf-8", "replace").decode("utf-8")
