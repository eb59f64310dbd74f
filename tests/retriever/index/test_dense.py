"""The vector index: the same however it came about while it is exact, the same neighbours when it is compressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.index import long_codes
from retriever.index.dense import FEW, DenseIndex, codes_of
from retriever.index.dense_writer import SIX_BITS_FROM, DensePlan, DenseWriter, Kept

DIMENSIONS = 128
ROWS = 9_000
COMPRESSED_FROM = 700

Rows = NDArray[np.int64]
Write = Callable[..., DenseIndex]


def unit_vectors(rows: int, seed: int = 0, dimensions: int = DIMENSIONS) -> Vectors:
    """Around thirty centres, as passages stand around their subjects."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(30, dimensions))
    vectors = centres[random.integers(30, size=rows)] + random.normal(size=(rows, dimensions))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / lengths, np.float32)


def written(
    file: Path, vectors: Vectors, places: Rows | None = None, kept: Kept | None = None, limit: int = COMPRESSED_FROM
) -> DensePlan:
    writer = DenseWriter(file, vectors.shape[1], exact_up_to=limit)
    for block in np.array_split(vectors, 7):
        writer.add(block)
    return writer.finish(places, kept)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_and_open(vectors: Vectors, *args: object, **options: object) -> DenseIndex:
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.faiss"
        written(file, vectors, *args, **options)  # type: ignore[arg-type]  # as written takes them
        return DenseIndex.open(file)

    return write_and_open


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return unit_vectors(ROWS)


@pytest.fixture(scope="module")
def compressed(vectors: Vectors, tmp_path_factory: pytest.TempPathFactory) -> DenseIndex:
    file = tmp_path_factory.mktemp("dense") / "dense.faiss"
    assert written(file, vectors) == DensePlan("compressed", ROWS, file.stat().st_size)
    assert [other.name for other in file.parent.iterdir()] == [file.name], "what was spooled is gone"
    return DenseIndex.open(file)


def best(vector: Vectors, vectors: Vectors, k: int, allowed: Rows | None = None) -> list[int]:
    rows = np.arange(len(vectors)) if allowed is None else allowed
    found: list[int] = rows[np.argsort(-(vectors[rows] @ vector[0]), kind="stable")][:k].tolist()
    return found


