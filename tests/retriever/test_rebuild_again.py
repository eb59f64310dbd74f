"""A second rebuild does what has changed, says so, and begins anew where what there is cannot be relied on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from growing import contents

from embeddings.encoder import Encoder, Vectors, load_encoder
from retriever.domain import Filters
from retriever.errors import ProblemsRefused
from retriever.index.generations import current_generation
from retriever.index.health import check
from retriever.index.known import Known
from retriever.index.manifest import Manifest, seal_all
from retriever.index.snapshot import open_snapshot
from retriever.rebuild import HowToRead, fingerprints, rebuild
from retriever.rebuild import sources as sources_module
from retriever.search import Searcher
from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.words import UserWord

DAYS = [f"市图书馆第{n}分馆开馆，藏书{n}万册。" * 12 for n in range(30)]


class Counting:
    """An encoder that remembers what it was asked for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.asked = encoder, list[str]()
        self.name, self.fingerprint, self.dimensions = encoder.name, encoder.fingerprint, encoder.dimensions
        self.costly = encoder.costly

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self._encoder.encode_passages(texts)

    def encode_question(self, text: str) -> Vectors:
        return self._encoder.encode_question(text)


@pytest.fixture
def counting(tiny_static: Path, monkeypatch: pytest.MonkeyPatch) -> Counting:
    encoder = Counting(load_encoder(str(tiny_static)))
    monkeypatch.setattr("retriever.rebuild.load_encoder", lambda name, options: encoder)
    return encoder


def write(file: Path, texts: Sequence[str]) -> Path:
    file.parent.mkdir(exist_ok=True, parents=True)
    lines = (json.dumps({"title": text[:9], "text": text}, ensure_ascii=False) for text in texts)
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    write(tmp_path / "papers" / "a.jsonl", DAYS[:20])
    write(tmp_path / "papers" / "b.jsonl", DAYS[20:])
    return tmp_path / "papers"


def test_one_line_more_in_a_file_makes_one_article(papers: Path, tmp_path: Path, counting: Counting) -> None:
    root = tmp_path / "index"
    first = rebuild([papers], root)
    assert (first.made_anew, first.anew, first.unchanged) == (30, "first", 0)
    counting.asked.clear()
    write(papers / "a.jsonl", [*DAYS[:7], "新修的石桥今天通车。", *DAYS[7:20]])
    again = rebuild([papers], root)
    assert counting.asked == ["新修的石桥今天通车\n新修的石桥今天通车。"]
    assert (again.made_anew, again.anew, again.unchanged, again.articles) == (1, None, 1, 31)
    assert "没有变化、未重读的文件：1 个；重新分词和编码的文章：1 篇" in again.lines("zh")


def test_a_file_that_is_renamed_changes_where_its_articles_stand_and_nothing_is_encoded(
    papers: Path, tmp_path: Path, counting: Counting
) -> None:
    root = tmp_path / "index"
    rebuild([papers], root)
    counting.asked.clear()
    (papers / "b.jsonl").rename(papers / "0.jsonl")
    again = rebuild([papers], root)
    assert counting.asked == [] and again.made_anew == 0 and again.unchanged == 1
    rebuild([papers], tmp_path / "anew")
    assert contents(root) == contents(tmp_path / "anew")
    snapshot = open_snapshot(root)
    assert {info.file for info in snapshot.store.articles(Filters(), 1, 100).articles} == {"0.jsonl", "a.jsonl"}


def test_an_article_that_is_deleted_answers_no_more(papers: Path, tmp_path: Path, tiny_static: Path) -> None:
    root = tmp_path / "index"
    write(papers / "c.jsonl", ["新修的石桥今天通车，全长三百米。"])
    rebuild([papers], root, encoder=str(tiny_static))
    (papers / "c.jsonl").unlink()
    rebuild([papers], root, encoder=str(tiny_static))
    searcher = Searcher.open(root)
    assert not any("石桥" in hit.passage.text for hit in searcher.ask("石桥全长多少米？").hits)
    assert searcher.status().articles == 30
    searcher.close()


def test_full_makes_everything_anew_and_comes_to_the_same(papers: Path, tmp_path: Path, counting: Counting) -> None:
    root = tmp_path / "index"
    rebuild([papers], root)
    before, asked = contents(root), sorted(counting.asked)
    counting.asked.clear()
    report = rebuild([papers], root, full=True)
    assert contents(root) == before and sorted(counting.asked) == asked
    assert report.anew == "asked" and any("--full" in line for line in report.lines("en"))


def test_a_damaged_generation_is_not_grown_from(papers: Path, tmp_path: Path, tiny_static: Path) -> None:
    root = tmp_path / "index"
    rebuild([papers], root, encoder=str(tiny_static))
    before = contents(root)
    file = root / current_generation(root) / "known.npy"
    flipped = bytearray(file.read_bytes())
    flipped[-1] ^= 1
    file.write_bytes(flipped)
    report = rebuild([papers], root, encoder=str(tiny_static))
    assert report.anew == "damaged" and any("damaged" in line for line in report.lines("en"))
    assert contents(root) == before and check(root) == []


def test_a_generation_sealed_with_a_file_of_another_form_is_not_grown_from(
    papers: Path, tmp_path: Path, tiny_static: Path
) -> None:
    root = tmp_path / "index"
    rebuild([papers], root, encoder=str(tiny_static))
    before, folder = contents(root), root / current_generation(root)
    np.save(folder / "known.npy", np.array([{"a": 1}], object), allow_pickle=True)
    replace(Manifest.read(folder), files=seal_all(folder)).write(folder)
    assert rebuild([papers], root, encoder=str(tiny_static)).anew == "damaged"
    assert contents(root) == before and check(root) == []


