from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import embeddings
from embeddings.encoder import DEFAULT_ENCODER, SHIPPED, load_encoder
from embeddings.errors import EncoderDamaged
from embeddings.pieces import MANY
from embeddings.static import StaticEncoder, is_static_folder

TEXTS = [
    "国家医保局\n从明年起，居民医保门诊报销比例提高到百分之六十。",
    "春眠不觉晓，处处闻啼鸟。",
    "The 2022 Winter Olympics, １２３！",
    "",
    "图书馆几点开门？",
]


@pytest.mark.parametrize("which", ["shipped", "tiny"])
def test_vectors_equal_those_of_sentence_transformers(which: str, tiny_static: Path) -> None:
    from sentence_transformers import SentenceTransformer

    folder = SHIPPED[DEFAULT_ENCODER] if which == "shipped" else tiny_static
    encoder = StaticEncoder.load(folder)
    model = SentenceTransformer(str(folder), device="cpu").float()  # it cannot add up the 8 bits of the shipped file
    theirs = model.encode(TEXTS, show_progress_bar=False)
    assert np.allclose(encoder.encode_passages(TEXTS), theirs, atol=1e-5)
    often = -(-MANY // len(TEXTS))  # many texts take another way
    assert np.allclose(encoder.encode_passages(TEXTS * often), np.tile(theirs, (often, 1)), atol=1e-5)


def test_asking_with_the_shipped_model_imports_no_torch() -> None:
    ask = (
        "import sys; from embeddings.encoder import load_encoder; load_encoder().encode_question('医保怎么报销')\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    root = Path(embeddings.__path__[0]).parent
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False, cwd=root)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_shipped_model_is_small_enough_to_carry() -> None:
    files = [path for path in SHIPPED[DEFAULT_ENCODER].rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 15_500_000


def test_everyday_words_find_what_the_paper_prints() -> None:
    encoder = load_encoder()
    passages = encoder.encode_passages(
        [
            "国家医疗保障局宣布提高居民门诊费用报销比例。",
            "台风登陆福建，沿海渔船全部回港避风。",
            "中国队在世界杯预选赛中以三比一战胜对手。",
            "央行下调贷款市场报价利率，房贷月供减少。",
        ]
    )
    questions = ["看病能报多少钱", "刮大风打鱼的船咋办", "国足踢赢了吗", "买房子还贷款会不会便宜点"]
    nearest = [int(np.argmax(passages @ encoder.encode_question(question)[0])) for question in questions]
    assert nearest == [0, 1, 2, 3]


@pytest.mark.parametrize("which", ["shipped", "tiny"])
@pytest.mark.parametrize("many", [1, 1000])
def test_many_passages_equal_the_same_ones_alone(
    which: str, many: int, tiny_static: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.static.TEXTS_AT_ONCE", 7)
    monkeypatch.setattr("embeddings.static.MANY", many)
    encoder = load_encoder() if which == "shipped" else load_encoder(str(tiny_static))
    texts = ["春眠不觉晓" * n for n in range(40)] + ["花" * 200, ""]
    alone = np.vstack([encoder.encode_question(text) for text in texts])
    assert np.allclose(encoder.encode_passages(texts), alone, atol=1e-6)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("harm", ["missing", "truncated"])
def test_a_damaged_folder_is_named_with_the_file(name: str, harm: str, tiny_static: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_static, tmp_path / "model"))
    file = folder / "0_StaticEmbedding" / name
    content = file.read_bytes()
    file.unlink()
    if harm == "truncated":
        file.write_bytes(content[: len(content) // 2])
    with pytest.raises(EncoderDamaged, match=name) as raised:
        load_encoder(str(folder))
    assert str(folder) in raised.value.message("zh")
    assert str(folder) in raised.value.message("en")


def test_fewer_vectors_than_pieces_count_as_damage(tiny_static: Path, tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    folder = Path(shutil.copytree(tiny_static, tmp_path / "model"))
    save_file({"embedding.weight": np.ones((3, 8), np.float16)}, folder / "0_StaticEmbedding" / "model.safetensors")
    with pytest.raises(EncoderDamaged, match="3 vectors"):
        load_encoder(str(folder))


def test_garbage_in_the_list_of_modules_counts_as_damage(tiny_static: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_static, tmp_path / "model"))
    (folder / "modules.json").write_text("[1, 2", encoding="utf-8")
    with pytest.raises(EncoderDamaged, match=r"modules\.json"):
        load_encoder(str(folder))


def test_a_model_with_more_layers_is_not_taken_for_a_static_one(tiny_static: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_static, tmp_path / "model"))
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    modules.append({"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"})
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    assert is_static_folder(tiny_static)
    assert not is_static_folder(folder)


def test_a_folder_saved_by_sentence_transformers_itself_is_read(tiny_static: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    SentenceTransformer(str(tiny_static), device="cpu").save(str(tmp_path / "saved"))
    ours, theirs = StaticEncoder.load(tiny_static), StaticEncoder.load(tmp_path / "saved")
    assert np.array_equal(ours.encode_passages(TEXTS), theirs.encode_passages(TEXTS))
