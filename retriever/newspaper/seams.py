"""The halves of an article, page after page, become one text; nothing is written that no page prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from retriever.domain import Article, ArticleInfo, Dropped, JoinedArticle, OffsetMap, PrintedPart, Reason, Span
from retriever.newspaper import signs
from retriever.newspaper.blocks import without_signature
from retriever.newspaper.bylines import read_byline
from retriever.newspaper.continuations import Half, is_headline_of, letters_of, pair

_SENTENCE_END_REACH_CHARS = 12  # a full stop and what closes behind it
_SURE_BYLINE = 2.0
# A headline printed again stands in the first lines, and ends no sentence.
_FIRST_LINES = 2
_SHORTEST_RUN_IN_CHARS = 8


def join(halves: Sequence[Half]) -> tuple[list[JoinedArticle], list[Half]]:
    """The articles that are whole now, and the halves whose other half is not here or not clear, both in their order."""
    follows = {id(head): tail for head, tail in pair(halves) if _begins_as_text(tail, head.article)}
    tails = {id(tail) for tail in follows.values()}
    chains = [_chain(half, follows) for half in halves if id(half) in follows and id(half) not in tails]
    taken = {id(half) for chain in chains for half in chain}
    return [_joined(chain) for chain in chains], [half for half in halves if id(half) not in taken]


def _begins_as_text(tail: Half, head: Article) -> bool:
    """Whether a sentence ends in the first line of what goes on: else that may be a headline, and the seam is not sure."""
    text, kept = tail.article.text, _kept(tail, head)
    lines = "".join(text[start:end] for start, end in kept).split("\n")
    return bool(kept) and (len(lines) == 1 or (signs.STOP.search(lines[0]) is not None and not _is_asking(lines[0])))


def _is_asking(line: str) -> bool:
    return "。" not in line and line[-1] in "？！?!"


def _chain(first: Half, follows: Mapping[int, Half]) -> list[Half]:
    """The half and those that follow it, each on a page of its own."""
    chain, files = [first], {first.article.info.file}
    while (last := follows.get(id(chain[-1]))) and last.article.info.file not in files:
        chain.append(last)
        files.add(last.article.info.file)
    return chain


def _joined(chain: Sequence[Half]) -> JoinedArticle:
    head = chain[0].article
    kept = [_kept(half, head) for half in chain]
    raws = [_raw_spans(half.article.offsets, spans) for half, spans in zip(chain, kept, strict=True)]
    texts = [
        "".join(half.article.text[start:end] for start, end in spans) for half, spans in zip(chain, kept, strict=True)
    ]
    for at, (one, other) in enumerate(pairwise(chain)):
        if is_open(texts[at]):
            continue
        # A paragraph ends here: the line break that is printed behind it, or else before what goes on, stands in the text.
        if one.break_after is not None:
            texts[at] += "\n"
            raws[at].append((one.break_after, one.break_after + 1))
        elif (found := _break_before(other, kept[at + 1])) is not None:
            texts[at + 1] = "\n" + texts[at + 1]
            raws[at + 1].insert(0, (found, found + 1))
    parts = list(_parts([half.article for half in chain], raws))
    article = Article(
        _info([half.article.info for half in chain]), "".join(texts), parts[0].raw, parts[0].offsets, tuple(parts[1:])
    )
    left_out = tuple(tuple(_left_out(half, spans)) for half, spans in zip(chain, kept, strict=True))
    return JoinedArticle(article, tuple(half.article for half in chain), left_out)


def is_open(text: str) -> bool:
    """Whether a text breaks off inside a sentence, so that it goes on without a line break.

    >>> is_open("工人们正在为全"), is_open("带动三十人就业。（王艳）"), is_open("他说：“订单排满了。”")
    (True, False, False)
    """
    last = text.rpartition("\n")[2]
    if (byline := read_byline(last)) and byline.sure >= _SURE_BYLINE:
        return False
    return not signs.SENTENCE_END.search(without_signature(last)[-_SENTENCE_END_REACH_CHARS:])


def _info(infos: Sequence[ArticleInfo]) -> ArticleInfo:
    """The head's, and what only a later page prints.

    The id is the head's own, of its file and the text it prints there: it stays when the other page joins the corpus or
    leaves it, and so do the offsets of every quotation from the first page.
    """
    titled = next((info for info in infos if info.title), infos[0])
    return replace(
        infos[0],
        title=titled.title,
        subtitle=titled.subtitle,
        author=next((info.author for info in infos if info.author), None),
    )


def _kept(half: Half, head: Article) -> list[Span]:
    """The clean spans of a half that stay: without marks, without the headline printed again, without empty lines."""
    text, kept, start = half.article.text, list[Span](), 0
    for number, line in enumerate(text.split("\n")):
        pieces = list(_between_marks((start, start + len(line)), half.marks))
        if half.article is not head and number < _FIRST_LINES and not kept:
            pieces = list(_without_headline(text, pieces, head))
        if pieces:
            kept += [(start - 1, start), *pieces] if kept else pieces
        start += len(line) + 1
    return kept


def _without_headline(text: str, pieces: Sequence[Span], head: Article) -> Iterator[Span]:
    """The first line of what goes on, without the headline where that is printed over it again, or run into it."""
    line = "".join(text[start:end] for start, end in pieces)
    over = letters_of(head.info.title or "")
    if "。" not in line and (is_headline_of(line, head) or letters_of(line) in over):
        return
    is_run_in = len(over) >= _SHORTEST_RUN_IN_CHARS and letters_of(line).startswith(over)
    drop = next((at for at in range(len(over), len(line)) if letters_of(line[:at]) == over), 0) if is_run_in else 0
    for start, end in pieces:
        gone = min(drop, end - start)
        drop -= gone
        if start + gone < end:
            yield start + gone, end


def _between_marks(line: Span, marks: Sequence[Span]) -> Iterator[Span]:
    at, end = line
    for start, stop in marks:
        if at <= start < end:
            if start > at:
                yield at, start
            at = stop
    if at < end:
        yield at, end


def _raw_spans(offsets: OffsetMap, spans: Sequence[Span]) -> list[Span]:
    """Where the raw characters of these clean spans stand, ascending."""
    return [
        (raw + max(start, clean) - clean, raw + min(end, clean + size) - clean)
        for start, end in spans
        for clean, raw, size in offsets.runs
        if clean < end and start < clean + size
    ]


def _break_before(half: Half, kept: Sequence[Span]) -> int | None:
    """The raw line break before the first character that is kept of a half."""
    first = kept[0][0]
    own = half.article.text.rfind("\n", 0, first)
    return half.break_before if own < 0 else half.article.offsets.raw(own)


def _parts(articles: Sequence[Article], raws: Sequence[Sequence[Span]]) -> Iterator[PrintedPart]:
    """What each page prints, with one map that goes on from page to page."""
    at = 0
    for article, spans in zip(articles, raws, strict=True):
        offsets = _map(spans, at)
        at = offsets.end
        raw = min(article.raw[0], spans[0][0]), max(article.raw[1], spans[-1][1])
        yield PrintedPart(article.info.file, article.info.page, raw, offsets)


def _map(spans: Sequence[Span], at: int) -> OffsetMap:
    runs: list[tuple[int, int, int]] = []
    for start, end in spans:
        if runs and runs[-1][1] + runs[-1][2] == start:
            clean, raw, size = runs.pop()
            runs.append((clean, raw, size + end - start))
        else:
            runs.append((at, start, end - start))
        at += end - start
    return OffsetMap(tuple(runs))


def _left_out(half: Half, kept: Sequence[Span]) -> Iterator[Dropped]:
    """What the half held and the joined article does not, with the reason, ascending."""
    stays = {at for span in kept for at in range(*span)}
    gone = [at for at in range(len(half.article.text)) if at not in stays]
    for why, group in groupby(gone, key=lambda at: _reason(half, at)):
        raws = OffsetMap.from_kept(half.article.offsets.raw(at) for at in group)
        yield from (Dropped(raw, raw + size, why) for _, raw, size in raws.runs)


def _reason(half: Half, at: int) -> Reason:
    if any(start <= at < end for start, end in half.marks):
        return "jump"
    return "space" if half.article.text[at] == "\n" else "headline"
