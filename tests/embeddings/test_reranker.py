"""Cross-encoders: what a user brings in a folder, and what is told where it cannot be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_reranker import a_tiny_reranker, rename_labels

from embeddings.errors import RerankerNotFound, RerankerUnusable
from embeddings.options import EncoderOptions
from embeddings.reranker import load_reranker

QUESTION = "图书馆几点开门"
TEXTS = ["春眠不觉晓", "图书馆开门", "夜来风雨声，花落知多少" * 20, "", "医保报销比例"]
ASK = """
import sys
from embeddings.reranker import load_reranker
print(load_reranker(sys.argv[1]).scores("图书馆", ["春眠"]).shape, "torch" in sys.modules)
"""


@pytest.fixture(scope="module")
def torch_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_tiny_reranker(tmp_path_factory.mktemp("reranker") / "torch")


@pytest.fixture(scope="module")
def onnx_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_tiny_reranker(tmp_path_factory.mktemp("reranker") / "onnx", onnx=True)


def test_each_text_gets_a_score_of_its_own(torch_folder: Path) -> None:
    scores = load_reranker(str(torch_folder)).scores(QUESTION, TEXTS)
    assert scores.shape == (len(TEXTS),)
    assert len(set(scores.tolist())) == len(TEXTS)


def test_a_score_does_not_depend_on_what_stands_beside_it(torch_folder: Path, onnx_folder: Path) -> None:
    for folder in (torch_folder, onnx_folder):
        reranker = load_reranker(str(folder), EncoderOptions(batch=2))
        alone = [reranker.scores(QUESTION, [text])[0] for text in TEXTS]
        assert np.allclose(reranker.scores(QUESTION, TEXTS), alone, atol=1e-5)


def test_onnx_gives_torchs_scores(torch_folder: Path, onnx_folder: Path) -> None:
    theirs, ours = (load_reranker(str(folder)).scores(QUESTION, TEXTS) for folder in (torch_folder, onnx_folder))
    assert np.allclose(theirs, ours, atol=1e-4)


def test_with_an_onnx_file_no_torch_is_imported(onnx_folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ASK, str(onnx_folder)], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "(1,) False"


def test_no_texts_are_no_obstacle(torch_folder: Path, onnx_folder: Path) -> None:
    assert all(load_reranker(str(folder)).scores(QUESTION, []).shape == (0,) for folder in (torch_folder, onnx_folder))


def test_a_folder_that_is_not_there_is_told_in_both_languages() -> None:
    with pytest.raises(RerankerNotFound) as told:
        load_reranker("./nowhere/at/all")
    assert "nowhere" in told.value.message("zh")
    assert "reranker" in told.value.message("en")


def test_a_classifier_of_several_kinds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RerankerUnusable, match="3 labels"):
        load_reranker(str(a_tiny_reranker(tmp_path / "three", labels=3)))


def test_an_encoder_is_not_taken_for_a_cross_encoder(tiny_bert: Path, tmp_path: Path) -> None:
    with pytest.raises(RerankerUnusable):
        load_reranker(str(tiny_bert))
    folder = a_tiny_reranker(tmp_path / "plain")
    rename_labels(folder, "BertModel")
    with pytest.raises(RerankerUnusable, match="BertModel"):
        load_reranker(str(folder))


def test_missing_weights_are_told_before_the_first_question(tmp_path: Path) -> None:
    folder = a_tiny_reranker(tmp_path / "bare")
    (folder / "model.safetensors").unlink()
    with pytest.raises(RerankerUnusable):
        load_reranker(str(folder))


def test_onnx_asked_for_where_there_is_none_is_told(torch_folder: Path) -> None:
    with pytest.raises(RerankerUnusable, match="ONNX"):
        load_reranker(str(torch_folder), EncoderOptions(backend="onnx"))
