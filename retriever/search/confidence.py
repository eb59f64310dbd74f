"""Is it an answer, and how likely is it right?  Two logistic sums over the same grounds, with learnt weights."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any, Protocol

from embeddings.encoder import DEFAULT_ENCODER
from retriever.search.grounds import OF_ITS_ENCODER, Grounds

WEIGHTS_FILE = "confidence.json"
FEATURES = tuple(field.name for field in fields(Grounds))
OF_ANY_ENCODER = tuple(name for name in FEATURES if name not in OF_ITS_ENCODER)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to answer, and the chance that the answer is right, 0 to 1."""

    answers: bool
    confidence: float


class Judge(Protocol):
    """Decides about the best sentence that was found."""

    def __call__(self, grounds: Grounds) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Logistic:
    """A chance from a weighted sum; features without a weight do not count."""

    bias: float
    weights: Mapping[str, float]

    def __call__(self, grounds: Grounds) -> float:
        log_odds = self.bias + sum(weight * getattr(grounds, name) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


@dataclass(frozen=True, slots=True)
class LearntJudge:
    """One sum tells answerable questions from others and decides; the other tells right answers from wrong ones.

    They are two because a wrong sentence of the right article is worth showing with little confidence, and a fact that was
    never printed is not.
    """

    answerable: Logistic
    at_least: float  # below it the service says that it found nothing
    right: Logistic
    most_unlike: float = 1.0  # nothing is answered where a name that no article prints is more unlike the article

    def __call__(self, grounds: Grounds) -> Verdict:
        is_known = grounds.name_unlike <= self.most_unlike
        return Verdict(is_known and self.answerable(grounds) >= self.at_least, self.right(grounds))

    @classmethod
    def of(cls, learnt: Mapping[str, Any]) -> LearntJudge:
        """From one entry of ``confidence.json``. Raises KeyError where a weight is of no ground."""
        sums = {name: learnt[name] for name in ("answerable", "right")}
        for part in sums.values():
            if unknown := set(part["weights"]) - set(FEATURES):
                raise KeyError(*unknown)
        answerable, right = (Logistic(part["bias"], part["weights"]) for part in sums.values())
        return cls(answerable, learnt["at_least"], right, learnt["most_unlike"])


@cache
def judge_for(encoder: str) -> LearntJudge:
    """The judge for answers found with the encoder of that name: cosines count only with the shipped one."""
    text = resources.files("retriever.search").joinpath(WEIGHTS_FILE).read_text(encoding="utf-8")
    return LearntJudge.of(json.loads(text)["shipped_encoder" if encoder == DEFAULT_ENCODER else "other_encoders"])
