"""The text of a web page: a line for each block, without scripts, menus and footers."""

from __future__ import annotations

from html.parser import HTMLParser

_BLOCKS = frozenset(
    """address article aside blockquote br caption center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 - sixty quotation marks read worse
)
_LEFT_OUT = frozenset(
    {"script", "style", "noscript", "template", "svg", "nav", "footer", "form", "select", "iframe", "head"}
)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._left_out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OUT:
            self._left_out.append(tag)
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._left_out:
            # Unclosed elements inside end with the one that holds them.
            del self._left_out[self._left_out.index(tag) :]
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.pieces.append(data.replace("\r", " ").replace("\n", " "))


def text_of_html(markup: str) -> str:
    """Visible text, one line a block, one blank line between.

    >>> text_of_html("<h1>标题</h1><p>第一<b>段</b>。</p><script>x()</script>")
    '标题\\n\\n第一段。'
    """
    parser = _Text()
    parser.feed(markup)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.pieces).split("\n"))
    return "\n\n".join(line for line in lines if line)
