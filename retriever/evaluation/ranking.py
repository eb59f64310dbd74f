"""How well articles are ranked, by ir-measures (MacAvaney et al. 2022): the definitions of trec_eval, not ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from retriever.errors import ExtraMissing

PREFIX = "article."
MEASURES = ("R@1", "R@5", "R@10", "Success@1", "Success@5", "Success@10", "RR@10", "nDCG@10")


def article_values(
    found: Mapping[str, Sequence[str]], relevance: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """Question → figure → value, from the articles found (nearest first) and the grades of the right ones.

    R@k is the share of a question's right articles among the first k, Success@k whether any is. Raises ExtraMissing.
    """
    if not relevance:
        return {}
    try:
        import ir_measures
    except ImportError as error:
        raise ExtraMissing(package="ir-measures", extra="eval") from error
    qrels = [
        ir_measures.Qrel(q, article, grade) for q, grades in relevance.items() for article, grade in grades.items()
    ]
    ranked = [
        ir_measures.ScoredDoc(q, article, float(-place)) for q in relevance for place, article in enumerate(found[q])
    ]
    measures = {f"{PREFIX}{name}": ir_measures.parse_measure(name) for name in MEASURES}
    values: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(measures, 0.0))
    for metric in ir_measures.iter_calc(list(measures.values()), qrels, ranked):
        values[metric.query_id][f"{PREFIX}{metric.measure}"] = metric.value
    return {q: values[q] for q in relevance}
