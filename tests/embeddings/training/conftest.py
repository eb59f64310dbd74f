"""A tiny encoder that knows nothing of the made-up archive yet: every character its own random vector."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.static import StaticEncoder
from embeddings.training.export import write_model
from embeddings.training.train import initial_weights
from embeddings.training.vocabulary import UNKNOWN, empty_tokenizer
from tests.embeddings.training.archive import stories


@pytest.fixture(scope="session")
def start_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    characters = sorted({character for story in stories() for character in story.title + story.text})
    pieces = [UNKNOWN, *(character for character in characters if character.isalnum())]
    tokenizer = empty_tokenizer([(piece, -1.0) for piece in pieces])
    weights = initial_weights(len(pieces), 32, seed=1)
    return write_model(tmp_path_factory.mktemp("start") / "tiny", tokenizer, weights, card="tiny\n")


@pytest.fixture(scope="session")
def start(start_folder: Path) -> StaticEncoder:
    return StaticEncoder.load(start_folder, name="tiny")
