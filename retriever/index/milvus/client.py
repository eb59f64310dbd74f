"""pymilvus's client: how it is connected, and its errors as ours."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retriever.errors import ExtraMissing, StoreAway, StoreError
from retriever.index.milvus.address import Address


def client_of(store: Address, timeout_s: float) -> Any:
    """Raises ExtraMissing, StoreAway."""
    try:
        import pymilvus
    except ModuleNotFoundError as error:
        raise ExtraMissing(package=error.name or "pymilvus", extra="milvus") from error
    logging.getLogger("pymilvus").setLevel(
        logging.CRITICAL
    )  # what it tells of errors, with tracebacks, is told by ours
    if store.is_file:
        _require_lite()
        if not Path(store.uri).parent.is_dir():
            raise StoreAway(store=store, detail=f"没有文件夹 (no such folder) {Path(store.uri).parent}")
    tls = {"secure": True, "server_pem_path": store.ca} if store.ca else {}
    if store.ca and not Path(store.ca).is_file():
        raise StoreAway(store=store, detail=f"没有证书文件 (no such certificate) {store.ca}")
    with told_as_ours(store):
        return pymilvus.MilvusClient(uri=store.uri, token=store.token, db_name=store.database, timeout=timeout_s, **tls)


def _require_lite() -> None:
    try:
        import milvus_lite  # noqa: F401
    except ModuleNotFoundError as error:
        raise ExtraMissing(package="milvus-lite", extra="milvus-lite") from error


@contextlib.contextmanager
def told_as_ours(store: Address) -> Iterator[None]:
    """pymilvus's errors as ours."""
    import grpc
    from pymilvus.exceptions import ConnectError, MilvusException, MilvusUnavailableException

    try:
        yield
    except (ConnectError, MilvusUnavailableException) as error:
        raise StoreAway(store=store, detail=_short(error)) from error
    except grpc.RpcError as error:
        raise StoreAway(store=store, detail=_short(error)) from error
    except MilvusException as error:
        away = "connect" in str(error).lower() or "timeout" in str(error).lower() or "unavailable" in str(error).lower()
        raise (StoreAway if away else StoreError)(store=store, detail=_short(error)) from error


def _short(error: Exception) -> str:
    told = getattr(error, "message", None) or str(error)
    return " ".join(str(told).split())[:300]
