"""An index and the encoder that opens it: whatever does not belong together is told before anything is asked or lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from embeddings.encoder import load_encoder
from embeddings.errors import EncoderChanged, EncoderDamaged, EncoderNotFound, EncoderOptionRefused
from embeddings.options import EncoderOptions
from retriever.errors import WrongEncoder
from retriever.index.generations import current_generation
from retriever.index.health import check
from retriever.rebuild import rebuild
from retriever.search import Searcher
from server.cli import main


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    page = "本报讯（记者 王艳）8月2日，市图书馆新馆开馆，藏书一百二十万册。"
    (tmp_path / "papers" / "a.txt").write_text(page, encoding="utf-8")
    return tmp_path / "papers"


@pytest.mark.parametrize("name", ["甲" * 5000, "a\0b", ""])
def test_a_name_that_no_file_can_have_is_told_as_one_that_is_not_there(name: str) -> None:
    with pytest.raises(EncoderNotFound) as told:
        load_encoder(name)
    assert len(told.value.message("zh")) < 1000


def test_an_index_opens_with_the_backend_that_made_it(papers: Path, tiny_onnx: Path, tmp_path: Path) -> None:
    for backend in ("torch", "onnx", "onnx-int8"):
        root = tmp_path / backend
        rebuild([papers], root, encoder=str(tiny_onnx), options=EncoderOptions(backend=backend))
        searcher = Searcher.open(root, mode="dense")
        assert searcher.ask("图书馆几点开门").hits
        searcher.close()


def test_another_model_length_or_backend_is_told_apart(
    papers: Path, tiny_onnx: Path, tiny_static: Path, tmp_path: Path
) -> None:
    root = tmp_path / "index"
    rebuild([papers], root, encoder=str(tiny_onnx), options=EncoderOptions(backend="onnx"))
    for options in (EncoderOptions(length=12), EncoderOptions(backend="torch")):
        with pytest.raises(EncoderChanged, match="encoder_length"):
            Searcher.open(root, options=options)
    with pytest.raises(WrongEncoder, match="tiny-static"):  # 8 numbers a vector, where the index has 16
        Searcher.open(root, encoder=str(tiny_static))


def test_a_rebuild_with_a_broken_encoder_reads_nothing_and_changes_nothing(
    papers: Path, tiny_bert: Path, tmp_path: Path
) -> None:
    root, read = tmp_path / "index", list[str]()
    rebuild([papers], root)
    before = current_generation(root)
    (tmp_path / "broken").mkdir()
    for encoder, options, error in (
        (str(tmp_path / "broken"), EncoderOptions(), EncoderDamaged),
        (str(tiny_bert), EncoderOptions(length=5_000), EncoderOptionRefused),
    ):
        with pytest.raises(error):
            rebuild([papers], root, encoder=encoder, options=options, progress=lambda stage, *_: read.append(stage))
    assert read == [] and current_generation(root) == before and check(root) == []


def test_the_command_line_hands_the_options_down(papers: Path, tiny_onnx: Path, tmp_path: Path) -> None:
    index = ["--index", str(tmp_path / "index"), "--encoder", str(tiny_onnx), "--encoder-backend", "onnx-int8"]
    door = CliRunner()
    built = door.invoke(main, ["rebuild", str(papers), *index, "--encoder-batch", "4", "--encoder-device", "cpu"])
    assert built.exit_code == 0, built.output
    assert door.invoke(main, ["ask", "图书馆新馆藏书多少册", *index]).exit_code == 0
    refused = door.invoke(main, ["ask", "图书馆", *index, "--encoder-length", "12"])
    assert refused.exit_code == 1 and "encoder_length" in refused.output
