"""Any sentence-transformers model with torch, by folder or hub name. Only people who choose one pay for torch."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoder import Vectors, whole
from embeddings.errors import DeviceMissing, EncoderDamaged, EncoderUnusable
from embeddings.hub import ask_hub, cached_folder, first_line, full_name
from embeddings.lengths import most_pieces, settle_length
from embeddings.options import AS_IT_COMES, Device, EncoderOptions
from embeddings.prompts import Prompts, choose_prompts

log = logging.getLogger(__name__)

# They change with the version of a library, or say where a file came from; the vectors stay.
NOT_OF_THE_MODEL = {"_name_or_path", "architectures", "dtype", "torch_dtype", "transformers_version", "use_cache"}


@dataclass(frozen=True, slots=True)
class TransformerEncoder:
    """A SentenceTransformer; an Encoder. The model's own prompts are put before questions and passages."""

    name: str
    fingerprint: str
    dimensions: int
    model: Any
    prompts: Prompts
    batch: int
    threads: int  # for passages; one short question is faster on one thread, thirty times so on a busy machine
    costly: bool = True

    @classmethod
    def load(cls, name: str, options: EncoderOptions = AS_IT_COMES) -> TransformerEncoder:
        """A folder, or a model of the hub or its local cache.

        Raises DeviceMissing, EncoderOptionRefused; EncoderDamaged where a folder does not hold a whole model; and for a
        hub name EncoderNotFound, HubUnreachable or EncoderUnusable. Then nothing was encoded yet.
        """
        device = device_for(options.device)
        folder = Path(name)
        model = open_folder(folder, device) if folder.is_dir() else open_hub_name(name, device)
        import torch

        set_length(model, options.length)
        prompts = choose_prompts(model.prompts, model.default_prompt_name)
        fingerprint = fingerprint_of(model, prompts)
        if model.device.type == "cpu":
            model.float()  # half the width is for graphics cards: processors take many times longer over it
        encoder = cls(name, fingerprint, dimensions_of(model), model, prompts, options.batch, torch.get_num_threads())
        encoder.try_out()
        return encoder

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions). sentence-transformers sorts by length before it makes batches."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        use_threads(self.threads)
        texts = [whole(text) for text in texts]
        return self.as_vectors(
            self.model.encode_document(texts, prompt=self.prompts.passage, batch_size=self.batch, **HOW)
        )

    def encode_question(self, text: str) -> Vectors:
        """Shape (1, dimensions)."""
        use_threads(1)
        return self.as_vectors(self.model.encode_query([whole(text)], prompt=self.prompts.question, **HOW))

    def as_vectors(self, rows: Any) -> Vectors:
        return np.asarray(rows, dtype=np.float32).reshape(-1, self.dimensions)

    def try_out(self) -> None:
        """Encode one text, so that parts that do not fit each other show now and not an hour into a rebuild."""
        try:
            rows = self.model.encode_document(["报纸"], prompt=self.prompts.passage, **HOW)
        except Exception as error:  # whatever torch raises: shapes, memory, a device that is listed and does not work
            raise EncoderUnusable(name=self.name, detail=first_line(error)) from error
        if rows.shape != (1, self.dimensions):
            detail = f"it says {self.dimensions} dimensions and gives {rows.shape[-1]}"
            raise EncoderUnusable(name=self.name, detail=detail)


HOW: dict[str, Any] = {"show_progress_bar": False, "normalize_embeddings": True, "convert_to_numpy": True}


def dimensions_of(model: Any) -> int:
    # version 6 renamed it, and warns of the old name
    ask = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
    return int(ask())


def set_length(model: Any, asked: int | None) -> None:
    config = getattr(model[0], "config", None)  # a model that does not begin with a transformer has none
    most = most_pieces(config.to_dict()) if config is not None else None
    own = model.max_seq_length
    length = settle_length(asked, own=own, most=most)
    if length is not None and length != own:
        model.max_seq_length = length


def use_threads(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)


def device_for(asked: Device) -> str | None:
    """What sentence-transformers is told; None lets it take the best. Raises DeviceMissing."""
    if asked == "auto":
        return None
    import torch

    has = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not has[asked]:
        found = ", ".join(device for device, there in has.items() if there)
        raise DeviceMissing(backend="torch", device=asked, found=found)
    return asked


def open_folder(folder: Path, device: str | None) -> Any:
    from sentence_transformers import SentenceTransformer

    quiet()
    try:
        return SentenceTransformer(str(folder), local_files_only=True, device=device)
    except Exception as error:  # whatever a reader of one of its many files raises: the folder is what is wrong
        raise EncoderDamaged(folder=folder, detail=first_line(error)) from error


def open_hub_name(name: str, device: str | None) -> Any:
    """From the local cache where the model is there whole, else from the hub."""
    cached = cached_folder(name) is not None
    if not cached:
        ask_hub(name)  # before the slow imports: a slip of the pen is told at once
    from sentence_transformers import SentenceTransformer

    quiet()
    if cached:
        try:
            return SentenceTransformer(full_name(name), local_files_only=True, device=device)
        except Exception as error:  # not there whole, which is no error yet
            log.info("%s is not whole in the local cache: %s", name, first_line(error))
            ask_hub(name)
    try:
        return SentenceTransformer(full_name(name), device=device)
    except Exception as error:  # no such kind of model, code of its own that nobody vetted, a connection that broke
        raise EncoderUnusable(name=name, detail=first_line(error)) from error


def quiet() -> None:
    """No bar for weights that load in a moment; the hub's own for downloads stays."""
    from transformers.utils import logging as told

    told.disable_progress_bar()


def fingerprint_of(model: Any, prompts: Prompts) -> str:
    """SHA-256 over what decides a vector: weights by name, how modules are set up, length, prompts, vocabulary."""
    digest = hashlib.sha256()
    for part in parts_of(model, prompts):
        digest.update(f"{len(part)}\n".encode())
        digest.update(part)
    return digest.hexdigest()


def parts_of(model: Any, prompts: Prompts) -> Iterator[bytes]:
    import torch

    for module in model:
        yield repr((type(module).__name__, getattr(module, "max_seq_length", None), settings_of(module))).encode()
    yield repr(prompts).encode()
    yield tokenizer_text(model.tokenizer).encode()
    for name, tensor in sorted(model.state_dict().items()):
        yield f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode()
        yield tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def settings_of(module: Any) -> list[tuple[str, str]]:
    """How a module is set up: pooling, activation, and what of a network's configuration is not the library's default."""
    own = module.get_config_dict() if hasattr(module, "get_config_dict") else {}
    config = getattr(module, "config", None)
    network = config.to_diff_dict() if config is not None else {}
    return sorted((key, repr(value)) for key, value in {**network, **own}.items() if key not in NOT_OF_THE_MODEL)


def tokenizer_text(tokenizer: Any) -> str:
    """The Rust tokenizer's own JSON where there is one, else the vocabulary."""
    fast = getattr(tokenizer, "backend_tokenizer", tokenizer)
    return str(fast.to_str()) if hasattr(fast, "to_str") else repr(sorted(tokenizer.get_vocab().items()))
