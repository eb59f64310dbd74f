"""What a page says, and what it marks."""

from __future__ import annotations

import html
import re


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def marked(page: str) -> str:
    words = re.findall(r'<mark(?: id="c\d+-\d+")?>(.*?)</mark>', page, re.DOTALL)
    return text_of("".join(words))
