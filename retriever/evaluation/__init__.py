"""Conductor 3: how good are the answers?  Question files → one measured run, with intervals, to compare and to hold."""

from retriever.evaluation.comparing import Comparison, compare
from retriever.evaluation.floors import broken_floors, read_floors
from retriever.evaluation.gate import gate
from retriever.evaluation.measuring import measure, measure_pairs
from retriever.evaluation.questions import PairSet, QuestionSet
from retriever.evaluation.reading import read_sets
from retriever.evaluation.records import Run
from retriever.evaluation.runs import read_run, write_run

__all__ = [
    "Comparison",
    "PairSet",
    "QuestionSet",
    "Run",
    "broken_floors",
    "compare",
    "gate",
    "measure",
    "measure_pairs",
    "read_floors",
    "read_run",
    "read_sets",
    "write_run",
]
