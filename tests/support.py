"""What several tests make their texts, articles and indexes with."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from embeddings.encoder import load_encoder
from retriever import passages
from retriever.domain import Article, ArticleInfo, CutPage, Dropped, OffsetMap, Page, Span, article_id
from retriever.index.generations import writing
from retriever.index.snapshot import encoded_text
from retriever.index.writer import SnapshotWriter, publish_snapshot

SEEDS = Path(__file__).parent.parent / "seeds"

# Everyday characters, both widths, quotes, a traditional one, Extension B, an emoji of two code points, a combining mark.
_CHARACTERS = (
    "的一是在人有这个中大来上国和地到时说们为子报社记者图书馆项目投资亿元市县区際电话ＡａB1２0%"
    "．.，,。！？!?；;：“”‘’（）()《》「」…—、 \n𠀀𪚥👩🏽é"
)


def chinese_text(min_size: int = 0, max_size: int = 400) -> st.SearchStrategy[str]:
    return st.text(alphabet=_CHARACTERS, min_size=min_size, max_size=max_size)


def an_article(text: str, *, file: str = "a.txt", **details: str | None) -> Article:
    """An article whose text is its whole page."""
    identity = details.pop("id", None) or article_id(file, text)
    info = ArticleInfo(id=identity, file=file, **details)  # type: ignore[arg-type]
    return Article(info, text, (0, len(text)), OffsetMap.from_kept(range(len(text))))


def a_cut_page(
    text: str, raws: list[Span], kept: list[Span], *, headlines: list[Span] | None = None, confidence: float = 1.0
) -> CutPage:
    """A page whose articles stand at ``raws`` and keep one span each; spaces and headlines were dropped."""
    articles = tuple(
        Article(
            ArticleInfo(article_id("a.txt", text[start:end]), "a.txt"),
            text[start:end],
            raw,
            OffsetMap.from_kept(range(start, end)),
        )
        for raw, (start, end) in zip(raws, kept, strict=True)
    )
    dropped = tuple(Dropped(*span, "headline") for span in headlines or ())
    return CutPage(Page("a.txt", text, "utf-8"), articles, confidence, dropped)


def an_index(root: Path, articles: list[Article]) -> Path:
    """An index of these articles with the shipped encoder."""
    encoder = load_encoder()
    with writing(root) as folder:
        writer = SnapshotWriter(folder)
        for article in articles:
            cut = passages.split(article)
            writer.add(article, cut)
            if cut:
                writer.add_vectors(encoder.encode_passages([encoded_text(article, passage) for passage in cut]))
        writer.finish(encoder)
        publish_snapshot(writer)
    return root
