"""The three seed pages whose boundaries were marked by hand, measured as the evaluation measures them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from retriever.domain import Article, Page
from retriever.newspaper import articles
from tests.retriever.newspaper.layouts import bare

HERE = Path(__file__).parent
SEEDS = HERE.parents[2] / "seeds"
GOLD: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "gold_articles.jsonl").read_text("utf-8").splitlines()
]
ARTICLES = [row for row in GOLD if row["kind"] not in ("teaser", "masthead", "other")]


def cut(file: str) -> list[Article]:
    return articles(Page(file, (SEEDS / file).read_text(encoding="utf-8"), "utf-8"))


@pytest.mark.parametrize("gold", ARTICLES, ids=lambda row: row["article_id"])
def test_a_marked_article_is_found_whole_with_headline_and_names(gold: dict[str, Any]) -> None:
    first, last = bare(gold["first_words"]), bare(gold["last_words"])
    article = next(article for article in cut(gold["file"]) if first in bare(article.text))
    body, title = bare(article.text), bare(article.info.title or "")
    assert body.find(first) <= 60
    assert last in body and len(body) - body.rfind(last) - len(last) <= 40
    assert not any(
        bare(other["first_words"]) in body for other in ARTICLES if other["file"] == gold["file"] and other is not gold
    )
    accepted = [bare(accepted) for accepted in (gold["title"], *gold["title_alternatives"]) if accepted]
    assert title in accepted if accepted else not title
    if gold["byline"]:
        assert any(name in bare(gold["byline"]) for name in (article.info.author or "").split())


@pytest.mark.parametrize("gold", ARTICLES, ids=lambda row: row["article_id"])
def test_a_marked_article_is_known_for_what_it_is(gold: dict[str, Any]) -> None:
    article = next(article for article in cut(gold["file"]) if bare(gold["first_words"]) in bare(article.text))
    assert article.info.kind == {"photo-caption": "photo"}.get(gold["kind"], gold["kind"])


@pytest.mark.parametrize("file", sorted({row["file"] for row in GOLD}))
def test_nothing_else_on_the_page_becomes_an_article(file: str) -> None:
    wanted = [bare(row["first_words"]) for row in ARTICLES if row["file"] == file]
    extra = [article for article in cut(file) if not any(first in bare(article.text) for first in wanted)]
    assert [article.text for article in extra if len(bare(article.text)) > 40] == []
