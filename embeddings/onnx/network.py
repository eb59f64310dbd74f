"""The network itself: an onnxruntime session, what goes into it and what is made of what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from embeddings.encoder import Vectors
from embeddings.errors import DeviceMissing, EncoderDamaged, OnnxRuntimeMissing, OnnxUnsupported
from embeddings.hub import first_line
from embeddings.onnx.folder import ModelFolder
from embeddings.options import Device
from embeddings.static import unit

PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
PIECES = ("last_hidden_state", "token_embeddings")  # what exports call the network's vectors, one a piece


@dataclass(frozen=True, slots=True)
class Network:
    """A session and the rest of its model. Safe to use from several threads."""

    model: ModelFolder
    session: Any  # onnxruntime.InferenceSession

    @classmethod
    def open(cls, model: ModelFolder, file: str, provider: str) -> Network:
        """Raises EncoderDamaged, OnnxUnsupported."""
        return cls(model, open_session(model, file, provider))

    def cut(self, texts: Sequence[str]) -> list[Encoding]:
        found: list[Encoding] = self.model.tokenizer.encode_batch(list(texts))
        return found

    def vectors(self, cut: Sequence[Encoding], prompt: str) -> Vectors:
        """Unit vectors of texts that begin with ``prompt``: shape (len(cut), dimensions)."""
        longest = max(len(encoding.ids) for encoding in cut)
        ids = np.full((len(cut), longest), self.model.padding, np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(cut):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        pieces = self.pieces({"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})
        rows = self.model.pooling(pieces, mask, self.prompt_pieces(prompt))
        for step in self.model.steps:
            rows = step(rows)
        return unit(rows)

    def pieces(self, inputs: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        """Shape (texts, pieces, width)."""
        wanted = {told.name: inputs[told.name] for told in self.session.get_inputs()}
        (found,) = self.session.run([output_of(self.session)], wanted)
        return np.asarray(found, np.float32)

    def prompt_pieces(self, prompt: str) -> int:
        """How many pieces the prompt takes at the beginning, where pooling has to leave them out."""
        if not prompt or self.model.pooling.with_prompt:
            return 0
        (cut,) = self.cut([prompt])
        return len(cut.ids) - int(cut.special_tokens_mask[-1])


def provider_for(asked: Device) -> str:
    """Raises OnnxRuntimeMissing, DeviceMissing."""
    try:
        import onnxruntime
    except ImportError as error:
        raise OnnxRuntimeMissing(package="onnxruntime") from error
    there = onnxruntime.get_available_providers()
    if asked == "auto":
        return next(PROVIDERS[device] for device in ("cuda", "cpu") if PROVIDERS[device] in there)
    provider = PROVIDERS.get(asked)
    if provider is None or provider not in there:
        found = ", ".join(device for device, name in PROVIDERS.items() if name in there)
        raise DeviceMissing(backend="onnxruntime", device=asked, found=found)
    return provider


def open_session(model: ModelFolder, file: str, provider: str) -> Any:
    import onnxruntime

    folder = model.folder
    how = onnxruntime.SessionOptions()
    how.intra_op_num_threads = 1
    how.inter_op_num_threads = 1
    how.log_severity_level = 3  # errors: what it optimises is nobody's concern
    try:
        session = onnxruntime.InferenceSession(str(folder / file), how, providers=[provider])
    except Exception as error:  # its errors have no common class
        raise EncoderDamaged(folder=folder, detail=f"{file}: {first_line(error)}") from error
    if unknown := sorted({told.name for told in session.get_inputs()}.difference(INPUTS)):
        raise OnnxUnsupported(folder=folder, detail=f"{file} wants {', '.join(unknown)}")
    if output_of(session) is None:
        given = ", ".join(told.name for told in session.get_outputs())
        raise OnnxUnsupported(folder=folder, detail=f"{file} gives {given} and not {' or '.join(PIECES)}")
    return session


def output_of(session: Any) -> str | None:
    names = {told.name for told in session.get_outputs()}
    return next((name for name in PIECES if name in names), None)
