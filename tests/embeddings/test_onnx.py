"""ONNX gives torch's vectors without torch, and refuses what it would do otherwise."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import a_changed_copy, a_tiny_bert

import embeddings
from embeddings.encoder import load_encoder
from embeddings.errors import EncoderDamaged, EncoderError, OnnxFileMissing, OnnxUnsupported
from embeddings.onnx.__main__ import main as export_command
from embeddings.onnx.encoder import OnnxEncoder
from embeddings.onnx.export import export
from embeddings.options import EncoderOptions
from embeddings.transformer import TransformerEncoder

ROOT = Path(embeddings.__path__[0]).parent
TORCH, ONNX, INT8 = (EncoderOptions(backend=backend) for backend in ("torch", "onnx", "onnx-int8"))
TEXTS = ["春眠不觉晓", "处处闻啼鸟，夜来风雨声", "", "  花\n落 ", "Q: 图书馆几点开门？" * 12, "……"]


def in_a_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "pooling",
    [
        {"pooling_mode": "cls"},
        {"pooling_mode": "max"},
        {"pooling_mode": "lasttoken"},
        {"pooling_mode": "weightedmean"},
        {"pooling_mode": ["cls", "mean_sqrt_len_tokens"]},
        {"pooling_mode": "mean", "include_prompt": False},
        {"pooling_mode": "lasttoken", "include_prompt": False},
        # as written until version 5
        {
            "pooling_mode": None,
            "embedding_dimension": None,
            "word_embedding_dimension": 16,
            "pooling_mode_cls_token": True,
        },
    ],
)
def test_vectors_equal_torchs_however_pieces_are_pooled(
    pooling: dict[str, Any], tiny_onnx: Path, tmp_path: Path
) -> None:
    folder = a_changed_copy(tiny_onnx, tmp_path / "model", {"1_Pooling/config.json": pooling})
    torch_side, onnx_side = load_encoder(str(folder), TORCH), load_encoder(str(folder), ONNX)
    assert isinstance(torch_side, TransformerEncoder) and isinstance(onnx_side, OnnxEncoder)
    assert np.allclose(onnx_side.encode_passages(TEXTS), torch_side.encode_passages(TEXTS), atol=1e-5)
    assert np.allclose(onnx_side.encode_question(TEXTS[4]), torch_side.encode_question(TEXTS[4]), atol=1e-5)
    for options in (TORCH, ONNX):
        assert load_encoder(str(folder), options).fingerprint != load_encoder(str(tiny_onnx), options).fingerprint


def test_dense_layers_and_normalising_are_done_too(tmp_path: Path) -> None:
    folder = a_tiny_bert(tmp_path, narrowed_to=6)
    export(folder)
    ours, theirs = load_encoder(str(folder), ONNX), load_encoder(str(folder), TORCH)
    assert ours.dimensions == theirs.dimensions == 6
    assert np.allclose(ours.encode_passages(TEXTS), theirs.encode_passages(TEXTS), atol=1e-5)
    relu = {"activation_function": "torch.nn.modules.activation.ReLU"}
    other = a_changed_copy(folder, tmp_path / "relu", {"2_Dense/config.json": relu})
    ours, theirs = load_encoder(str(other), ONNX), load_encoder(str(other), TORCH)
    assert np.allclose(ours.encode_passages(TEXTS), theirs.encode_passages(TEXTS), atol=1e-5)


def test_eight_bits_are_near_and_never_pass_for_the_same(tiny_onnx: Path) -> None:
    encoders = [load_encoder(str(tiny_onnx), options) for options in (TORCH, ONNX, INT8)]
    assert len({encoder.fingerprint for encoder in encoders}) == 3
    exact, eight_bits = encoders[1].encode_passages(TEXTS), encoders[2].encode_passages(TEXTS)
    assert (exact * eight_bits).sum(axis=1).min() > 0.98
    assert not np.allclose(exact, eight_bits, atol=1e-6)


def test_asking_with_onnx_imports_no_torch(tiny_onnx: Path) -> None:
    code = (
        "import sys; from embeddings.encoder import load_encoder\n"
        f"encoder = load_encoder({str(tiny_onnx)!r})\n"
        "encoder.encode_question('图书馆几点开门'); encoder.encode_passages(['花落知多少'])\n"
        "print(type(encoder).__name__, sorted({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    assert in_a_process(code) == "OnnxEncoder []"


def test_without_onnxruntime_torch_is_taken_and_who_insists_is_told_what_to_install(tiny_onnx: Path) -> None:
    code = (
        "import sys; sys.modules['onnxruntime'] = None\n"
        "from embeddings.encoder import load_encoder\n"
        "from embeddings.errors import OnnxRuntimeMissing\n"
        "from embeddings.options import EncoderOptions\n"
        f"print(type(load_encoder({str(tiny_onnx)!r})).__name__)\n"
        f"try:\n    load_encoder({str(tiny_onnx)!r}, EncoderOptions(backend='onnx'))\n"
        "except OnnxRuntimeMissing as error:\n    print(error.message('en'))"
    )
    told = in_a_process(code)
    assert told.startswith("TransformerEncoder") and "pip install 'baowen[onnx]'" in told


def test_left_open_the_backend_is_the_one_that_made_the_index(tiny_onnx: Path, tiny_int8: Path) -> None:
    for options in (TORCH, ONNX, INT8):
        made = load_encoder(str(tiny_onnx), options)
        opened = load_encoder(str(tiny_onnx), like=made.fingerprint)
        assert (type(opened), opened.fingerprint) == (type(made), made.fingerprint)
    assert isinstance(load_encoder(str(tiny_onnx), like="0" * 64), OnnxEncoder)
    assert load_encoder(str(tiny_int8)).fingerprint == load_encoder(str(tiny_onnx), INT8).fingerprint


def test_hundreds_of_passages_on_all_cores_equal_the_same_ones_alone(tiny_onnx: Path) -> None:
    encoder = load_encoder(str(tiny_onnx), EncoderOptions(backend="onnx", batch=7))
    texts = ["春眠不觉晓处处闻啼鸟"[: n % 11] * (1 + n % 5) for n in range(300)]
    alone = np.vstack([encoder.encode_passages([text]) for text in texts])
    assert np.allclose(encoder.encode_passages(texts), alone, atol=1e-5)


def test_a_lower_casing_model_reads_capitals_as_small_letters(tiny_onnx: Path, tmp_path: Path) -> None:
    words = json.loads((tiny_onnx / "tokenizer.json").read_text(encoding="utf-8"))
    words["normalizer"]["lowercase"] = False
    changes = {"sentence_bert_config.json": {"do_lower_case": True}, "tokenizer_config.json": {"do_lower_case": False}}
    folder = a_changed_copy(tiny_onnx, tmp_path / "model", changes)
    (folder / "tokenizer.json").write_text(json.dumps(words), encoding="utf-8")
    encoder = load_encoder(str(folder), ONNX)
    assert np.allclose(encoder.encode_question("Q:花"), encoder.encode_question("q:花"), atol=1e-6)


def without(name: str) -> Any:
    return lambda folder: (folder / name).unlink()


def cut_short(name: str) -> Any:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:100])


def told_otherwise(name: str, **told: Any) -> Any:
    def harm(folder: Path) -> None:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        (folder / name).write_text(json.dumps({**content, **told}), encoding="utf-8")

    return harm


def another_module(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    modules.append({"idx": 2, "name": "2", "path": "2_LSTM", "type": "sentence_transformers.models.LSTM"})
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "error", "named"),
    [
        (without("onnx/model.onnx"), OnnxFileMissing, "python -m embeddings.onnx"),
        (cut_short("onnx/model.onnx"), EncoderDamaged, "model.onnx"),
        (without("tokenizer.json"), EncoderDamaged, "tokenizer.json"),
        (cut_short("tokenizer.json"), EncoderDamaged, "tokenizer.json"),
        (without("config.json"), EncoderDamaged, "config.json"),
        (without("1_Pooling/config.json"), EncoderDamaged, "config.json"),
        (without("modules.json"), OnnxUnsupported, "encoder_backend"),
        (another_module, OnnxUnsupported, "LSTM"),
        (told_otherwise("1_Pooling/config.json", pooling_mode="median"), OnnxUnsupported, "median"),
    ],
)
def test_what_cannot_be_run_is_told_before_anything_is_encoded(
    harm: Any, error: type[EncoderError], named: str, tiny_onnx: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_onnx, tmp_path / "model"))
    harm(folder)
    with pytest.raises(error) as raised:
        load_encoder(str(folder), ONNX)
    assert named in raised.value.message("en") and str(folder) in raised.value.message("zh")


def test_an_export_of_whole_sentences_is_refused(tiny_onnx: Path, tmp_path: Path) -> None:
    import onnx

    folder = Path(shutil.copytree(tiny_onnx, tmp_path / "model"))
    graph = onnx.load(folder / "onnx" / "model.onnx")
    graph.graph.node.append(onnx.helper.make_node("Identity", ["last_hidden_state"], ["sentence_embedding"]))
    graph.graph.output[0].name = "sentence_embedding"
    onnx.save(graph, folder / "onnx" / "model.onnx")
    with pytest.raises(OnnxUnsupported, match="sentence_embedding"):
        load_encoder(str(folder), ONNX)


def test_the_command_writes_both_files_and_leaves_nothing_else(
    tiny_cls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(tiny_cls, tmp_path / "model"))
    before = {path.name for path in folder.iterdir()}
    assert export_command([str(folder), "--int8"]) == 0
    assert {path.name for path in folder.iterdir()} - before == {"onnx"}
    assert sorted(path.name for path in (folder / "onnx").iterdir()) == ["model.onnx", "model_int8.onnx"]
    assert "model_int8.onnx" in capsys.readouterr().out
    (tmp_path / "empty").mkdir()
    assert export_command([str(tmp_path / "empty")]) == 1
    assert "modules.json" in capsys.readouterr().err
