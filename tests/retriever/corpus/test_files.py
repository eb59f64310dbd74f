from __future__ import annotations

from pathlib import Path

import pytest

from retriever.corpus import READABLE, find_files, sidecar_details
from retriever.errors import BadRecord, NothingToRead, PathNotFound


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("正文。", encoding="utf-8")


def names(*paths: Path) -> list[str]:
    return [file.name for file in find_files(paths)]


def test_articles_are_found_in_every_folder_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a.jsonl.gz", "2024/06/c.MD", "2024/d.csv", "e.png", "f.jsonl.xz", "g.html")
    assert names(tmp_path) == ["2024/06/c.MD", "2024/d.csv", "a.jsonl.gz", "b.txt", "f.jsonl.xz", "g.html"]


def test_what_stands_beside_articles_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "README.md", "sub/readme.txt", "pages.csv", ".hidden.txt", ".git/b.txt")
    assert names(tmp_path) == ["a.txt"]


def test_a_file_given_by_name_is_read_even_if_it_is_a_readme(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "a.txt")
    assert names(tmp_path / "README.md", tmp_path / "a.txt", tmp_path) == ["README.md", "a.txt"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "in/a.txt", "out/secret.txt")
    (tmp_path / "in" / "leak.txt").symlink_to(tmp_path / "out" / "secret.txt")
    (tmp_path / "in" / "leaks").symlink_to(tmp_path / "out", target_is_directory=True)
    (tmp_path / "in" / "round").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "in" / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "in" / "b.txt").symlink_to(tmp_path / "in" / "a.txt")
    assert names(tmp_path / "in") == ["a.txt"]


def test_a_wrong_path_and_an_empty_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(PathNotFound, match="missing"):
        find_files([tmp_path / "missing"])
    write(tmp_path, "photo.jpg")
    with pytest.raises(NothingToRead) as caught:
        find_files([tmp_path])
    assert all(suffix in str(caught.value) for suffix in READABLE)


def test_the_sidecar_names_paper_day_and_page(tmp_path: Path) -> None:
    (tmp_path / "pages.csv").write_text(
        "file,source,date,page\n001.txt,周口日报,2022-08-03,1\n004.txt, 新乡日报 ,,\n,无名,,\n", encoding="utf-8-sig"
    )
    assert sidecar_details(tmp_path) == {
        "001.txt": ("周口日报", "2022-08-03", "1"),
        "004.txt": ("新乡日报", None, None),
    }


def test_a_spreadsheets_gbk_sidecar_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "pages.csv").write_text("file,source\n001.txt,周口日报\n", encoding="gbk")
    assert sidecar_details(tmp_path) == {"001.txt": ("周口日报", None, None)}


def test_no_sidecar_is_no_details(tmp_path: Path) -> None:
    assert sidecar_details(tmp_path) == {}


def test_a_date_that_is_none_is_reported_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "pages.csv").write_text("file,date\n001.txt,8月3日\n", encoding="utf-8")
    with pytest.raises(BadRecord, match="2"):
        sidecar_details(tmp_path)
