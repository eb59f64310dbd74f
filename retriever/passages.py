"""How is this article cut?  Sentences packed into passages; offsets kept; nothing lost, nothing changed."""

from __future__ import annotations

from embeddings.kernels import faster
from retriever.domain import Article, Passage
from retriever.text.sentences import paragraph_at, paragraph_starts, short_spans

MAX_CHARS = 300
LONGEST_OVERLAP = 100  # a longer last sentence is not repeated: the next passage would be little else


def split(article: Article, *, max_chars: int = MAX_CHARS) -> list[Passage]:
    """Passages of at most ``max_chars`` characters, in order; together they cover ``article.text`` exactly.

    A passage opens with the last sentence of the one before, so that a fact told over two sentences stands whole in
    one of them. A sentence is cut only when it alone is longer than a passage, at semicolons and commas where it can.
    """
    text = article.text
    overlap = min(LONGEST_OVERLAP, max_chars // 3)
    spans = _packed(text, max_chars, overlap) or packed(text, max_chars, overlap)
    return [Passage(article.info.id, start, end, paragraph, text[start:end]) for start, end, paragraph in spans]


def packed(text: str, max_chars: int, longest_overlap: int) -> list[tuple[int, int, int]]:
    """Start, end and paragraph of each passage."""
    starts = paragraph_starts(text)
    sentences = list(short_spans(text, max_chars))
    passages: list[tuple[int, int, int]] = []
    first = 0
    while first < len(sentences):
        last = _pack(sentences, first, max_chars)
        start, end = sentences[first][0], sentences[last][1]
        passages.append((start, end, paragraph_at(starts, start)))
        if last + 1 == len(sentences):
            break
        first = last if _repeatable(sentences, first, last, max_chars, longest_overlap) else last + 1
    return passages


_packed = faster("retriever._passages", "packed", packed)


def _pack(sentences: list[tuple[int, int]], first: int, max_chars: int) -> int:
    """The last sentence that still fits into a passage that opens with ``first``."""
    last = first
    while last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= max_chars:
        last += 1
    return last


def _repeatable(sentences: list[tuple[int, int]], first: int, last: int, max_chars: int, longest_overlap: int) -> bool:
    """Whether the passage after may open with sentence ``last``: it is short, and something new fits beside it."""
    start, end = sentences[last]
    return last > first and end - start <= longest_overlap and sentences[last + 1][1] - start <= max_chars
