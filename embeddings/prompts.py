"""What a model wants put before questions and before passages. Models agree on the idea and not on the names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# The first name with words behind it wins. sentence-transformers knows the first of one and three of the other, and
# when it saves a model it adds empty "query" and "document" prompts: taken at their word, these would hide "passage".
FOR_QUESTIONS = (
    "query", "question", "search_query", "retrieval.query", "Retrieval-query", "s2p_query", "web_search_query", "retrieval_query",
)  # fmt: skip
FOR_PASSAGES = (
    "document", "passage", "corpus", "search_document", "retrieval.passage", "Retrieval-document", "retrieval_document",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prompts:
    """Put before a text as they are; empty where the model wants nothing there."""

    question: str = ""
    passage: str = ""


def choose_prompts(known: Mapping[str, str], default: str | None = None) -> Prompts:
    """From a model's ``prompts`` and ``default_prompt_name``, as config_sentence_transformers.json has them.

    A default that is plainly for the other side is not taken: a question's instruction does not belong before passages.

    >>> choose_prompts({"query": "问：", "passage": "文：", "document": ""})
    Prompts(question='问：', passage='文：')
    >>> choose_prompts({"s2p_query": "找出："}, default="s2p_query")
    Prompts(question='找出：', passage='')
    >>> choose_prompts({"retrieval": "检索："}, default="retrieval")
    Prompts(question='检索：', passage='检索：')
    """
    return Prompts(
        question=_first(known, FOR_QUESTIONS, default if default not in FOR_PASSAGES else None),
        passage=_first(known, FOR_PASSAGES, default if default not in FOR_QUESTIONS else None),
    )


def _first(known: Mapping[str, str], names: tuple[str, ...], default: str | None) -> str:
    wanted = (*names, default) if default else names
    return next((known[name] for name in wanted if known.get(name)), "")
