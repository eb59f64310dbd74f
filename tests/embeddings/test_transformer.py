from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import embeddings
from embeddings.encoder import load_encoder
from embeddings.errors import EncoderDamaged, EncoderNotFound

ROOT = Path(embeddings.__path__[0]).parent


def test_questions_and_passages_get_the_prompts_of_the_model(tiny_bert: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(tiny_bert), device="cpu")
    theirs = model.encode(["q: 花落知多少", "p: 花落知多少"], normalize_embeddings=True, show_progress_bar=False)
    encoder = load_encoder(str(tiny_bert))
    assert np.allclose(encoder.encode_question("花落知多少")[0], theirs[0], atol=1e-5)
    assert np.allclose(encoder.encode_passages(["花落知多少"])[0], theirs[1], atol=1e-5)


def test_an_incomplete_folder_is_named(tiny_bert: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_bert, tmp_path / "model"))
    (folder / "model.safetensors").unlink()
    with pytest.raises(EncoderDamaged) as raised:
        load_encoder(str(folder))
    assert str(folder) in str(raised.value)


def test_other_weights_make_another_fingerprint(tiny_bert: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = Path(shutil.copytree(tiny_bert, tmp_path / "model"))
    weights = load_file(folder / "model.safetensors")
    name = min(weights)
    weights[name] = weights[name] + 1
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    assert load_encoder(str(folder)).fingerprint != load_encoder(str(tiny_bert)).fingerprint


@pytest.mark.parametrize("name", ["没有的文件夹", "./no/such/folder", "../models/x", "", "a/b/c"])
def test_a_name_that_cannot_be_one_is_refused_at_once(name: str) -> None:
    with pytest.raises(EncoderNotFound, match="baowen-static-zh"):
        load_encoder(name)


@pytest.mark.parametrize("settings", [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9"}])
def test_without_a_network_an_unknown_name_is_told_within_seconds(settings: dict[str, str], tmp_path: Path) -> None:
    code = (
        "from embeddings.encoder import load_encoder\n"
        "from embeddings.errors import EncoderNotFound\n"
        "try:\n    load_encoder('nobody/no-such-model')\n"
        "except EncoderNotFound as error:\n    print(error.message('en'))"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
        env={**os.environ, "HF_HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8", **settings},
    )
    assert "nobody/no-such-model" in done.stdout, done.stderr
    assert "baowen-static-zh" in done.stdout
    assert time.monotonic() - began < 40
