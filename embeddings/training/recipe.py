"""The conductor: a data folder → vocabulary → shelf → epochs of pairs → vectors."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

from embeddings.static import StaticEncoder
from embeddings.training.batches import Wording, batches
from embeddings.training.corpus import Article, Question, read_training_data
from embeddings.training.pairs import SHORT, Lesson, Mixture, plan_batches, plan_epoch, prepare
from embeddings.training.shelf import build_shelf
from embeddings.training.synonyms import Synonyms, read_synonyms, synonym_articles
from embeddings.training.train import initial_weights, train
from embeddings.training.vocabulary import learn_vocabulary, sample_texts

SYNONYMS_COUNT = 3  # everyday words are rare in print: told three times, more of them become pieces


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the weights, besides the data. The defaults made the shipped model."""

    pieces: int = 29_000
    dimensions: int = 512
    vocabulary_articles: int = 30_000
    epochs: int = 6
    batch: int = 4_096
    rate: float = 0.013
    decay: float = 0.05
    seed: int = 7
    wording: Wording = field(default_factory=Wording)
    mixture: Mixture = field(default_factory=Mixture)


@dataclass(frozen=True, slots=True)
class Learnt:
    tokenizer: Tokenizer
    weights: NDArray[np.float32]
    losses: list[float]
    pairs: int


@dataclass(frozen=True, slots=True)
class Start:
    """Where learning goes on from: the pieces and vectors of an earlier model."""

    tokenizer: Tokenizer
    weights: NDArray[np.float32]


def learn(data: Path, recipe: Recipe, *, start: Start | None = None) -> Learnt:
    """Learn from a data folder; the same folder, recipe, start and library versions give the same weights.

    Without a start the vocabulary is learnt too, and may differ in a few pieces from run to run.
    Raises TrainingDataMissing where the folder holds no articles.
    """
    articles, questions = read_training_data(data)
    synonyms = read_synonyms(data / "synonyms.tsv")
    return learn_from(articles, questions, synonyms, recipe, start=start)


def learn_from(
    articles: Sequence[Article],
    questions: Sequence[Question],
    synonyms: Synonyms,
    recipe: Recipe,
    *,
    start: Start | None = None,
) -> Learnt:
    start = start or fresh_start(articles, questions, synonyms, recipe)
    taught = [*articles, *synonym_articles(synonyms)]
    lesson = prepare(taught, questions, build_shelf(taught, start.tokenizer))
    return run_epochs(lesson, synonyms, start, recipe)


def fresh_start(
    articles: Sequence[Article], questions: Sequence[Question], synonyms: Synonyms, recipe: Recipe
) -> Start:
    texts = sample_texts(
        [f"{article.title}\n{article.text}" for article in articles if article.source not in SHORT],
        [*(question.text for question in questions), *SYNONYMS_COUNT * tuple(synonyms.partners)],
        count=recipe.vocabulary_articles,
        seed=recipe.seed,
    )
    tokenizer = learn_vocabulary(texts, pieces=recipe.pieces)
    return Start(tokenizer, initial_weights(tokenizer.get_vocab_size(), recipe.dimensions, seed=recipe.seed))


def run_epochs(lesson: Lesson, synonyms: Synonyms, start: Start, recipe: Recipe) -> Learnt:
    rng = random.Random(recipe.seed)
    epochs = [plan_epoch(lesson, recipe.mixture, rng) for _ in range(recipe.epochs)]
    plan = [batch for tasks in epochs for batch in plan_batches(lesson, tasks, recipe.batch, rng)]
    steps = len(plan)
    fresh = batches(lesson, plan, start.tokenizer, synonyms, rng, wording=recipe.wording)
    weights = start.weights.copy()
    losses: list[float] = []
    with tqdm(
        train(weights, fresh, steps=steps, rate=recipe.rate, decay=recipe.decay),
        total=steps,
        unit="step",
        mininterval=2,
    ) as bar:
        for loss in bar:
            losses.append(loss)
            bar.set_postfix(loss=f"{np.mean(losses[-100:]):.3f}", refresh=False)
    return Learnt(start.tokenizer, weights, losses, steps * recipe.batch)


def start_from(folder: Path) -> Start:
    """The pieces and vectors of a static model folder. Raises EncoderDamaged where it is not whole."""
    earlier = StaticEncoder.load(folder)
    return Start(earlier.tokenizer, earlier.weights)


def vocabulary_of(folder: Path, recipe: Recipe) -> Start:
    """The pieces of a static model folder, and new vectors. Raises EncoderDamaged where it is not whole."""
    tokenizer = StaticEncoder.load(folder).tokenizer
    return Start(tokenizer, initial_weights(tokenizer.get_vocab_size(), recipe.dimensions, seed=recipe.seed))
