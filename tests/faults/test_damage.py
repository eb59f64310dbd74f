"""Whatever happens to the files of the live generation, no answer is wrong: the one before serves, and it is told."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.editions import QUESTION, an_edition, edition_told, the_one_edition

from retriever.errors import DamagedSetAside, IndexDamaged, OlderGenerationServes
from retriever.index import snapshot
from retriever.index.generations import current_generation, damaged_generations, generations
from retriever.index.health import check
from retriever.index.snapshot import open_snapshot
from server.live import LiveSearcher

Injected = Callable[[str], None]
PATIENCE_S = 60


@pytest.fixture(scope="session")
def two_editions(tmp_path_factory: pytest.TempPathFactory, tiny_static: Path) -> Path:
    """An index whose live generation says 乙版 and the one before 甲版; to be copied."""
    root = tmp_path_factory.mktemp("two") / "index"
    for edition in ("甲版", "乙版"):
        an_edition(root, edition, tiny_static)
    return root


@pytest.fixture
def root(two_editions: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(two_editions, tmp_path / "index"))


def files_of_the_live_one(root: Path) -> list[Path]:
    return sorted(file for file in (root / current_generation(root)).rglob("*") if file.is_file())


def flipped(at: float) -> Callable[[Path], None]:
    def flip(file: Path) -> None:
        content = bytearray(file.read_bytes())
        content[min(int(at * len(content)), len(content) - 1)] ^= 0x10
        file.write_bytes(content)

    return flip


DAMAGE: dict[str, Callable[[Path], None]] = {
    "first byte flipped": flipped(0),
    "a byte flipped": flipped(0.37),
    "last byte flipped": flipped(1),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-1]) and None,
    "emptied": lambda file: file.write_bytes(b"") and None,
    "grown": lambda file: file.write_bytes(file.read_bytes() + b"\0") and None,
    "zeroed": lambda file: file.write_bytes(bytes(file.stat().st_size)) and None,
    "missing": lambda file: file.unlink(),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_file_never_answers_the_generation_before_does(root: Path, injected: Injected, kind: str) -> None:
    files = files_of_the_live_one(root)
    assert len(files) >= 15
    for file in files:
        sound = file.read_bytes()
        DAMAGE[kind](file)
        injected(kind)
        assert file.exists() is (kind != "missing")
        assert file.read_bytes() != sound if file.exists() else True
        assert edition_told(root) == "甲版", f"{file.name}: {kind}"
        assert check(root), f"{file.name}: {kind}"
        file.write_bytes(sound)
    assert edition_told(root) == "乙版"


def test_at_start_a_damaged_generation_is_named_set_aside_whole_and_stays_so_after_a_restart(root: Path) -> None:
    older, newer = sorted(generations(root))
    file = files_of_the_live_one(root)[0]
    flipped(0.5)(file)
    damaged = {found.name: found.read_bytes() for found in files_of_the_live_one(root)}
    live = LiveSearcher(root)
    assert live.searcher().generation == older
    assert isinstance(live.warning, OlderGenerationServes)
    assert newer in str(live.warning)
    assert file.name in str(live.warning)
    assert "baowen rebuild" in str(live.warning)
    live.close()
    assert (current_generation(root), damaged_generations(root)) == (older, [newer])
    kept = [found for found in (root / f"damaged-{newer}").rglob("*") if found.is_file()]
    assert {found.name: found.read_bytes() for found in kept} == damaged
    assert check(root) == []

    again = LiveSearcher(root)
    again.searcher()
    assert isinstance(again.warning, DamagedSetAside)
    again.close()


def test_a_rebuild_ends_the_warning_and_never_deletes_what_was_set_aside(root: Path, tiny_static: Path) -> None:
    newer = current_generation(root)
    flipped(0.5)(files_of_the_live_one(root)[0])
    now = 0.0
    live = LiveSearcher(root, patience_s=PATIENCE_S, clock=lambda: now)
    live.searcher()
    for edition in ("丙版", "丙版", "丙版"):
        an_edition(root, edition, tiny_static)
        now += 1
        assert the_one_edition(live.searcher().ask(QUESTION).hits[0].passage.text) == edition
        assert live.warning is None
    assert damaged_generations(root) == [newer]
    live.close()


def test_a_damaged_generation_that_was_never_noticed_does_not_count_as_one_that_is_kept(
    root: Path, tiny_static: Path
) -> None:
    older, newer = sorted(generations(root))
    files_of_the_live_one(root)[0].unlink()
    third = an_edition(root, "丙版", tiny_static)
    assert generations(root) == [third, older]
    assert damaged_generations(root) == [newer]


def test_when_every_generation_is_damaged_nothing_answers_and_the_message_says_what_to_do(
    root: Path, injected: Injected
) -> None:
    for folder in generations(root):
        next((root / folder).rglob("dense.faiss")).unlink()
        injected("missing")
    with pytest.raises(IndexDamaged, match=r"dense\.faiss.*baowen rebuild"):
        open_snapshot(root)
    assert len(generations(root)) == 2


@pytest.mark.parametrize("pointer", [None, b"", b"\0" * 22, b"20260101T000000Z-0000\n", b"../elsewhere", b"\xff\xfe"])
def test_a_lost_pointer_is_put_right_from_what_is_there(root: Path, injected: Injected, pointer: bytes | None) -> None:
    newer = current_generation(root)
    (root / "CURRENT").unlink() if pointer is None else (root / "CURRENT").write_bytes(pointer)
    injected("pointer")
    assert edition_told(root) == "乙版"
    live = LiveSearcher(root)
    assert live.searcher().generation == newer
    assert live.warning is not None
    live.close()
    assert current_generation(root) == newer
    assert check(root) == []


@pytest.mark.parametrize("edition_before", [True, False])
def test_what_is_too_large_to_be_read_at_start_is_read_while_it_serves(
    root: Path, injected: Injected, monkeypatch: pytest.MonkeyPatch, edition_before: bool
) -> None:
    monkeypatch.setattr(snapshot, "READ_WHOLE", 0)  # everything is too large
    older, newer = sorted(generations(root))
    if not edition_before:
        shutil.rmtree(root / older)
    flipped(1)(root / newer / "words" / "codes.npy")  # it still opens
    injected("a byte flipped")
    live = LiveSearcher(root)
    try:
        live.searcher()
        for _ in range(600):
            try:
                generation = live.searcher().generation
            except IndexDamaged as refused:
                assert not edition_before
                assert "baowen rebuild" in str(refused)
                return
            if generation == older:
                break
            time.sleep(0.1)
        assert edition_before
        assert generation == older
        assert isinstance(live.warning, OlderGenerationServes)
        assert damaged_generations(root) == [newer]
    finally:
        live.close()
