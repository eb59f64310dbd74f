"""Refits when to answer and how sure to be: ``python -m retriever.tuning.confidence --data DATA --encoder ENCODER``.

``ENCODER`` is one that has not learnt the questions (``retriever.tuning.apart``). Writes
``retriever/search/confidence.json``. The train sets are asked over small collections and a larger one; figures are of
questions about articles that the fit did not see (ten folds by article).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.evaluation.calibration import calibration
from retriever.evaluation.records import Row
from retriever.search import confidence as judging
from retriever.search.grounds import COSINES
from retriever.tuning.logistic import Fitted, Numbers, area_under_curve, fit, signs_of, unseen_chances
from retriever.tuning.posing import ANSWERABLE
from retriever.tuning.trials import Trial, trials

ANSWERED = 0.977  # of answerable questions, as they come
KEPT = (0.99, 0.98, 0.97, 0.96, 0.95, 0.93, 0.90)  # shares of the table
# Everyday wording is more than half of the train questions and a tenth of what is asked of a paper's desk: when to answer is
# learnt where it counts in full, the threshold and how sure to be where questions are as they come.
PARAPHRASES_AS_ASKED = 0.1
# For one answerable question. Near misses made by hand are worth most; cut and renamed ones are made by rule.
MIX_TO_DECIDE = {"near_miss": 0.6, "cut": 0.2, "off_topic": 0.3, "renamed": 0.05, "elsewhere": 0.1}
MIX_AS_ASKED = {"near_miss": 0.05, "off_topic": 0.05}
LENT_IN_VAIN = 4.0  # few off-topic questions borrow from what was said before them; each of these counts for so many
# However well the rest of a question fits, one that names somebody or something printed nowhere, and with nothing like it in the
# article, is not answered. Of 0.3 to 0.8, this refuses nearly all that it can and 3 of 100 answerable questions in everyday words.
MOST_UNLIKE = 0.6
SORTS = tuple(MIX_TO_DECIDE)
# What a ground can only speak for (1) or against (-1); the others are free.
SIDES = dict.fromkeys(
    (
        "words", "words_beside", "words_passage", "words_article", "aspect", "aspect_beside", "aspect_article",
        "subject_article", "shows", "shows_beside", "shows_article", "stated", "stated_beside", "lead", "meaning", "nearest",
        "alike", "alike_beside", "alike_article", "alike_aspect", "alike_aspect_beside", "alike_aspect_article",
        "alike_subject_article", "least_beside", "least_article", "value_near",
        "value_clause", "pairs", "pairs_article", "chance", "same_article", "nearness",
    ),
    1,
) | dict.fromkeys(
    (
        "rarest_missing", "missing", "number_not_beside", "number_nowhere", "aspect_nowhere", "unlike", "unlike_sum",
        "name_nowhere", "name_unlike", "name_missing", "name_not_beside", "nowhere", "nowhere_unlike",
        "figure_missing", "no_new_name",
    ),
    -1,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """Trials as columns; every array has a row a trial."""

    trials: Sequence[Trial]
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]
    folds: NDArray[np.int64]

    @classmethod
    def of(cls, seen: Sequence[Trial]) -> Table:
        return cls(
            seen,
            np.array([one.sort in ANSWERABLE for one in seen]),
            np.array([one.right for one in seen]),
            np.array([one.fold for one in seen], np.int64),
        )

    def where(self, sort: str) -> NDArray[np.bool_]:
        return np.array([one.sort == sort for one in self.trials])

    def grounds(self, names: Sequence[str]) -> Numbers:
        return np.array([[one.grounds[name] for name in names] for one in self.trials], np.float64)

    def importance(self, mix: Mapping[str, float], paraphrases: float | None = None) -> Numbers:
        """The weight of each trial, so that for one answerable question there are as many others as ``mix`` says, and so many
        of the answerable ones are in everyday words; as many as there are, where it is None."""
        result = self.answerable.astype(np.float64)
        if paraphrases is not None:
            everyday = self.answerable & np.array([one.group == "paraphrase" for one in self.trials])
            others = int(self.answerable.sum() - everyday.sum())
            result[everyday] = paraphrases / (1 - paraphrases) * others / max(1, int(everyday.sum()))
        total = result.sum()
        for sort, share in mix.items():
            result[self.where(sort)] = share * total / max(1, self.where(sort).sum())
        lent = np.array([one.grounds["follows"] > 0 for one in self.trials])
        result[self.where("off_topic") & lent] *= LENT_IN_VAIN
        return result


def learn(table: Table, names: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """One entry of the weights file, and the figures of unseen folds."""
    x, signs = table.grounds(names), signs_of(names, SIDES)
    y, importance = table.answerable.astype(float), table.importance(MIX_TO_DECIDE)

    most_unlike = (
        MOST_UNLIKE if "name_unlike" in names else 1.0
    )  # names mean something to the encoder that has learnt them
    known = table.grounds(("name_unlike",))[:, 0] <= most_unlike

    def decides(rows: NDArray[np.bool_]) -> Fitted:
        rows = rows & known
        return fit(x[rows], y[rows], importance[rows], signs)

    unseen = unseen_chances(decides, x, table.folds) * known
    asked = table.importance(MIX_AS_ASKED, PARAPHRASES_AS_ASKED)
    at_least = _quantile(unseen[table.answerable], asked[table.answerable], 1 - ANSWERED)
    passed = unseen >= at_least
    right = table.right.astype(float)

    # Once something near was found, cosines tell right sentences from wrong ones little.
    plain = tuple(name for name in names if name not in COSINES)
    told, told_signs = table.grounds(plain), signs_of(plain, SIDES)

    def is_right(rows: NDArray[np.bool_]) -> Fitted:
        rows = rows & passed & (asked > 0)
        return fit(told[rows], right[rows], asked[rows], told_signs)

    sure = unseen_chances(is_right, told, table.folds)
    figures = _figures(table, unseen, sure, passed, asked)
    everything = np.ones(len(x), np.bool_)
    return {
        "answerable": decides(everything).as_json(names),
        "at_least": round(at_least, 4),
        "most_unlike": most_unlike,
        "right": is_right(everything).as_json(plain),
    }, figures


def _figures(table: Table, unseen: Numbers, sure: Numbers, passed: NDArray[np.bool_], asked: Numbers) -> dict[str, Any]:
    good = unseen[table.answerable]
    told: dict[str, Any] = {}
    for sort in SORTS:
        bad = unseen[table.where(sort)]
        told[f"area under curve, {sort}"] = round(area_under_curve(good, bad), 3)
        cuts = {kept: _quantile(good, asked[table.answerable], 1 - kept) for kept in KEPT}
        told[f"{sort} refused, by share answered"] = {
            f"{kept:.2f}": round(float((bad < cut).mean()), 3) for kept, cut in cuts.items()
        }
    groups = sorted({one.group for one in table.trials if one.sort in ANSWERABLE})
    told["answered, by type"] = {
        group: round(float(passed[table.answerable & [one.group == group for one in table.trials]].mean()), 3)
        for group in groups
    }
    counts = np.maximum(1, np.round(asked * 10)).astype(int)  # weights as repeated rows
    passed = passed & (asked > 0)
    rows = [
        Row(id="", question="", group="", in_index=True, values={}, evidence_rank=0, article_rank=0, said="",
            confidence=float(sure[i]), right=bool(table.right[i]), passages=(), ms=0.0)
        for i in np.repeat(np.flatnonzero(passed), counts[passed])
    ]  # fmt: skip
    reliability = calibration(rows)
    if reliability:
        told["calibration error"] = round(reliability.ece_width, 3)
        told["reliability"] = [[round(b.confidence, 2), round(b.accuracy, 2), b.n // 10] for b in reliability.by_width]
    return told


def _quantile(values: Numbers, importance: Numbers, share: float) -> float:
    """The value below which ``share`` of the importance lies."""
    order = np.argsort(values)
    reached = np.cumsum(importance[order]) / importance.sum()
    return float(values[order][np.searchsorted(reached, share)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the question sets and corpora")
    parser.add_argument("--encoder", help="folder of an encoder that has not learnt the questions")
    parser.add_argument(
        "--trials", type=Path, help="keep what came of each question here; read instead where it exists"
    )
    weights_file = Path(judging.__file__).with_name(judging.WEIGHTS_FILE)
    parser.add_argument("--out", type=Path, default=weights_file, help="the weights file")
    options = parser.parse_args()

    seen = (
        _kept(options.trials)
        if options.trials and options.trials.exists()
        else list(trials(options.data, options.encoder))
    )
    if options.trials and not options.trials.exists():
        options.trials.write_text("".join(json.dumps(asdict(one)) + "\n" for one in seen), encoding="utf-8")
    table = Table.of(seen)
    shipped, shipped_figures = learn(table, judging.FEATURES)
    others, other_figures = learn(table, judging.OF_ANY_ENCODER)
    sorts = {sort: int(table.where(sort).sum()) for sort in (*ANSWERABLE, *SORTS)}
    about = {
        "made by": "python -m retriever.tuning.confidence",
        "date": date.today().isoformat(),
        "learnt from": sorts,
        "figures of unseen folds": {"shipped_encoder": shipped_figures, "other_encoders": other_figures},
    }
    written = {"about": about, "shipped_encoder": shipped, "other_encoders": others}
    options.out.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(about, ensure_ascii=False, indent=1))


def _kept(file: Path) -> list[Trial]:
    return [Trial(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
