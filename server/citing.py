"""How a newspaper article is cited, and an answer with its sources as text to be taken elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from server.schemas import AskOut

ORIGIN = "{origin}"  # the page puts its own address here: a server behind a proxy does not know it
AUTHORS_NAMED = 3  # GB/T 7714-2015, 8.1.2
AND_OTHERS = "等"
UNTITLED = "[无题名]"
MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")


class Printed(Protocol):
    """What a citation names."""

    @property
    def title(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def date(self) -> str | None: ...
    @property
    def page(self) -> str | None: ...
    @property
    def author(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Copies:
    """One answer in the forms it can be copied in."""

    plain: str
    markdown: str
    references: str


def reference(shown: Printed) -> str:
    """The newspaper form of GB/T 7714-2015 (8.2.2 and A.5); what is not known is left out.

    >>> from server.schemas import ArticleInfoOut
    >>> known = ArticleInfoOut(
    ...     id="a", file="f", title="甲地 丰收", source="晚报", date="2022-08-03", page="1", author="王艳 李文 张猛 赵一"
    ... )
    >>> reference(known)
    '王艳, 李文, 张猛, 等. 甲地 丰收[N]. 晚报, 2022-08-03(1).'
    >>> reference(ArticleInfoOut(id="a", file="f", title=None, source=None, date=None, page="2", author=None))
    '[无题名][N]. (2).'
    """
    printed = ", ".join(filter(None, (shown.source, shown.date))) + (f"({shown.page})" if shown.page else "")
    parts = [_authors(shown.author), f"{shown.title or UNTITLED}[N]", printed]
    return ". ".join(part for part in parts if part) + "."


def copies(answer: AskOut, t: Mapping[str, str]) -> Copies:
    """An answer and where it stands; without an answer the question alone."""
    question = t["question_is"].format(question=answer.question)
    if answer.answer is None:
        return Copies(f"{question}\n{t['no_answer']}\n", f"**{_markdown(question)}**\n\n{t['no_answer']}\n", "")
    said = "".join(f"“{s.text}”[{s.citation}]" for s in answer.answer.sentences)
    quoted = "".join(f"{_markdown(s.text)} \\[{s.citation}\\]" for s in answer.answer.sentences).replace("\n", " ")
    sources = [(c.n, reference(c), ORIGIN + c.url) for c in answer.citations]
    references = "".join(f"[{n}] {form}\n" for n, form, _ in sources)
    return Copies(
        plain=f"{question}\n{t['answer_is'].format(answer=said)}\n\n"
        + "".join(f"[{n}] {form}\n    {url}\n" for n, form, url in sources),
        markdown=f"**{_markdown(question)}**\n\n> {quoted}\n\n"
        + "".join(f"{n}. {_markdown(form)} [{t['read']}](<{url}>)\n" for n, form, url in sources),
        references=references,
    )


def _authors(author: str | None) -> str:
    names = (author or "").split()
    return ", ".join([*names[:AUTHORS_NAMED], *([AND_OTHERS] if len(names) > AUTHORS_NAMED else [])])


def _markdown(text: str) -> str:
    """
    >>> _markdown("[甲](x) <b>")
    '\\\\[甲\\\\](x) \\\\<b\\\\>'
    """
    return MARKDOWN.sub(r"\\\1", text)
