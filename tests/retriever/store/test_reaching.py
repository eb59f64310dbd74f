"""A store behind TLS, with a token and a database: what is written in its address and beside it arrives, and nothing leaks.

Between the client and milvus-lite's server stands one that speaks TLS, passes every call on, and notes what came with it.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from stores import SHELF, baowen, shelf

from retriever.errors import StoreAddressWrong, StoreAway
from retriever.index.milvus.address import Address
from retriever.rebuild.slices import publish_slices, rebuild_slice
from retriever.search import Searcher
from server.settings import Settings

TOKEN = "reader:a-secret-of-two-words"
pytest.importorskip("pymilvus", reason="pip install 'baowen[milvus]'")


@dataclass
class Door:
    port: int
    certificate: Path
    told: set[tuple[str, str | bytes]] = field(default_factory=set)  # headers of all calls

    def address(self, name: str, options: str = "") -> str:
        return f"milvus://localhost:{self.port}/{name}?tls=1&ca={self.certificate}{options}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = [
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        str(folder / "key.pem"),
        "-out",
        str(folder / "ca.pem"),
    ]
    subprocess.run([*made, *names], check=True, capture_output=True)
    return folder / "ca.pem"


@pytest.fixture(scope="module")
def door(milvus: str, certificate: Path) -> Iterator[Door]:
    import grpc

    inside = grpc.insecure_channel(milvus.removeprefix("milvus://"))
    found = Door(0, certificate)

    class Passing(grpc.GenericRpcHandler):  # type: ignore[misc]
        def service(self, call: Any) -> Any:
            found.told.update((key, value) for key, value in call.invocation_metadata)
            onward = inside.unary_unary(call.method, lambda told: told, lambda told: told)
            return grpc.unary_unary_rpc_method_handler(lambda request, _: onward(request))

    server = grpc.server(ThreadPoolExecutor(8), handlers=[Passing()])
    key = certificate.with_name("key.pem").read_bytes()
    tls = grpc.ssl_server_credentials([(key, certificate.read_bytes())])
    found.port = server.add_secure_port("localhost:0", tls)
    server.start()
    yield found
    server.stop(None)
    inside.close()


def test_a_store_behind_tls_is_written_and_asked_with_its_token_and_database(door: Door, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    address = door.address("behind_tls", "&database=default")
    settings = Settings(store=address, store_token_file=tmp_path / "token")
    store = settings.address
    assert store is not None
    rebuild_slice([shelf(tmp_path / "papers", SHELF[0])], store)
    publish_slices(store)
    with closing(Searcher.open(Path("none"), store=store)) as searcher:
        assert searcher.ask("淇河大桥总投资多少？").answer is not None
        assert "secret" not in f"{searcher.status()} {store} {store!r} {settings!r}"
    told = {key: value for key, value in door.told if key in ("authorization", "dbname")}
    assert told["dbname"] == "default"
    assert told["authorization"]
    assert str(store) == address


def test_who_does_not_trust_the_certificate_is_told_that_the_store_is_away(door: Door) -> None:
    # In a process of its own: pymilvus keeps the connections that others of this one trusted.
    refused = baowen("ask", "你好", "--store", f"milvus://localhost:{door.port}/behind_tls?tls=1")
    assert refused.returncode == 1
    assert "cannot be reached" in refused.stderr.splitlines()[-1]  # below what gRPC itself says of the certificate
    with pytest.raises(StoreAway, match=r"nowhere\.pem"):
        Searcher.open(Path("none"), store=Address.of(f"milvus://localhost:{door.port}/x?tls=1&ca=/nowhere.pem"))


@pytest.mark.parametrize(
    "url",
    [
        "milvus://host/papers?token=the-secret",
        "milvus://root:the-secret@host/papers",
        "milvus://host/papers?tls=the-secret",
        "milvus://host/papers?tls=1&tls=0",
        "milvus://host/papers?ca=/x.pem",
        "milvus://host/papers?database=a-b",
        "milvus:///srv/papers.db/papers?tls=1",
        "milvus+tls://host/papers",
    ],
)
def test_what_an_address_may_not_hold_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(StoreAddressWrong) as told:
        Address.of(url)
    assert "the-secret" not in told.value.message("zh") + told.value.message("en") + repr(told.value)
    with pytest.raises(StoreAddressWrong):
        Settings(store=url)


def test_a_token_is_shown_by_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOWEN_STORE", "milvus://127.0.0.1:9/papers?database=library")
    monkeypatch.setenv("BAOWEN_STORE_TOKEN", TOKEN)
    said = baowen("settings")
    assert "database=library" in said.stdout
    assert "secret" not in said.stdout + said.stderr
