"""Two editions of one small collection, told apart by every sentence: an answer out of both, or out of neither, shows.

Beside them stands a file that never changes: a rebuild takes it over from the edition before.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from retriever.rebuild import rebuild
from retriever.search import Searcher

QUESTION = "图书馆每天几点开门？"
HOURS = {"甲版": "八点", "乙版": "九点", "丙版": "十点"}


def articles(folder: Path, edition: str) -> Path:
    """The folder of this edition, written anew."""
    papers = folder / f"papers-{edition}"
    papers.mkdir(exist_ok=True)
    standing = {"id": "standing", "title": "常设栏目", "text": "邮局在河边，旁边有一座石桥。" * 40}
    (papers / "standing.jsonl").write_text(json.dumps(standing, ensure_ascii=False), encoding="utf-8")
    file = papers / f"{edition}.jsonl"
    texts = (
        f"{edition}：图书馆每天{HOURS[edition]}开门。",
        f"{edition}：体育馆每天{HOURS[edition]}关门。{edition}有热水。",
    )
    lines = [
        {"id": f"a{n}", "title": f"{edition}便民消息", "text": text, "source": edition} for n, text in enumerate(texts)
    ]
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return papers


def an_edition(root: Path, edition: str, encoder: Path | None = None) -> str:
    """Rebuild ``root`` with this edition; the generation's name."""
    return rebuild([articles(root.parent, edition)], root, encoder=encoder and str(encoder)).generation


def edition_told(root: Path) -> str:
    """Which edition answers from this index, everything in the answer agreeing."""
    searcher = Searcher.open(root)
    try:
        answer = searcher.ask(QUESTION)
        assert answer.answer is not None
        told = [
            answer.answer.text,
            *(hit.passage.text for hit in answer.hits),
            *(c.cited_text for c in answer.citations),
        ]
        told += [searcher.article(hit.passage.article_id).text for hit in answer.hits]
        return the_one_edition("".join(told))
    finally:
        searcher.close()


def edition_of(body: dict[str, Any]) -> str:
    """The same of an answer of the JSON API."""
    return the_one_edition(json.dumps(body, ensure_ascii=False))


def the_one_edition(text: str) -> str:
    (edition,) = {edition for edition in HOURS if edition in text}
    assert [hour for hour in HOURS.values() if hour in text] == [HOURS[edition]], text
    return edition
