"""The text of a web page: its headline, then a line for each block, without scripts, menus and footers."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass

from retriever.corpus.details import Details, is_iso_date

_BLOCKS = frozenset(
    """address article aside blockquote br caption center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 - sixty quotation marks read worse
)
_LEFT_OUT = frozenset(
    {"script", "style", "noscript", "template", "svg", "nav", "footer", "form", "select", "iframe", "head"}
)
_SENTENCE_END = re.compile("(?<=[。！？])|\n")
_NOT_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# A menu is told from an article by what share of the sentences is kept, not by length: short news is news.
_KEPT_SENTENCES_SHARE = 0.5
_SITE, _DAY, _TITLE = "og:site_name", "article:published_time", "og:title"


@dataclass(frozen=True, slots=True)
class WebPage:
    """``details`` are only what the page's head declares; nothing is guessed from its text."""

    text: str
    title: str | None
    details: Details


def web_page(markup: str) -> WebPage:
    """The main text with the headline first, whichever finds more of the sentences: trafilatura or the plain way."""
    markup = _NOT_CHARACTERS.sub(" ", markup)
    head = _Head()
    _feed(head, markup)
    plain = text_of_html(markup)
    main = _main_text(markup)
    text = main if _prose(main) >= _KEPT_SENTENCES_SHARE * _prose(plain) and main else plain
    title = head.title
    if title and text and _letters(title) not in _letters(text[: len(title) * 4 + 200]):
        text = f"{title}\n\n{text}"
    return WebPage(text, title, head.details)


def text_of_html(markup: str) -> str:
    """Visible text, one line a block, one blank line between.

    >>> text_of_html("<h1>标题</h1><p>第一<b>段</b>。</p><script>x()</script>")
    '标题\\n\\n第一段。'
    """
    seen = _Text()
    _feed(seen, markup)
    return _lines("".join(seen.pieces))


def _main_text(markup: str) -> str:
    import trafilatura  # only people with web pages pay for this
    from trafilatura.settings import DEFAULT_CONFIG

    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "20"  # a brief of one sentence is an article too
    found = trafilatura.extract(
        markup,
        include_comments=False,
        favor_recall=True,  # without it only the first of several articles is kept
        prune_xpath=[f"//{tag}" for tag in ("nav", "footer", "form", "aside", "iframe")],
        config=config,
    )
    return _lines(found or "")


def _feed(target: _Target, markup: str) -> None:
    # libxml2, not html.parser: that one takes quadratic time for unclosed comments and fails on "<![".
    from lxml import etree

    parser = etree.HTMLParser(target=target, huge_tree=False, recover=True)
    try:
        parser.feed(markup)
        parser.close()
    except etree.ParserError:  # nothing in it but blanks
        return
    except etree.XMLSyntaxError:  # so broken that no element was recovered; what was seen before counts
        return


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n\n".join(line for line in lines if line)


def _prose(text: str) -> int:
    return sum(len(piece) for piece in _SENTENCE_END.split(text) if piece.endswith(("。", "！", "？")))


def _letters(text: str) -> str:
    return "".join(text.split())


class _Target:
    """What lxml tells as it reads."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, data: str) -> None: ...
    def close(self) -> None: ...


class _Text(_Target):
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._left_out = 0  # how many open elements hide what is inside

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._left_out += tag in _LEFT_OUT
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def end(self, tag: str) -> None:
        self._left_out -= tag in _LEFT_OUT
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def data(self, data: str) -> None:
        if not self._left_out:
            self.pieces.append(data.replace("\r", " ").replace("\n", " "))


class _Head(_Target):
    """The headline (the only h1, or what the head says) and the declared paper and day."""

    def __init__(self) -> None:
        self._within: str | None = None
        self._named: dict[str, list[str]] = {"h1": [], "title": []}
        self._meta: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in self._named:
            self._within = tag
            self._named[tag].append("")
        elif tag == "meta" and (key := attributes.get("property") or attributes.get("name")):
            self._meta.setdefault(key.lower(), " ".join(attributes.get("content", "").split()))

    def end(self, tag: str) -> None:
        if tag == self._within:
            self._within = None

    def data(self, data: str) -> None:
        if self._within:
            self._named[self._within][-1] += data

    @property
    def title(self) -> str | None:
        headings = [" ".join(text.split()) for text in self._named["h1"]]
        declared = [self._meta.get(_TITLE, ""), *(" ".join(text.split()) for text in self._named["title"])]
        if len(headings) > 1:
            return None  # several articles: no one headline stands over the page
        return next((text for text in (*headings, *declared) if text), None)

    @property
    def details(self) -> Details:
        day = self._meta.get(_DAY, "")[:10]
        return self._meta.get(_SITE) or None, day if is_iso_date(day) else None, None
