"""A model's own prompts reach questions and passages, whatever it calls them, with torch and with ONNX alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import a_changed_copy

from embeddings.encoder import load_encoder
from embeddings.options import Backend, EncoderOptions

CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"prompts": {"query": "q: ", "passage": "p: "}}, "q: ", "p: "),
    # what sentence-transformers 6 makes of the line above when it saves the model
    ({"prompts": {"query": "q: ", "document": "", "passage": "p: "}}, "q: ", "p: "),
    ({"prompts": {"query": "q: ", "document": "p: "}}, "q: ", "p: "),
    ({"prompts": {"s2p_query": "q: ", "s2s_query": "p: "}}, "q: ", ""),
    ({"prompts": {"search_query": "q: ", "search_document": "p: "}}, "q: ", "p: "),
    ({"prompts": {}}, "", ""),
    ({"prompts": None}, "", ""),
    ({"prompts": {"any": "q: "}, "default_prompt_name": "any"}, "q: ", "q: "),
    ({"prompts": {"query": "q: "}, "default_prompt_name": "query"}, "q: ", ""),
    ({"prompts": {"query": "q: ", "document": "", "any": "p: "}, "default_prompt_name": "any"}, "q: ", "p: "),
]


@pytest.mark.parametrize("backend", ["torch", "onnx"])
@pytest.mark.parametrize(("told", "before_question", "before_passage"), CASES)
def test_the_models_own_prompts_are_put_before_texts(
    told: dict[str, Any], before_question: str, before_passage: str, backend: Backend, tiny_onnx: Path, tmp_path: Path
) -> None:
    folder = a_changed_copy(tiny_onnx, tmp_path / "model", {"config_sentence_transformers.json": told})
    bare = a_changed_copy(tiny_onnx, tmp_path / "bare", {"config_sentence_transformers.json": {"prompts": {}}})
    encoder, plain = (load_encoder(str(of), EncoderOptions(backend=backend)) for of in (folder, bare))
    text = "花落知多少"
    expected = plain.encode_passages([before_question + text, before_passage + text])
    assert np.allclose(encoder.encode_question(text)[0], expected[0], atol=1e-5)
    assert np.allclose(encoder.encode_passages([text])[0], expected[1], atol=1e-5)
    wanted = bool(before_question or before_passage)
    assert (encoder.fingerprint != plain.fingerprint) == wanted, "other prompts are other vectors"
