"""Articles and passages as the records of Milvus, and back."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar

from retriever.domain import Article, ArticleInfo, Filters, OffsetMap, PrintedPart, cited
from retriever.index.columns import day_number
from retriever.index.milvus.schema import EXACT_BYTES, MOST_EXACT, NAME_BYTES, NOTHING, TEXT_BYTES, quoted
from retriever.text.folding import confused, fold
from retriever.text.words import HAN

PIECE = 60_000  # characters of base64 in one record
LONGEST = 3000  # bytes of a headline or of another field of a citation

Record = dict[str, Any]
Item = TypeVar("Item")
_ALL_HAN = re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in HAN)}]+")


def is_han(word: str) -> bool:
    return _ALL_HAN.fullmatch(word) is not None


def cut_to(text: str, most: int) -> str:
    """The text as far as ``most`` bytes of UTF-8 go, which is how Milvus counts.

    >>> cut_to("报纸", 4)
    '报'
    """
    return text if len(text) * 4 <= most else text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")


def day_of(info: ArticleInfo) -> int:
    return day_number(info.date) if info.date else 0


def source_of(info: ArticleInfo) -> str:
    return cut_to(info.source or "", NAME_BYTES)


def info_as_text(info: ArticleInfo) -> str:
    """What a citation names, as JSON. Nine fields of LONGEST bytes fit into one of Milvus, escapes included."""
    told = {name: value if name == "id" else cut_to(value, LONGEST) for name, value in asdict(info).items() if value}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def info_from(text: str) -> ArticleInfo:
    return ArticleInfo(**json.loads(text))


def article_as_text(article: Article) -> str:
    """Everything that is kept of an article."""
    further = [
        [part.file, part.page, list(part.raw), [list(run) for run in part.offsets.runs]] for part in article.further
    ]
    offsets = [list(run) for run in article.offsets.runs]
    told = {"info": asdict(article.info), "text": article.text, "raw": list(article.raw), "offsets": offsets}
    return json.dumps(told | {"further": further}, ensure_ascii=False, separators=(",", ":"))


def article_from(text: str) -> Article:
    told = json.loads(text)
    further = tuple(
        PrintedPart(file, page, (raw[0], raw[1]), _offsets(runs)) for file, page, raw, runs in told["further"]
    )
    start, end = told["raw"]
    return Article(ArticleInfo(**told["info"]), told["text"], (start, end), _offsets(told["offsets"]), further)


def _offsets(runs: Iterable[Sequence[int]]) -> OffsetMap:
    return OffsetMap(tuple((clean, raw, length) for clean, raw, length in runs))


def compared_text(article: Article) -> str:
    """Headline and text as they are compared, as far as a field of Milvus goes: some 21,000 characters."""
    title = article.info.title
    return cut_to(confused(fold(f"{title}\n{article.text}" if title else article.text)), TEXT_BYTES)


def cited_as_text(article: Article, start: int, end: int) -> str:
    """What a passage of the article is cited by."""
    parts = [(part.start, part.file, part.page) for part in article.further]
    return info_as_text(cited(article.info, parts, start, end))


def article_record(number: int, article: Article) -> Record:
    """What is kept of an article to be looked up by, but for its words and where its passages are."""
    info = article.info
    return {
        "number": number,
        "id": cut_to(info.id, NAME_BYTES),
        "file": cut_to(info.file, NAME_BYTES),
        "source": source_of(info),
        "day": day_of(info),
        "info": info_as_text(info),
        "raw_start": article.raw[0],
        "compared": compared_text(article),
    } | NOTHING


def exact_words(words: Iterable[str]) -> list[str]:
    """As many as Milvus takes, each as far as it goes."""
    return sorted({cut_to(word, EXACT_BYTES) for word in words})[:MOST_EXACT]


def pieces(kind: str, key: str, text: str) -> list[Record]:
    """A text of any length as records; their keys are ``key/0``, ``key/1``, …"""
    packed = base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 6)).decode()
    parts = [packed[at : at + PIECE] for at in range(0, len(packed), PIECE)]
    return [
        {"key": f"{key}/{at}", "kind": kind, "pieces": len(parts), "value": part} | NOTHING
        for at, part in enumerate(parts)
    ]


def whole(records: Mapping[str, Mapping[str, Any]], key: str, count: int) -> str:
    """The text again. Raises KeyError where a piece is missing."""
    packed = "".join(records[f"{key}/{at}"]["value"] for at in range(count))
    return zlib.decompress(base64.b64decode(packed)).decode("utf-8", "surrogatepass")


def batched(records: Iterable[Item], most: int) -> Iterator[list[Item]]:
    """So many at a time.

    >>> list(batched("abc", 2))
    [['a', 'b'], ['c']]
    """
    rest = iter(records)
    while some := list(islice(rest, most)):
        yield some


def article_key(number: int) -> str:
    return f"article/{number}"


def term_key(term: str, part: int) -> str:
    """Of what one part counts of a term."""
    return f"{term}/{part}"


def page_key(file: str) -> str:
    return f"page/{blake2b(file.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def where(filters: Filters) -> str:
    """The expression that the records of articles and passages that pass a filter fulfil.

    >>> where(Filters(("周口日报",), "2022-08-01"))
    'source in ["周口日报"] and day >= 20220801'
    """
    return " and ".join(_clauses(filters))


def _clauses(filters: Filters) -> Iterator[str]:
    if filters.sources:
        names = ", ".join(quoted(cut_to(source, NAME_BYTES)) for source in filters.sources)
        yield f"source in [{names}]"
    if filters.date_from:
        yield f"day >= {day_number(filters.date_from)}"
    if filters.date_to:
        # One without a date, day 0, passes no date filter.
        yield f"day <= {day_number(filters.date_to)}" + ("" if filters.date_from else " and day > 0")
