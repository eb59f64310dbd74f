"""An index that somebody has tampered with, checksums and all, is refused: it runs nothing and reads nothing outside."""

from __future__ import annotations

import contextlib
import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import BaowenError
from retriever.index.generations import current_generation
from retriever.index.manifest import MANIFEST, Manifest, seal, seal_all
from retriever.rebuild import rebuild
from server.app import create_app
from server.errors import ServerError
from server.settings import Settings


class Bomb:
    """Unpickling it makes a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self._file,)


@pytest.fixture
def copy(index: Path, tmp_path: Path) -> Path:
    """The live generation of an index of one's own."""
    root = Path(shutil.copytree(index, tmp_path / "index"))
    (tmp_path / "more.txt").write_text("本报讯（记者 王艳）市图书馆新馆开馆，藏书一百二十万册。", encoding="utf-8")
    return root / current_generation(root)


def sealed_again(generation: Path, **changes: object) -> None:
    """As an attacker would: the manifest names the bytes that are there now."""
    replace(Manifest.read(generation), files=seal_all(generation), **changes).write(generation)  # type: ignore[arg-type]


def status(generation: Path) -> int:
    """Of a question; 503 where the service refuses to start at all."""
    try:
        client = create_app(Settings(index=generation.parent)).test_client()
    except Exception as error:
        assert not isinstance(error, ServerError)
        assert "BaowenError" in [kind.__name__ for kind in type(error).__mro__], error
        return 503
    return client.post("/api/v1/ask", json={"question": "图书馆几点开门？"}).status_code


def test_the_copy_answers_as_it_is(copy: Path) -> None:
    sealed_again(copy)
    assert status(copy) == 200


def test_a_pickle_in_the_place_of_an_array_is_never_opened(copy: Path, tmp_path: Path) -> None:
    planted = tmp_path / "owned"
    statuses = []
    for file in sorted(copy.rglob("*.npy")):
        good = file.read_bytes()
        np.save(file, np.array([Bomb(planted)], dtype=object), allow_pickle=True)
        sealed_again(copy)
        statuses.append(status(copy))
        file.write_bytes(pickle.dumps(Bomb(planted)) if file.name == "known.npy" else good)
        sealed_again(copy)
    assert set(statuses) <= {200, 503}  # some are read by rebuilds alone
    assert 503 in statuses
    with contextlib.suppress(ValueError, BaowenError):  # a rebuild may do without what it cannot read, or say so
        rebuild([copy.parent.parent / "more.txt"], copy.parent)
    assert not planted.exists()


def test_an_array_that_claims_to_be_huge_is_refused(copy: Path) -> None:
    file = next((copy / "words").glob("*.npy"))
    header = str({"descr": "<f8", "fortran_order": False, "shape": (1 << 50,)}).encode().ljust(117) + b"\n"
    file.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    sealed_again(copy)
    assert status(copy) == 503


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "../CURRENT"])
def test_a_manifest_that_names_files_elsewhere_shows_nothing_of_them(copy: Path, name: str) -> None:
    made = Manifest.read(copy)
    target = copy / name
    if not target.exists():
        target.write_text("a secret", encoding="utf-8")
    replace(made, files={**made.files, name: seal(target)}).write(copy)
    assert status(copy) in (200, 503)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format": 4}', "{" * 100_000, '{"format": "4", "files": {"a": {}}}']
)
def test_a_manifest_of_nonsense_is_refused(copy: Path, text: str) -> None:
    (copy / MANIFEST).write_text(text, encoding="utf-8")
    assert status(copy) == 503


@pytest.mark.parametrize("encoder", ["../../evil", "/etc", "\0"])
def test_an_encoder_that_leads_elsewhere_is_not_loaded(
    copy: Path, encoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    sealed_again(copy, encoder=encoder)
    assert status(copy) == 503


@pytest.mark.parametrize("name", ["../../etc", "/etc", "..", "\0", "20260101T000000Z-aaaa/../..", "a" * 5000])
def test_current_cannot_lead_elsewhere(copy: Path, name: str) -> None:
    (copy.parent / "CURRENT").write_text(name, encoding="utf-8")
    assert status(copy) in (200, 503)  # from the generation that is sound, or not at all


def test_a_lexicon_of_nonsense_is_refused(copy: Path) -> None:
    for text in ("[]", json.dumps({"words": {"a": "b" * 100}}), "{" * 50_000):
        (copy / "lexicon.json").write_text(text, encoding="utf-8")
        sealed_again(copy)
        assert status(copy) == 503
