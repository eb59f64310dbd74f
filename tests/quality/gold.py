"""The hand-made questions over the seeds, and whether an answer to one is right."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from retriever.domain import Answer

HERE = Path(__file__).parent
LONGEST_ANSWER = 160


def read(name: str) -> list[dict]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def bare(text: str) -> str:
    """Letters, figures and punctuation in one width, without white space: line breaks of the page do not matter."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()


def share_of_pairs(wanted: str, text: str) -> float:
    pairs = [wanted[i : i + 2] for i in range(max(1, len(wanted) - 1))]
    return sum(pair in text for pair in pairs) / len(pairs)


def holds(text: str, gold: dict) -> bool:
    """The text holds the answer and at least half of the sentence that gives it."""
    text, wanted = bare(text), bare(gold["answer"])
    return share_of_pairs(bare(gold["evidence"]), text) >= 0.5 and (
        wanted in text or share_of_pairs(wanted, text) >= 0.9
    )


@dataclass(frozen=True, slots=True)
class Judged:
    rank: int | None  # of the first passage with the evidence
    answered: bool
    right: bool


def judge(answer: Answer, gold: dict) -> Judged:
    rank = next((hit.rank for hit in answer.hits if holds(hit.passage.text, gold)), None)
    said, wanted = bare(answer.answer.text if answer.answer else ""), bare(gold["answer"])
    right = 0 < len(said) <= LONGEST_ANSWER and (wanted in said or share_of_pairs(wanted, said) >= 0.9)
    return Judged(rank, answer.status == "answered", right)


def percent(flags: list[bool]) -> float:
    return 100 * sum(flags) / len(flags)
