"""Models by name: what of them stands in the local cache, and fetching what does not. Imports nothing that is slow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embeddings.encoder import DEFAULT_ENCODER
from embeddings.errors import EncoderNotFound, HubUnreachable

HUB_SECONDS = 5.0  # how long the hub may take to answer before it counts as unreachable
LIST_OF_MODULES = "modules.json"


def full_name(name: str) -> str:
    """As sentence-transformers reads names without an owner.

    >>> full_name("all-MiniLM-L6-v2"), full_name("BAAI/bge-small-zh-v1.5")
    ('sentence-transformers/all-MiniLM-L6-v2', 'BAAI/bge-small-zh-v1.5')
    """
    return name if "/" in name else f"sentence-transformers/{name}"


def cached_folder(name: str) -> Path | None:
    """Where the local cache keeps the model, if it knows of its modules.

    A cache that another program filled may hold the network without the modules after it; sentence-transformers would
    then make up a pooling of its own, and give vectors that the model's makers never meant.
    """
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(full_name(name), LIST_OF_MODULES)
    return Path(found).parent if isinstance(found, str) else None


def ask_hub(name: str) -> list[str]:
    """One quick question before a download, whose own retries take minutes without a network: the model's files.

    Raises EncoderNotFound where the hub answers that it has no such model for us, else HubUnreachable.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import BadRequestError, HFValidationError, RepositoryNotFoundError

    try:
        found = HfApi().model_info(full_name(name), timeout=HUB_SECONDS)
    except (BadRequestError, HFValidationError, RepositoryNotFoundError) as error:  # also: private, gated
        raise EncoderNotFound(name=name, default=DEFAULT_ENCODER, detail=first_line(error)) from error
    except Exception as error:  # offline, no route, proxies, certificates: each library below has its own errors
        raise HubUnreachable(name=name, default=DEFAULT_ENCODER, detail=first_line(error)) from error
    return [file.rfilename for file in found.siblings or ()]


def fetch(name: str, patterns: Sequence[str]) -> Path:
    """Download these files of a model into the local cache; where they then are. Raises HubUnreachable."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(full_name(name), allow_patterns=list(patterns)))
    except Exception as error:  # a connection that breaks, a full disk: the reason goes into the message
        raise HubUnreachable(name=name, default=DEFAULT_ENCODER, detail=first_line(error)) from error


def first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
