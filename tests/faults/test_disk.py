"""Disks that are full, or may only be read; clocks that jump; files and memory that come back."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from faults.editions import QUESTION, an_edition, edition_told

from retriever.errors import IndexNotWritten, NotEnoughRoom
from retriever.index.generations import current_generation, generations, order_of_trust, publish, writing
from retriever.index.health import check
from server.live import LiveSearcher

Injected = Callable[[str], None]
FULL, STEP = 1536, 32  # kilobytes


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, one or two megabytes large; remounted with other sizes by the tests."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("a small disk can be mounted by root only")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={FULL}k", "tmpfs", folder], check=False).returncode:
        pytest.skip("no disk may be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)


def test_on_a_disk_that_is_full_at_any_point_the_old_generation_answers_and_the_numbers_are_told(
    disk: Path, first_edition: Path, tiny_static: Path, injected: Injected
) -> None:
    root = Path(shutil.copytree(first_edition, disk / "index"))
    filler = disk / "filler"
    refused: list[type[Exception]] = []
    for left in range(0, FULL, STEP):
        filler.unlink(missing_ok=True)
        free = shutil.disk_usage(disk).free // 1024
        if left >= free:
            break
        filler.write_bytes(bytes((free - left) * 1024))
        try:
            an_edition_on(disk.parent, root, "乙版", tiny_static)
        except (IndexNotWritten, NotEnoughRoom) as error:
            refused.append(type(error))
            injected("disk full")
            assert edition_told(root) == "甲版"
            assert check(root) == []
            assert len(generations(root)) == 1
            assert not list(root.glob(".building-*"))
        else:
            assert edition_told(root) == "乙版"
            break
    assert refused[0] is NotEnoughRoom  # asked for before anything was written
    assert refused[-1] is IndexNotWritten  # and found out while writing, where the estimate was too low
    assert current_generation(root) != current_generation(first_edition)


def an_edition_on(articles_folder: Path, root: Path, edition: str, encoder: Path) -> str:
    from faults.editions import articles

    from retriever.rebuild import rebuild

    return rebuild([articles(articles_folder, edition)], root, encoder=str(encoder)).generation


def test_not_enough_room_tells_both_numbers(disk: Path, tmp_path: Path) -> None:
    remount(disk, "size=64k")
    page = tmp_path / "a.txt"
    page.write_text("市图书馆新馆开馆。\n" * 20_000, encoding="utf-8")
    with pytest.raises(NotEnoughRoom, match=r"2\.\d MB.*0\.1 MB.*--index") as refused:
        an_edition_of(page, disk / "index")
    assert "--index" in refused.value.message("en")
    assert not (disk / "index").exists()


def an_edition_of(page: Path, root: Path) -> None:
    from retriever.rebuild import rebuild

    rebuild([page], root)


def test_a_folder_that_may_only_be_read_is_served_checked_and_left_alone(
    disk: Path, first_edition: Path, tiny_static: Path, injected: Injected
) -> None:
    root = Path(shutil.copytree(first_edition, disk / "index"))
    an_edition_on(disk.parent, root, "乙版", tiny_static)
    remount(disk, "ro")
    injected("read-only")
    try:
        assert edition_told(root) == "乙版"
        assert check(root, deep=True) == []
        with pytest.raises(IndexNotWritten, match="权限"):
            an_edition_on(disk.parent, root, "丙版", tiny_static)
        remount(disk, "rw")
        newer, older = order_of_trust(root)
        (root / newer / "dense.faiss").unlink()
        remount(disk, "ro")
        live = LiveSearcher(root)
        assert live.searcher().generation == older
        assert "留在原处" in str(live.warning)
        live.close()
    finally:
        remount(disk, "rw")


def test_a_clock_that_was_put_back_never_makes_an_older_generation_the_newest(
    first_edition: Path, tmp_path: Path, tiny_static: Path, injected: Injected
) -> None:
    root = tmp_path / "index"
    an_edition(root, "甲版", tiny_static)
    names = [current_generation(root)]
    start = datetime.now(UTC)
    for jump_h in (24 * 365 * 70, -24, 0, 0, -24 * 365 * 20, 1, -5):  # 70 years on, a day back, …
        injected("clock")
        with writing(root, clock=lambda jump_h=jump_h: start + timedelta(hours=jump_h)) as folder:  # type: ignore[misc]
            shutil.copytree(root / names[0], folder, dirs_exist_ok=True)
            publish(folder)
        names.append(current_generation(root))
    assert names == sorted(set(names))
    assert generations(root)[0] == names[-1]
    newest = an_edition(root, "乙版", tiny_static)  # by the clock of this machine
    assert newest == max(generations(root))
    assert edition_told(root) == "乙版"


def test_twenty_rebuilds_leave_no_file_open_and_no_generation_behind(
    first_edition: Path, tmp_path: Path, tiny_static: Path
) -> None:
    root = Path(shutil.copytree(first_edition, tmp_path / "index"))
    now = 0.0
    live = LiveSearcher(root, patience_s=60, clock=lambda: now)
    live.searcher().ask(QUESTION)
    before = opened_below(root)
    for n in range(20):
        an_edition(root, ("乙版", "丙版")[n % 2], tiny_static)
        now += 1
        live.searcher().ask(QUESTION)
        opened = opened_below(root)
        assert {Path(name).relative_to(root).parts[0] for name in opened} == {current_generation(root)}
        assert (
            len(opened) <= len(before) + 2
        )  # the store is opened once a thread: here, and where the generation was opened
    assert len(generations(root)) == 2
    live.close()
    assert opened_below(root) == []


def opened_below(root: Path) -> list[str]:
    """Files and maps of this process below ``root``, as the kernel lists them."""
    if not Path("/proc/self/maps").exists():
        pytest.skip("what a process has open is listed by Linux only")
    files = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            files.append(str(link.readlink()))
        except FileNotFoundError:  # the listing itself
            continue
    maps = [line.split(maxsplit=5)[-1].strip() for line in Path("/proc/self/maps").read_text().splitlines()]
    return [name for name in (*files, *maps) if name.startswith(str(root))]