def test_another_encoder_or_other_words_begin_anew(papers: Path, tmp_path: Path, tiny_static: Path) -> None:
    root, words = tmp_path / "index", tmp_path / "words.txt"
    rebuild([papers], root, encoder=str(tiny_static))
    assert rebuild([papers], root).anew == "encoder"
    words.write_text("第一分馆 9\n", encoding="utf-8")
    assert rebuild([papers], root, how=HowToRead(user_dictionary=words)).anew == "code"
    assert rebuild([papers], root, how=HowToRead(user_dictionary=words)).anew is None


def test_synonyms_of_ones_own_change_no_article_and_are_in_the_next_generation(
    papers: Path, tmp_path: Path, counting: Counting
) -> None:
    root, synonyms = tmp_path / "index", tmp_path / "synonyms.txt"
    rebuild([papers], root)
    counting.asked.clear()
    synonyms.write_text("书馆子, 图书馆\n", encoding="utf-8")
    report = rebuild([papers], root, how=HowToRead(synonyms=synonyms))
    assert report.anew is None and counting.asked == []
    assert open_snapshot(root).lexicon.rules


def test_a_file_that_changes_while_it_is_read_is_read_again_the_next_time(
    papers: Path, tmp_path: Path, tiny_static: Path
) -> None:
    root = tmp_path / "index"

    def meanwhile(stage: str, done: int, total: int) -> None:
        if stage == "read" and done and not (papers / "late").exists():
            (papers / "late").touch()
            write(papers / "a.jsonl", [*DAYS[:20], "新修的石桥今天通车。"])

    rebuild([papers], root, encoder=str(tiny_static), progress=meanwhile)
    again = rebuild([papers], root, encoder=str(tiny_static))
    assert again.articles == 31 and again.unchanged == 1


def test_problems_of_files_that_are_not_read_again_are_told_again_and_are_refused_where_it_is_strict(
    papers: Path, tmp_path: Path, tiny_static: Path
) -> None:
    root = tmp_path / "index"
    (papers / "c.jsonl").write_text('{no json\n{"text": "一篇。"}\n', encoding="utf-8")
    first = rebuild([papers], root, encoder=str(tiny_static))
    again = rebuild([papers], root, encoder=str(tiny_static))
    assert again.unchanged == 3 and first.problem_count == again.problem_count == 1
    assert [str(problem) for problem in again.problems] == [str(problem) for problem in first.problems]
    assert [page.state for page in again.pages] == [page.state for page in first.pages]
    with pytest.raises(ProblemsRefused, match=r"c\.jsonl"):
        rebuild([papers], root, encoder=str(tiny_static), strict=True)


def test_a_large_collection_that_shrinks_is_exact_again(
    tmp_path: Path, tiny_static: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retriever.index import writer

    few = writer.DenseWriter
    monkeypatch.setattr(writer, "DenseWriter", lambda file, dimensions: few(file, dimensions, exact_up_to=40))
    papers, root = tmp_path / "papers", tmp_path / "index"
    write(papers / "many.jsonl", [f"第{n}号石桥今天通车。" for n in range(300)])
    write(papers / "few.jsonl", DAYS[:5])
    rebuild([papers], root, encoder=str(tiny_static))
    assert open_snapshot(root).manifest.vectors == "compressed"
    (papers / "many.jsonl").unlink()
    report = rebuild([papers], root, encoder=str(tiny_static))
    assert open_snapshot(root).manifest.vectors == "exact" and report.unchanged == 1
    rebuild([papers], tmp_path / "anew", encoder=str(tiny_static))
    assert contents(root) == contents(tmp_path / "anew")


def test_a_digest_of_the_code_changes_with_any_source_and_any_table(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "code.py").write_text("a = 1\n")
    (package / "table.tsv").write_text("a\tb\n")
    first = fingerprints.digest([package])
    (package / "notes.md").write_text("no part of it")
    assert fingerprints.digest([package]) == first
    (package / "table.tsv").write_text("a\tc\n")
    second = fingerprints.digest([package])
    (package / "code.py").rename(package / "other.py")
    assert len({first, second, fingerprints.digest([package])}) == 3
    assert all(path.exists() for path in (*fingerprints.READING, *fingerprints.MAKING))
    assert fingerprints.made_with(SHIPPED) != fingerprints.made_with(Lexicon((UserWord("石桥"),)))


def test_the_same_article_twice_is_found_twice(papers: Path, tmp_path: Path, tiny_static: Path) -> None:
    root = tmp_path / "index"
    shutil.copy(papers / "a.jsonl", papers / "c.jsonl")
    rebuild([papers], root, encoder=str(tiny_static))
    known = Known.open(root / current_generation(root))
    found = known.find(known.records["told"][3].tobytes())
    assert len(found) == 2 and 3 in found.tolist() and np.all(np.diff(found) > 0)
    assert known.find(b"\0" * 16).tolist() == []


def test_what_a_sidecar_says_of_a_file_is_part_of_how_it_is_read() -> None:
    lines = sources_module._lines_of
    named = {"a.pdf#2": ("甲", None, None), "b.zip/c/d.txt": ("乙", None, None), "e.txt": ("丙", None, None)}
    files = [type("File", (), {"name": name}) for name in ("a.pdf", "b.zip", "e.txt", "f.txt")]
    assert {name: len(told) for name, told in lines(files, named).items()} == {"a.pdf": 1, "b.zip": 1, "e.txt": 1}
