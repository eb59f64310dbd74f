"""An answer taken elsewhere names its sources as newspapers are cited, and marks nothing up that it should not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.citing import ORIGIN, copies, reference
from server.schemas import ArticleInfoOut, AskOut
from server.traditional import page_texts

Ask = Callable[..., dict[str, Any]]


def article(**known: str | None) -> ArticleInfoOut:
    nothing: dict[str, str | None] = dict.fromkeys(("title", "source", "date", "page", "author"))
    return ArticleInfoOut(id="a", file="f", **(nothing | known))


@pytest.mark.parametrize(
    ("known", "form"),
    [
        (
            {
                "title": "数字革命与竞争国际化",
                "source": "中国青年报",
                "date": "2000-11-20",
                "page": "15",
                "author": "丁文祥",
            },
            "丁文祥. 数字革命与竞争国际化[N]. 中国青年报, 2000-11-20(15).",
        ),
        ({"title": "甲", "author": "王 李 张"}, "王, 李, 张. 甲[N]."),
        ({"title": "甲", "author": "王 李 张 赵"}, "王, 李, 张, 等. 甲[N]."),
        ({"title": "甲", "date": "2022-08-03"}, "甲[N]. 2022-08-03."),
        ({}, "[无题名][N]."),
    ],
)
def test_a_newspaper_article_is_cited_as_the_standard_has_it(known: dict[str, str | None], form: str) -> None:
    assert reference(article(**known)) == form


def test_every_form_of_an_answer_holds_its_words_and_all_its_sources(ask: Ask) -> None:
    body = ask("耕德电子二期项目总投资多少？")
    text = copies(AskOut.model_validate(body), page_texts("zh"))
    for citation in body["citations"]:
        assert citation["cited_text"] in text.plain
        assert f"[{citation['n']}] " in text.plain and f"[{citation['n']}] " in text.references
        assert ORIGIN + citation["url"] in text.plain and ORIGIN + citation["url"] in text.markdown
        assert citation["title"] in text.references


def test_what_markdown_would_read_as_markup_stays_text(ask: Ask) -> None:
    body = ask("**耕德电子** <b>[二期](x)</b> 项目总投资多少？")
    text = copies(AskOut.model_validate(body), page_texts("zh"))
    assert "<b>" not in text.markdown.replace("\\<b\\>", "")
    assert r"\*\*耕德电子\*\*" in text.markdown


def test_without_an_answer_the_question_is_taken_along_and_no_reference(ask: Ask) -> None:
    text = copies(AskOut.model_validate(ask("量子色动力学的渐近自由是谁发现的？")), page_texts("zh"))
    assert "没有找到答案" in text.plain
    assert text.references == ""
