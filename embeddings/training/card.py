"""The model card that goes into the folder of a new model."""

from __future__ import annotations

from embeddings.training.recipe import Learnt, Recipe

CARD = """card
"""


def model_card(recipe: Recipe, learnt: Learnt) -> str:
    return CARD
