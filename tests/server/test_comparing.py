"""The raw page beside an article: nothing of it is missing, and what the article holds stands there character for character."""

from __future__ import annotations

import re
from pathlib import Path

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from retriever.domain import OffsetMap, PrintedPart
from retriever.rebuild import rebuild
from retriever.search import Searcher
from server.comparing import raw_pieces, raw_sides


@given(st.text(alphabet="报纸 \n😀", min_size=1, max_size=40), st.data())
def test_the_raw_text_is_whole_and_what_is_kept_is_the_article(raw: str, data: st.DataObject) -> None:
    kept = sorted(data.draw(st.sets(st.integers(0, len(raw) - 1), min_size=1)))
    marks = data.draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=3))
    clean = "".join(raw[at] for at in kept)
    part = PrintedPart("f", None, (0, len(raw)), OffsetMap.from_kept(kept))
    pieces = list(raw_pieces(part, raw, marks))
    assert "".join(piece.text for piece in pieces) == raw
    assert "".join(piece.text for piece in pieces if piece.kept) == clean
    held = {at for start, end in marks for at in range(start, end) if at < len(clean)}
    assert "".join(piece.text for piece in pieces if piece.marked) == "".join(clean[at] for at in sorted(held))


def test_every_seed_article_can_be_compared_with_its_page(seeds_index: Path) -> None:
    searcher = Searcher.open(seeds_index)
    try:
        for info in searcher.articles(page_size=100).articles:
            article = searcher.article(info.id)
            sides = raw_sides(article, searcher.page)
            assert len(sides) == len(article.parts)
            assert "".join(p.text for side in sides for p in side.pieces if p.kept) == article.text
    finally:
        searcher.close()


def test_the_page_shows_the_raw_text_where_there_is_one(client: FlaskClient, shelf: FlaskClient) -> None:
    [first, *_] = client.get("/api/v1/articles").get_json()["articles"]
    page = client.get(f"/articles/{first['id']}").text
    shown = re.search(r'id="raw" href="([^"]*)"', page)
    assert shown
    compared = client.get(f"/articles/{first['id']}?raw=1").text
    assert 'class="raw-page"' in compared and "收起原始文字" in compared
    assert 'class="raw-page"' not in shelf.get("/articles/plain?raw=1").text


def test_articles_of_one_page_lead_to_each_other(tmp_path: Path) -> None:
    page = "".join(
        f"第{n}条新闻的标题在此\n本报讯（记者 王艳）{place}昨天举行了第{n}次活动，许多市民参加了这次活动。"
        "活动持续了三个小时，市民们说很有意思。\n\n"
        for n, place in enumerate(["图书馆", "人民公园", "体育场"], start=1)
    )
    (tmp_path / "周口日报-20220803-01.txt").write_text(page, encoding="utf-8")
    rebuild([tmp_path / "周口日报-20220803-01.txt"], tmp_path / "index")
    searcher = Searcher.open(tmp_path / "index")
    try:
        infos = searcher.articles(page_size=100).articles
        assert len(infos) >= 2
        followed = [info for info in infos if searcher.neighbours(info.id)[0] is None]
        assert len(followed) == 1  # one begins the page
        walked = [followed[0].id]
        while (after := searcher.neighbours(walked[-1])[1]) is not None:
            assert searcher.neighbours(after.id)[0].id == walked[-1]  # type: ignore[union-attr]
            walked.append(after.id)
        assert sorted(walked) == sorted(info.id for info in infos)
        assert searcher.neighbours("nope") == (None, None)
    finally:
        searcher.close()
