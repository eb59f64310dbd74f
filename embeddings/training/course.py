"""What is learnt at which step: a pure function of articles, settings and seed, so that any step can be made again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from tokenizers import Tokenizer

from embeddings.training.batches import Batch, Wording, batches
from embeddings.training.corpus import Article
from embeddings.training.pairs import Lesson, Mixture, Task, plan_batches, plan_epoch, prepare
from embeddings.training.shelf import build_shelf
from embeddings.training.synonyms import Synonyms, synonym_articles

STEPS_AN_EPOCH = 12  # at least: a small archive gets smaller batches
SMALLEST_BATCH = 64
ROUNDS_AN_EPOCH = 2
LONGEST_ROUND = 200  # steps; a large archive hears its score more often than twice an epoch


@dataclass(frozen=True, slots=True)
class Adaptation:
    """Everything that decides the vectors, besides articles, synonyms and start; ARCHITECTURE.md says how it was chosen.

    ``learnt`` says where between the start (0) and what was learnt (1) the vectors are taken, ``synonyms`` is the share
    of an epoch that pairs of synonyms fill, ``patience`` how many rounds may pass without a better score.
    """

    epochs: int = 4
    rate: float = 0.01
    learnt: float = 0.5
    batch: int = 1_024
    synonyms: float = 0.5
    patience: int = 4
    seed: int = 7
    threads: int = 2
    wording: Wording = field(default_factory=Wording)


@dataclass(frozen=True, slots=True)
class Course:
    lesson: Lesson
    tokenizer: Tokenizer
    synonyms: Synonyms
    how: Adaptation
    mixture: Mixture
    batch: int  # pairs a step

    def plan(self, epoch: int) -> list[list[Task]]:
        """The batches of an epoch; epochs may differ by a batch."""
        rng = random.Random(f"{self.how.seed}:{epoch}")
        return plan_batches(self.lesson, plan_epoch(self.lesson, self.mixture, rng), self.batch, rng)

    def make(self, tasks: Sequence[Task], epoch: int, number: int) -> Batch:
        """The pairs of batch ``number`` of an epoch."""
        rng = random.Random(f"{self.how.seed}:{epoch}:{number}")
        made = batches(self.lesson, [tasks], self.tokenizer, self.synonyms, rng, wording=self.how.wording)
        return next(made)

    def rate(self, epoch: int, number: int, *, of: int) -> float:
        """Falls in a straight line to nothing at the end of the last epoch."""
        return self.how.rate * (1 - (epoch + number / of) / self.how.epochs)

    def ends_round(self, number: int, *, of: int) -> bool:
        """Whether the score is due when ``number`` of an epoch's batches are learnt."""
        return number == of or number % min(LONGEST_ROUND, -(-of // ROUNDS_AN_EPOCH)) == 0


def set_course(articles: Sequence[Article], synonyms: Synonyms, tokenizer: Tokenizer, how: Adaptation) -> Course:
    told = synonym_articles(synonyms)
    taught = [*articles, *told]
    lesson = prepare(taught, [], build_shelf(taught, tokenizer))
    own = len(plan_epoch(lesson, Mixture(headline={"synonyms": 0}), random.Random(how.seed)))
    wanted = own * how.synonyms / (1 - how.synonyms)
    mixture = Mixture(headline={"synonyms": min(1.0, wanted / len(told)) if told else 0.0})
    batch = min(how.batch, max(SMALLEST_BATCH, own // STEPS_AN_EPOCH))
    return Course(lesson, tokenizer, synonyms, how, mixture, batch)
