"""Which of the candidate sentences is quoted, and which beside it?  A learnt sum of what speaks for each."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import mul

from retriever.search.evidence import Candidate, Evidence
from retriever.search.forms import leans_back, list_item
from retriever.text.questions import KINDS, Kind

WEIGHTS_FILE = "choice.json"
BY_KIND = ("shows", "new_number")  # weigh otherwise for each kind of question
GROUNDS = Evidence._fields
FEATURES = GROUNDS + tuple(f"{name}.{kind}" for name in BY_KIND for kind in KINDS)

LONGEST_ANSWER = 160  # characters
MOST_SENTENCES = 3
# A further sentence is quoted where the chance that it is the one is at least this: of 0, 0.03, 0.05 and 0.1 the last that
# lost almost no answer on questions about articles that the fit had not seen, while answers got a fifth shorter.
WORTH_QUOTING = 0.05
BESIDE_CHARS = 2  # between neighbours: white space


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each feature counts, as natural log odds; a feature without a weight does not."""

    of: Mapping[str, float]

    def scores(self, evidence: Sequence[Evidence], kind: Kind) -> list[float]:
        """Comparable among the candidates of one question: e to it, shared out, are their chances."""
        of_kind = {name: self.of.get(f"{name}.{kind}", 0.0) for name in BY_KIND}
        weights = [self.of.get(name, 0.0) + of_kind.get(name, 0.0) for name in GROUNDS]
        return [sum(map(mul, weights, one)) for one in evidence]

    def score(self, evidence: Evidence, kind: Kind) -> float:
        """The same of one candidate."""
        return self.scores([evidence], kind)[0]


@cache
def shipped_weights() -> Weights:
    """What ``python -m retriever.tuning.answers`` learnt."""
    text = resources.files("retriever.search").joinpath(WEIGHTS_FILE).read_text(encoding="utf-8")
    return Weights(json.loads(text)["weights"])


def chances(scores: Sequence[float]) -> list[float]:
    """How likely each candidate is to be the one that answers, were one of them to.

    >>> chances([1.0, 1.0])
    [0.5, 0.5]
    """
    best = max(scores, default=0.0)
    odds = [math.exp(score - best) for score in scores]
    return [one / sum(odds) for one in odds]


def choose(sentences: Sequence[Candidate], ids: Sequence[str], scores: Sequence[float]) -> list[int]:
    """One to three sentences, the best first found; in the order of passages and of the text.

    First the best one. Then what it cannot do without: the sentence that names its subject, the next items of its list.
    Then whatever may be the answer as well. Never more than LONGEST_ANSWER characters, unless one sentence is longer.
    ``ids`` name the article of each candidate.
    """
    best = max(range(len(scores)), key=lambda n: (scores[n], -n))
    chance = chances(scores)
    likely = sorted((n for n in range(len(scores)) if chance[n] >= WORTH_QUOTING), key=lambda n: (-chance[n], n))
    chosen: list[int] = []
    for n in (best, *likely, *_needed(best, sentences)):
        fits = sum(len(sentences[m].text) for m in (*chosen, n)) <= LONGEST_ANSWER
        if not chosen or (len(chosen) < MOST_SENTENCES and fits and not _told(n, chosen, sentences, ids)):
            chosen.append(n)
    return sorted(chosen, key=lambda n: (sentences[n].place, sentences[n].start))


def _needed(best: int, sentences: Sequence[Candidate]) -> list[int]:
    """The sentence that names the subject of the best one, and the items that go on with its list."""
    one = sentences[best]
    needed = [one.previous] if one.previous is not None and leans_back(one.text) else []
    end, items = one.end, list_item(one.text) or one.text.endswith(("：", ":", "；", ";"))
    for n, other in enumerate(sentences):
        if items and other.place == one.place and 0 <= other.start - end <= BESIDE_CHARS and list_item(other.text):
            needed.append(n)
            end = other.end
    return needed


def _told(n: int, chosen: Sequence[int], sentences: Sequence[Candidate], ids: Sequence[str]) -> bool:
    """Whether a chosen sentence says some of it already: runs of clauses overlap, and papers print the same."""
    one = sentences[n]
    return any(
        one.text in sentences[m].text
        or sentences[m].text in one.text
        or (ids[n] == ids[m] and one.start < sentences[m].end and sentences[m].start < one.end)
        for m in chosen
    )
