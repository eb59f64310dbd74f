"""Reads a question and a passage together and says how well they go together: any sentence-transformers CrossEncoder.

Slower by far than vectors, so that only the first passages of a search are read. By folder or hub name, with torch, or
without it where the folder holds an ONNX file and onnxruntime is installed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.backends import onnxruntime_installed
from embeddings.encoder import HUB_NAME, whole
from embeddings.errors import BaowenError, EncoderNotFound, RerankerNotFound, RerankerUnusable
from embeddings.hub import ask_hub, first_line
from embeddings.lengths import most_pieces, settle_length
from embeddings.onnx.files import names_in, onnx_files
from embeddings.options import AS_IT_COMES, EncoderOptions

Scores = NDArray[np.float32]
CONFIG = "config.json"


class Reranker(Protocol):
    """Scores compare among the texts of one question only. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """What a user asks for it by: a hub name or a folder."""

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """The higher, the better a text answers; shape (len(texts),)."""


def load_reranker(name: str, options: EncoderOptions = AS_IT_COMES) -> Reranker:
    """The cross-encoder of that folder or hub name; ``options`` say what runs it and how many pairs at once.

    Everything that could fail fails here. Raises RerankerNotFound, RerankerUnusable, and what its backend raises:
    DeviceMissing, OnnxRuntimeMissing.
    """
    folder = Path(name) if Path(name).is_dir() else _cached(name)
    if folder is None:
        if not HUB_NAME.fullmatch(name):
            raise RerankerNotFound(name=name, detail="no such folder")
        return _from_hub(name, options)
    return _from_folder(name, folder, options)


def _from_hub(name: str, options: EncoderOptions) -> Reranker:
    """Fetched into the local cache first."""
    from huggingface_hub import snapshot_download

    try:
        ask_hub(name)
        fetched = snapshot_download(name, ignore_patterns=["*.bin", "*.h5", "*.msgpack", "openvino/*"])
    except EncoderNotFound as error:
        raise RerankerNotFound(name=name, detail=error.facts["detail"]) from error
    except Exception as error:  # a connection that breaks, a full disk: the reason goes into the message
        raise RerankerNotFound(name=name, detail=first_line(error)) from error
    return _from_folder(name, Path(fetched), options)


def _from_folder(name: str, folder: Path, options: EncoderOptions) -> Reranker:
    config = _config(name, folder)
    int8 = options.backend == "onnx-int8"
    files = onnx_files(names_in(folder), int8=int8)
    on_processor = options.device in ("auto", "cpu")
    try:
        if options.backend == "torch" or (
            options.backend == "auto" and not (files and on_processor and onnxruntime_installed())
        ):
            reranker: Reranker = TorchReranker.load(name, folder, options)
        elif files:
            reranker = OnnxReranker.load(name, folder, files[0], config, options)
        else:
            raise RerankerUnusable(name=name, detail="it holds no ONNX file")
        reranker.scores("报纸", ["报纸", "今天的报纸到了"])
    except BaowenError:
        raise
    except Exception as error:  # whatever torch, transformers, tokenizers or onnxruntime raises of a broken folder
        raise RerankerUnusable(name=name, detail=first_line(error)) from error
    return reranker


def _config(name: str, folder: Path) -> dict[str, Any]:
    """Refuses what is no cross-encoder: sentence-transformers would give it a head of random numbers."""
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        heads = [str(kind) for kind in config.get("architectures") or ()]
        labels = len(config.get("id2label") or (0, 0))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise RerankerUnusable(name=name, detail=f"{CONFIG}: {first_line(error)}") from error
    if not any(kind.endswith("ForSequenceClassification") for kind in heads) or labels != 1:
        said = f"{', '.join(heads) or 'no architecture'}, {labels} labels"
        raise RerankerUnusable(name=name, detail=f"it is no cross-encoder with one score a pair ({said})")
    return dict(config)


def _cached(name: str) -> Path | None:
    """Where the local cache keeps the model, if it does."""
    if not HUB_NAME.fullmatch(name):
        return None
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, CONFIG)
    return Path(found).parent if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class TorchReranker:
    name: str
    model: Any  # sentence_transformers.CrossEncoder
    batch: int

    @classmethod
    def load(cls, name: str, folder: Path, options: EncoderOptions) -> TorchReranker:
        from embeddings.transformer import device_for, quiet

        device = device_for(options.device)
        from sentence_transformers import CrossEncoder

        quiet()
        model = CrossEncoder(str(folder), device=device, local_files_only=True)
        if model.device.type == "cpu":
            model.float()  # half the width is for graphics cards
        return cls(name, model, options.batch)

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        from torch.nn import Identity

        from embeddings.transformer import use_threads

        if not texts:
            return np.zeros(0, np.float32)
        use_threads(1)
        pairs = [(whole(question), whole(text)) for text in texts]
        as_it_is = Identity()  # no sigmoid: the order stays, and scores near 1 stay apart
        found = self.model.predict(pairs, batch_size=self.batch, show_progress_bar=False, activation_fn=as_it_is)
        return np.asarray(found, np.float32).reshape(len(texts))


@dataclass(frozen=True, slots=True)
class OnnxReranker:
    name: str
    session: Any  # onnxruntime.InferenceSession
    tokenizer: Any  # tokenizers.Tokenizer; cuts at the model's length and pads
    batch: int

    @classmethod
    def load(cls, name: str, folder: Path, file: str, config: dict[str, Any], options: EncoderOptions) -> OnnxReranker:
        from embeddings.onnx.network import provider_for
        from embeddings.static import read_tokenizer

        provider = provider_for(options.device)
        import onnxruntime

        tokenizer = read_tokenizer(folder, folder / "tokenizer.json")
        length = settle_length(None, own=_own_length(folder), most=most_pieces(config))
        if length is not None:
            tokenizer.enable_truncation(length, strategy="longest_first")
        tokenizer.enable_padding(pad_id=config.get("pad_token_id") or 0)
        how = onnxruntime.SessionOptions()
        how.intra_op_num_threads = how.inter_op_num_threads = 1
        how.log_severity_level = 3
        session = onnxruntime.InferenceSession(str(folder / file), how, providers=[provider])
        # Files that measure a whole batch to choose one scale would score a text by what stands beside it.
        by_batch = b"DynamicQuantize" in (folder / file).read_bytes()
        return cls(name, session, tokenizer, 1 if by_batch else options.batch)

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        lots = [texts[first : first + self.batch] for first in range(0, len(texts), self.batch)]
        return np.concatenate([self._scores(question, lot) for lot in lots]) if lots else np.zeros(0, np.float32)

    def _scores(self, question: str, texts: Sequence[str]) -> Scores:
        cut = self.tokenizer.encode_batch([(whole(question), whole(text)) for text in texts])
        inputs = {
            "input_ids": np.array([one.ids for one in cut], np.int64),
            "attention_mask": np.array([one.attention_mask for one in cut], np.int64),
            "token_type_ids": np.array([one.type_ids for one in cut], np.int64),
        }
        wanted = {told.name: inputs[told.name] for told in self.session.get_inputs()}
        found = self.session.run(None, wanted)[0]
        return np.asarray(found, np.float32).reshape(len(texts))


def _own_length(folder: Path) -> float | None:
    try:
        told = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    except OSError:
        return None
    length = told.get("model_max_length")
    return float(length) if isinstance(length, int | float) else None
