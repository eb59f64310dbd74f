"""The model card of an adapted encoder: what it was made from and with, and what that changed. No text of the archive."""

from __future__ import annotations

from embeddings.static import StaticEncoder
from embeddings.training.checkpoints import Progress
from embeddings.training.corpus import Article
from embeddings.training.course import Adaptation
from embeddings.training.curve import CSV, PNG
from embeddings.training.heldout import Split
from embeddings.training.outcome import Outcome, before_and_after

CARD = """\
---
language: zh
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [static-embeddings, chinese, news, retrieval]
---

# {name}

The encoder {start} (`{fingerprint}`), adapted on {today} to one archive's own articles with `baowen train`. Same pieces,
same {dimensions} numbers a text, same speed.

    baowen rebuild PATHS --encoder FOLDER

## What it learnt from

{learnt:,} articles of {characters:,} characters, {titled:,} of them with a headline. No labels, no questions: headline →
text, sentence → the rest of its passage, a few words → the passage around them, first sentence → a later passage, and
pairs of synonyms. {apart:,} articles were set apart and not learnt from; {left_out:,} more were left out because they were
too short, equal to another, or repeated half of an article set apart. The texts themselves are not in this folder, but
vectors take over the habits of what they learnt from: treat the folder as you treat the archive.

## Before → after

{asked:,} questions on {compared:,} articles that were neither learnt from nor looked at while learning: their headlines, or a
sentence where there is none, and the same in everyday words, asked of {passages:,} passages without headlines.

{table}

The right article moved up for {nearer:,} questions and down for {farther:,}.

## How

    baowen train PATHS --encoder {start} --epochs {epochs} --rate {rate:g} --seed {seed} --threads {threads}

{steps:,} steps of learning in {minutes:.1f} minutes, ended by {why}; kept are the vectors after step {best:,}, the best of
{rounds} rounds on another {watched:,} articles set apart. Adam, {rate:g} falling in a straight line, at most {batch:,} pairs a
step, synonyms {synonyms:.0%} of them. The vectors lie between the start and what was learnt, {share:.0%} of the way, so
that everyday wording and general news are not forgotten. `{csv}` and `{png}` show how it went.
"""


def adapted_card(
    name: str,
    split: Split,
    read: int,
    start: StaticEncoder,
    how: Adaptation,
    progress: Progress,
    outcome: Outcome,
    *,
    today: str,
) -> str:
    everything = outcome.after["all"]
    apart = len(split.watched) + len(split.compared)
    return CARD.format(
        name=name,
        start=start.name,
        fingerprint=start.fingerprint[:12],
        today=today,
        dimensions=start.dimensions,
        learnt=len(split.learnt),
        characters=sum(characters(article) for article in split.learnt),
        titled=sum(bool(article.title) for article in split.learnt),
        apart=apart,
        left_out=read - len(split.learnt) - apart,
        asked=everything.questions,
        compared=len(split.compared),
        passages=everything.passages,
        table=before_and_after(outcome),
        nearer=outcome.nearer,
        farther=outcome.farther,
        epochs=how.epochs,
        rate=how.rate,
        seed=how.seed,
        threads=how.threads,
        steps=progress.steps,
        minutes=progress.seconds / 60,
        why=WHY[progress.stopped],
        best=progress.best.step,
        rounds=len(progress.rounds),
        watched=len(split.watched),
        batch=how.batch,
        synonyms=how.synonyms,
        share=how.learnt,
        csv=CSV,
        png=PNG,
    )


WHY = {
    "epochs": "the last epoch",
    "patience": "scores that rose no more",
    "minutes": "the time allowed",
}


def characters(article: Article) -> int:
    return len(article.title) + len(article.text)
