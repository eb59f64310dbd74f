from __future__ import annotations

import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from support import an_article, an_index, chinese_text

from retriever.index.duplicates import CopyFinder, Story, _meetings, are_copies, letters, shingles
from retriever.index.snapshot import open_snapshot

WORDS = "市图书馆新闻发布会项目投资亿元城区道路改造工程居民医院学校老师学生农田小麦收购价格企业生产车间技术员工程师"


def a_story(seed: int, sentences: int = 12) -> str:
    """Sentences of random characters, so that two stories share nothing by chance."""
    rng = random.Random(seed)
    return "".join("".join(rng.choices(WORDS, k=rng.randint(15, 30))) + "。" for _ in range(sentences))


def noisy(text: str, share: float, seed: int = 0) -> str:
    """As a recogniser that errs at this share of the characters reads it."""
    rng = random.Random(seed)
    return "".join(rng.choice("龙凤梅兰竹菊") if rng.random() < share else character for character in text)


def groups(texts: list[str], days: list[str | None] | None = None) -> dict[int, int]:
    finder = CopyFinder()
    for text in texts:
        finder.add(text)
    return finder.groups(lambda number: (texts[number], (days or [None] * len(texts))[number]))


STORY = a_story(1)
SENTENCES = re.findall("[^。]+。", STORY)


@pytest.mark.parametrize(
    "copy",
    [
        STORY.replace("。", "。\n").replace("图书馆", "圖書館"),
        noisy(STORY, 0.03),
        "".join(SENTENCES[:8]),
        "".join(SENTENCES[:5] + SENTENCES[7:]),
        "本报讯（记者 李明）" + a_story(2, 1) + "".join(SENTENCES[1:]),
        STORY + a_story(3, 4),
    ],
    ids=["set otherwise", "read badly", "shortened", "cut in the middle", "another lead", "with more at the end"],
)
def test_the_same_report_in_another_paper_is_found(copy):
    assert groups([a_story(8), STORY, a_story(9), copy]) == {1: 1, 3: 1}


def test_articles_of_their_own_are_in_no_group():
    assert groups([a_story(seed) for seed in range(200)]) == {}


def test_a_brief_is_no_copy_of_the_round_up_that_holds_it():
    assert groups([STORY + a_story(2, 20), STORY]) == {}


def test_forecasts_with_the_same_wording_and_other_figures_are_not_copies():
    wording = (
        "今天白天到夜间城区多云转晴，最高气温{}度，最低气温{}度，偏南风{}级，相对湿度百分之{}，"
        "请市民注意防晒，及时补充水分，午后尽量减少外出，老人和儿童尤其要当心中暑。"
    )
    forecasts = [wording.format(*figures) for figures in ((31, 22, 3, 60), (28, 19, 4, 75))]
    assert groups(forecasts) == {}
    assert groups([forecasts[0], forecasts[0] + "（来源：气象台）"]) == {0: 0, 1: 0}


def test_what_was_told_a_year_ago_in_the_same_words_is_another_story():
    again = STORY + "本次会议将现场直播。"
    assert groups([STORY, again], ["2023-03-04", "2024-03-04"]) == {}
    assert groups([STORY, again], ["2024-03-03", "2024-03-04"]) == {0: 0, 1: 0}
    assert groups([STORY, again], ["2024-03-03", None]) == {0: 0, 1: 0}


def test_short_notices_are_copies_only_of_their_equals():
    notice = "遗失声明：张三遗失身份证一张，声明作废。"
    assert groups([notice, notice.replace("张三", "李四"), notice.replace("，", ", ")]) == {0: 0, 2: 0}


def test_every_member_was_compared_with_the_first_of_its_story():
    texts = [noisy(STORY, 0.02, seed) for seed in range(30)]
    assert set(groups(texts).values()) == {0}
    assert len(groups(texts)) == 30


def test_ten_thousand_copies_of_one_text_meet_a_bounded_number_of_times():
    assert len(list(_meetings(np.zeros(10_000, np.uint32)))) == 2 * 9_999
    assert len(groups([STORY] * 500)) == 500


@settings(max_examples=60, deadline=None)
@given(text=chinese_text())
def test_any_text_equals_itself_however_it_is_spaced(text):
    spaced = " ".join(text)
    assert letters(spaced) == letters(text)
    expected = {0: 0, 1: 0} if letters(text) else {}
    assert groups([text, spaced]) == expected
    assert np.array_equal(shingles(letters(text)), np.unique(shingles(letters(text))))


def test_being_a_copy_has_no_direction():
    long, short = Story(STORY), Story("".join(SENTENCES[:7]))
    assert are_copies(long, short) and are_copies(short, long)


def test_the_store_names_the_other_papers_oldest_first(tmp_path):
    articles = [
        an_article(STORY, id="late", date="2024-07-05"),
        an_article(noisy(STORY, 0.01), id="undated"),
        an_article(a_story(5), id="other", date="2024-07-05"),
        an_article("".join(SENTENCES[:9]), id="early", date="2024-07-03"),
    ]
    snapshot = open_snapshot(an_index(tmp_path / "index", articles))
    assert [info.id for info in snapshot.store.copies("late")] == ["early", "undated"]
    assert snapshot.store.copies("other") == snapshot.store.copies("nowhere") == ()
    every = range(snapshot.manifest.passages)
    told = {
        article.id
        for row, (_, article) in enumerate(snapshot.store.passages(every))
        if row in snapshot.store.stories(every)
    }
    assert told == {"late", "undated", "early"}
    snapshot.close()