@settings(max_examples=40, deadline=None)
@given(data=st.data(), fates=st.lists(st.sampled_from(["kept", "gone", "added"]), max_size=60))
def test_a_small_index_that_has_grown_is_byte_for_byte_one_made_anew(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, fates: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("grown")
    vectors = unit_vectors(len(fates), seed=len(fates))
    fate = np.array(fates, np.object_)
    was, stays, comes = (np.flatnonzero(np.isin(fate, names)) for names in (["kept", "gone"], ["kept"], ["added"]))
    final = np.full(len(fates), -1, np.int64)  # in another order than before
    final[data.draw(st.permutations([*stays, *comes]))] = np.arange(len(stays) + len(comes))

    written(folder / "before", vectors[was])
    written(folder / "grown", vectors[comes], final[comes], (DenseIndex.open(folder / "before"), final[was]))
    written(folder / "anew", vectors[np.argsort(final)][len(fates) - len(stays) - len(comes) :])
    assert (folder / "grown").read_bytes() == (folder / "anew").read_bytes()


def test_every_row_of_a_compressed_index_is_nearest_to_itself(compressed: DenseIndex, vectors: Vectors) -> None:
    for row in range(0, ROWS, 61):
        rows, cosines = compressed.nearest(vectors[row : row + 1], 3)
        assert rows[0] == row and cosines[0] == pytest.approx(1, abs=0.02)


def test_six_bits_find_nearly_all_that_exact_vectors_find(write: Write) -> None:
    many = unit_vectors(2_000, dimensions=SIX_BITS_FROM)
    index = write(many)
    assert index.long.sq.bits == 6 and index.long.code_size == SIX_BITS_FROM * 6 // 8
    questions = unit_vectors(60, seed=5, dimensions=SIX_BITS_FROM)
    found = [set(index.nearest(q[None], 10)[0].tolist()) & set(best(q[None], many, 10)) for q in questions]
    assert sum(map(len, found)) / (10 * len(questions)) >= 0.95  # of real passages 0.985: noise has closer neighbours
    rows = np.arange(0, 2_000, 7)
    decoded = index.long.reconstruct_batch(rows)
    assert np.allclose(index.vectors(rows), decoded, atol=1e-6)


def test_a_compressed_index_finds_what_an_exact_one_finds(compressed: DenseIndex, vectors: Vectors) -> None:
    questions = unit_vectors(200, seed=5)
    found = [set(compressed.nearest(q[None], 10)[0].tolist()) & set(best(q[None], vectors, 10)) for q in questions]
    assert sum(map(len, found)) / (10 * len(questions)) >= 0.98


def test_cosines_are_right_to_the_second_figure(compressed: DenseIndex, vectors: Vectors) -> None:
    rows, question = np.arange(0, ROWS, 11), unit_vectors(1, seed=3)
    assert np.allclose(compressed.cosines(question, rows), vectors[rows] @ question[0], atol=0.01)
    assert compressed.cosines(question, rows[:0]).shape == (0,)


def test_a_code_means_what_faiss_means_by_it(compressed: DenseIndex) -> None:
    rows, question = np.arange(0, ROWS, 11), unit_vectors(1, seed=3)
    decoded = compressed.long.reconstruct_batch(rows)
    assert np.allclose(compressed.vectors(rows), decoded, atol=1e-6)
    assert np.allclose(np.linalg.norm(decoded, axis=1), 1, atol=0.02)
    decoded /= np.linalg.norm(decoded, axis=1, keepdims=True)
    assert np.allclose(compressed.cosines(question, rows), decoded @ question[0], atol=1e-5)


@pytest.mark.parametrize("bits", [6, 8])
@pytest.mark.parametrize("dimensions", [1, 7, 32, 36])
def test_kernel_and_numpy_tell_the_same_cosines_to_the_last_bit(dimensions: int, bits: int) -> None:
    random = np.random.default_rng(dimensions)
    codes = random.integers(0, 256, (50, -(-dimensions * bits // 8)), np.uint8)
    rows = random.integers(0, 50, 33)
    each = random.normal(size=(3, -(-dimensions // 8), 8)).astype(np.float32)
    told = long_codes.cosines(codes, rows, *each, bits, 0.5)
    assert told.tolist() == long_codes.fast_cosines(codes, rows, *each, bits, 0.5).tolist()
    assert long_codes.fast_cosines(codes, rows[:0], *each, bits, 0.5).shape == (0,)


@pytest.mark.parametrize("share", [0.0005, 0.04, FEW / ROWS + 0.05, 0.98])
def test_a_filter_loses_nothing(compressed: DenseIndex, share: float) -> None:
    everything = compressed.vectors(np.arange(ROWS))  # as the long codes tell them
    allowed = np.flatnonzero(np.random.default_rng(1).random(ROWS) < share)
    shared = 0
    for question in unit_vectors(30, seed=8):
        rows, cosines = compressed.nearest(question[None], 20, allowed)
        assert len(rows) == min(20, len(allowed)) and np.isin(rows, allowed).all()
        assert np.all(np.diff(cosines) <= 0)
        shared += len(set(rows.tolist()) & set(best(question[None], everything, 20, allowed)))
    assert shared >= 0.98 * 30 * min(20, len(allowed))


def test_a_filter_that_only_lets_far_rows_pass_still_finds_the_nearest_of_them(
    compressed: DenseIndex, vectors: Vectors
) -> None:
    question = vectors[:1]
    everything = compressed.vectors(np.arange(ROWS))
    everything /= np.linalg.norm(everything, axis=1, keepdims=True)
    far = np.sort(np.argsort(everything @ question[0])[: ROWS * 2 // 3])
    rows, _ = compressed.nearest(question, 20, far)
    assert rows.tolist() == best(question, everything, 20, far)


def test_rows_that_are_kept_keep_their_codes(write: Write, compressed: DenseIndex, vectors: Vectors) -> None:
    final = np.random.default_rng(2).permutation(ROWS)
    stays = np.arange(ROWS) % 9 != 0
    grown = write(vectors[~stays], final[~stays], (compressed, np.where(stays, final, -1)))
    for made, before in ((grown.long, compressed.long), (grown.short, compressed.short)):
        assert np.array_equal(codes_of(made)[final[stays]], codes_of(before)[stays])
    for row in range(0, ROWS, 61):
        assert grown.nearest(vectors[row : row + 1], 1)[0].tolist() == [final[row]]


@pytest.mark.parametrize("first", [COMPRESSED_FROM // 2, ROWS // 5], ids=["exact before", "compressed before"])
def test_an_index_that_outgrows_itself_finds_every_row(write: Write, vectors: Vectors, first: int) -> None:
    before = write(vectors[:first])
    grown = write(vectors[first:], np.arange(first, ROWS), (before, np.arange(first)))
    assert before.is_exact == (first < COMPRESSED_FROM) and not grown.is_exact
    for row in range(0, ROWS, 61):
        assert grown.nearest(vectors[row : row + 1], 1)[0].tolist() == [row]


def test_codes_never_become_exact_vectors_again(tmp_path: Path, compressed: DenseIndex) -> None:
    writer = DenseWriter(tmp_path / "dense.faiss", DIMENSIONS, exact_up_to=COMPRESSED_FROM)
    assert writer.carries(compressed, COMPRESSED_FROM + 1) and not writer.carries(compressed, COMPRESSED_FROM)
    with pytest.raises(ValueError, match="cannot keep"):
        writer.finish(None, (compressed, np.where(np.arange(ROWS) < 5, np.arange(ROWS), -1)))


@pytest.mark.parametrize("dimensions", [6, 7, 96])
def test_vectors_of_any_length_are_compressed(write: Write, dimensions: int) -> None:
    vectors = unit_vectors(1000, dimensions=dimensions)
    vectors[3] = 0  # of a text without a letter
    index = write(vectors)
    assert index.dimensions == dimensions and not index.is_exact
    assert index.nearest(vectors[:1], 1)[0].tolist() == [0]
    assert np.linalg.norm(index.vectors(np.array([3]))) < 0.1


def test_an_empty_index_opens_and_finds_nothing(write: Write) -> None:
    index = write(np.empty((0, DIMENSIONS), np.float32))
    assert len(index) == 0 and index.nearest(unit_vectors(1), 5)[0].tolist() == []


@pytest.mark.parametrize("rows", [300, 1500])
@pytest.mark.parametrize("share", [0, 0.1, 0.9999])
def test_a_file_that_was_cut_is_refused(tmp_path: Path, rows: int, share: float) -> None:
    file = tmp_path / "dense.faiss"
    written(file, unit_vectors(rows))
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    with pytest.raises(RuntimeError):
        DenseIndex.open(file)


@pytest.mark.parametrize("place", [4, 41, 77, 78], ids=["dimensions", "of a part", "of the codebook", "far too many"])
def test_a_header_that_was_damaged_is_refused(tmp_path: Path, place: int) -> None:
    file = tmp_path / "dense.faiss"
    written(file, unit_vectors(1500))
    damaged = bytearray(file.read_bytes())
    damaged[place] ^= 1
    file.write_bytes(damaged)
    with pytest.raises(RuntimeError):
        DenseIndex.open(file)
