"""Kernels: the package works without them, and says in the tests where they were not built."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import SEEDS, chinese_text

from embeddings import pieces
from embeddings.encoder import DEFAULT_ENCODER, SHIPPED
from embeddings.kernels import SWITCH, faster
from embeddings.static import read_tokenizer
from embeddings.sums import UNIT, Sums, sparse_product, whole_numbers
from embeddings.unigram import Unigram

PROJECT = Path(__file__).parents[2]
KERNELS = sorted(
    ".".join(path.relative_to(PROJECT).with_suffix("").parts)
    for package in ("embeddings", "retriever")
    for path in (PROJECT / package).rglob("*.pyx")
)


@pytest.mark.parametrize("module", KERNELS)
def test_every_kernel_is_built_where_there_is_a_compiler(module):
    if not (shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")):
        pytest.skip("no C compiler here: Python and numpy serve, and what holds kernels equal to them is not run")
    importlib.import_module(module)


def test_every_kernel_stands_in_the_table_and_has_its_stub():
    table = (PROJECT / "setup.py").read_text(encoding="utf-8")
    assert KERNELS
    for module in KERNELS:
        path = module.replace(".", "/")
        assert f'"{path}.pyx"' in table
        assert (PROJECT / f"{path}.pyi").is_file()


def test_what_was_not_built_is_served_by_python():
    assert faster("embeddings._no_such_kernel", "anything", len) is len


def test_a_kernel_that_lacks_something_else_is_not_passed_over(tmp_path, monkeypatch):
    monkeypatch.delenv(SWITCH, raising=False)
    (tmp_path / "broken_kernel.py").write_text("import no_such_library")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        faster("broken_kernel", "anything", len)


def test_kernels_can_be_switched_off():
    told = subprocess.run(
        [sys.executable, "-c", "from embeddings.kernels import faster; print(faster('math', 'floor', len) is len)"],
        env={**os.environ, SWITCH: "off"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "True\n"


@pytest.fixture(scope="module")
def cutters():
    """The shipped encoder's, compiled and not."""
    pytest.importorskip("embeddings._unigram", reason="kernels are not built here: no C compiler")
    folder = SHIPPED[DEFAULT_ENCODER]
    tokenizer = read_tokenizer(folder, folder / "0_StaticEmbedding" / "tokenizer.json")
    with pytest.MonkeyPatch.context() as patch:
        compiled = pieces.cutter_for(tokenizer)
        patch.setattr(pieces, "_model", Unigram.of)
        return compiled, pieces.cutter_for(tokenizer)


some_texts = st.lists(chinese_text() | st.text("中国人民0123ab. 万\u0301é℃㎡𠀀\n", max_size=60), max_size=12)


@settings(max_examples=60, deadline=None)
@given(some_texts, st.sampled_from(["", "同一个标题\n", "2023年的事，\r\n", "𠀀\n", "12\n"]))
def test_texts_are_cut_into_the_same_pieces(cutters, texts, headline):
    texts = [headline + text for text in texts]
    (ours, our_bounds), (theirs, their_bounds) = (cutter.cut(texts) for cutter in cutters)
    assert ours.tolist() == theirs.tolist() and our_bounds.tolist() == their_bounds.tolist()


def test_the_seed_pages_are_cut_into_the_same_pieces(cutters):
    texts = [file.read_text(encoding="utf-8") for file in sorted(SEEDS.glob("*.txt"))]
    (ours, _), (theirs, _) = (cutter.cut(texts) for cutter in cutters)
    assert ours.tolist() == theirs.tolist()


@given(st.lists(st.lists(st.integers(0, 19), max_size=11), max_size=5), st.integers(1, 40))
def test_vectors_are_summed_to_the_last_bit(texts, dimensions):
    unigram = pytest.importorskip("embeddings._unigram", reason="kernels are not built here: no C compiler")
    weights = np.random.default_rng(3).standard_normal((20, dimensions)).astype(np.float32)
    numbers = np.array([number for text in texts for number in text], np.int32)
    bounds = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    assert np.array_equal(unigram.summed(weights, numbers, bounds), sparse_product(weights, numbers, bounds))


whole = st.integers(-640, 640)


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 9), max_size=70), max_size=6),
    st.lists(whole, min_size=10, max_size=10),
    st.booleans(),
)
def test_sums_of_whole_numbers_are_the_same_to_the_last_bit(texts, values, share):
    pytest.importorskip("embeddings._unigram", reason="kernels are not built here: no C compiler")
    texts = [texts[0][:30] + text for text in texts] if share and texts else texts
    weights = np.outer(np.array(values), [1, -1, 0, 1, 1, -1, 1, 1, 1]).astype(np.float32) * np.float32(UNIT)
    numbers = np.array([number for text in texts for number in text], np.int32)
    bounds = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    assert whole_numbers(weights) is not None
    assert np.array_equal(Sums(weights).of(numbers, bounds), sparse_product(weights, numbers, bounds))


@pytest.mark.parametrize("odd", [0.3, 2.0**-10, 8.0, float("nan"), float("inf")])
def test_other_weights_are_summed_as_floats(odd):
    weights = np.array([[0.5, odd], [-1.25, 0.25]], np.float32)
    assert whole_numbers(weights) is None
    numbers, bounds = np.array([0, 1, 1, 0, 0], np.int32), np.array([0, 4, 5], np.int64)
    assert np.array_equal(Sums(weights).of(numbers, bounds), sparse_product(weights, numbers, bounds), equal_nan=True)
