"""What an article comes to: its passages, their words and vectors. A function of its headline and text, in any process."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.encoder import Encoder
from retriever import passages
from retriever.domain import Article, ArticleInfo, OffsetMap, Passage
from retriever.index.lots import Lot, lot_of
from retriever.index.snapshot import encoded_text, encoded_texts
from retriever.text.folding import simplify, simplify_all
from retriever.text.lexicon import Lexicon

Told = tuple[str | None, str]  # headline and text of an article
_NOWHERE = OffsetMap(())


class Maker:
    """Makes lots; without an encoder their vectors are left to somebody else."""

    def __init__(self, lexicon: Lexicon, encoder: Encoder | None) -> None:
        self._lexicon, self._encoder = lexicon, encoder

    def make(self, articles: Sequence[Told]) -> Lot:
        """Everything that is kept of these articles beside their records."""
        stories = [Article(ArticleInfo("", "", title), text, (0, 0), _NOWHERE) for title, text in articles]
        cut = [passages.split(story) for story in stories]
        vectors = None
        if self._encoder is not None:
            texts = [text for story, own in zip(stories, cut, strict=True) for text in encoded_texts(story, own)]
            vectors = self._encoder.encode_passages(simplify_all(texts))
        return lot_of(articles, cut, self._lexicon, vectors)


def texts_to_encode(articles: Sequence[Told], lot: Lot) -> list[str]:
    """What an encoder is given for the passages of a lot."""
    texts, first = list[str](), 0
    for (title, text), count in zip(articles, lot.counts.tolist(), strict=True):
        story = Article(ArticleInfo("", "", title), text, (0, 0), _NOWHERE)
        for start, end, paragraph in lot.spans[first : first + count].tolist():
            texts.append(simplify(encoded_text(story, Passage("", start, end, paragraph, text[start:end]))))
        first += count
    return texts
