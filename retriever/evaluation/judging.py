"""One reply against what would be right: pure, so that its tests need no index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from retriever.domain import Answer
from retriever.evaluation.matching import bare, can_be_said, holds_evidence, is_right
from retriever.evaluation.questions import Gold
from retriever.evaluation.records import Row

TOP = 10  # passages a question gets
_CUTS = (1, 3, 5, 10)
_EXCERPT = 80  # characters


def judge(gold: Gold, answer: Answer, *, in_index: bool, ms: float) -> Row:
    """What came of one question. Figures of articles are added by :mod:`retriever.evaluation.ranking`."""
    said = answer.answer.text if answer.answer else ""
    evidence_rank = _first(holds_evidence(hit.passage.text, gold) for hit in answer.hits) if gold.evidence else 0
    return Row(
        id=gold.id,
        question=gold.question,
        group=gold.group,
        in_index=in_index,
        values=_values(gold, answer, said, evidence_rank) if in_index else {},
        evidence_rank=evidence_rank,
        article_rank=_first(article in gold.relevance for article in articles_found(answer)),
        said=said,
        confidence=answer.answer.confidence if answer.answer else None,
        right=_right(gold, said) if in_index and said else None,
        passages=tuple(hit.passage.text[:_EXCERPT] for hit in answer.hits[:3]),
        ms=ms,
    )


def articles_found(answer: Answer) -> list[str]:
    """Ids of the articles whose passages were found, nearest first, each once."""
    return list(dict.fromkeys(hit.passage.article_id for hit in answer.hits[:TOP]))


def _values(gold: Gold, answer: Answer, said: str, evidence_rank: int) -> Mapping[str, float]:
    if not gold.answerable:
        return {"refused": float(not said)}
    values: dict[str, float] = {}
    if gold.evidence:
        values |= {f"evidence@{k}": float(0 < evidence_rank <= k) for k in _CUTS}
        values["evidence.RR@10"] = 1 / evidence_rank if evidence_rank else 0.0
        # One passage counts, the first: nDCG with a single relevant document.
        values["evidence.nDCG@10"] = 1 / math.log2(evidence_rank + 1) if evidence_rank else 0.0
    if gold.answers:
        texts = [bare(hit.passage.text) for hit in answer.hits[:TOP]]
        values["answer@10"] = float(any(bare(wanted) in text for wanted in gold.answers for text in texts))
    if can_be_said(gold):
        values |= {"answered": float(bool(said)), "answer": float(is_right(said, gold))}
    return values


def _right(gold: Gold, said: str) -> bool | None:
    """Any answer to an unanswerable question is wrong; without a known answer nobody can tell."""
    if not gold.answerable:
        return False
    return is_right(said, gold) if can_be_said(gold) else None


def _first(flags: Iterable[bool]) -> int:
    return next((rank for rank, flag in enumerate(flags, start=1) if flag), 0)
