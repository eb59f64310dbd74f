from __future__ import annotations

import json
import random
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import an_article, an_index, chinese_text

from retriever.index.duplicates import CopyFinder, Story, are_copies, may_be_copies, sketch
from retriever.index.shingles import letters, numbers_of, shingles, spaced_letters
from retriever.index.sketches import SKETCH, meetings
from retriever.index.snapshot import open_snapshot
from retriever.text.folding import fold

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
    return finder_of(texts).groups(lambda number: (texts[number], (days or [None] * len(texts))[number]))


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
    for days, told_once in (
        (["2023-03-04", "2024-03-04"], {}),
        (["2024-03-03", "2024-03-04"], {0: 0, 1: 0}),
        (["2024-03-03", None], {0: 0, 1: 0}),
    ):
        assert groups([STORY, again], days) == told_once
        told = [(STORY, days[0]), (again, days[1])]
        assert finder_of([STORY, again]).groups(told.__getitem__, day=days.__getitem__) == told_once


def test_texts_of_days_far_apart_are_not_even_read():
    def unread(number):
        raise AssertionError(number)

    assert finder_of([STORY, STORY + "又讯。"]).groups(unread, day=["2023-03-04", "2024-03-04"].__getitem__) == {}


def test_short_notices_are_copies_only_of_their_equals():
    notice = "遗失声明：张三遗失身份证一张，声明作废。"
    assert groups([notice, notice.replace("张三", "李四"), notice.replace("，", ", ")]) == {0: 0, 2: 0}


def test_every_member_was_compared_with_the_first_of_its_story():
    texts = [noisy(STORY, 0.02, seed) for seed in range(30)]
    assert set(groups(texts).values()) == {0}
    assert len(groups(texts)) == 30


def test_ten_thousand_copies_of_one_text_meet_a_bounded_number_of_times():
    assert len(meetings(np.zeros(10_000, np.uint64))) == 2 * 9_999
    assert len(groups([STORY] * 500)) == 500


@settings(max_examples=60, deadline=None)
@given(text=chinese_text() | st.text())
def test_letters_and_figures_are_those_of_the_folded_text(text):
    folded = fold(text)
    for length in (len(text), 60):  # short texts take another way
        padded = text + "，" * (length - len(text))
        assert letters(padded) == re.sub(r"[\W_]+", "", folded)
        assert numbers_of(spaced_letters(padded)) == set(re.findall("[0-9]+", folded))


@settings(max_examples=60, deadline=None)
@given(text=chinese_text())
def test_any_text_equals_itself_however_it_is_spaced(text):
    spaced = " ".join(text)
    assert letters(spaced) == letters(text)
    expected = {0: 0, 1: 0} if letters(text) else {}
    assert groups([text, spaced]) == expected
    assert np.array_equal(shingles(spaced_letters(text)), np.unique(shingles(spaced_letters(spaced))))
    assert sketch(text) == sketch(spaced)


def test_sketches_that_were_kept_give_the_same_groups_in_another_process():
    texts = [a_story(seed) for seed in range(20)]
    texts += [noisy(texts[3], 0.02), texts[5], "短讯。", "短讯"]
    program = (
        "import sys, json; from retriever.index.duplicates import sketch;"
        "print(json.dumps([sketch(text).hex() for text in json.load(sys.stdin)]))"
    )
    done = subprocess.run([sys.executable, "-c", program], input=json.dumps(texts), capture_output=True, text=True)
    kept = [bytes.fromhex(line) for line in json.loads(done.stdout)]
    assert {len(one) for one in kept} == {64}
    finder = CopyFinder()
    finder.add_sketch(*kept[:10])
    finder.add_sketch(*kept[10:])
    asked_for = set()

    def told(number):
        asked_for.add(number)
        return texts[number], None

    assert finder.groups(told) == groups(texts) == {3: 3, 20: 3, 5: 5, 21: 5, 22: 22, 23: 22}
    assert asked_for == {3, 20, 5, 21, 22, 23}  # nobody reads the others again


def test_what_was_compared_once_is_not_read_again_and_the_groups_are_the_same():
    old = [a_story(seed) for seed in range(8)] + [noisy(a_story(3), 0.02), a_story(5, 9), STORY + a_story(2, 6)]
    before = finder_of(old)
    before.groups(lambda number: (old[number], None))
    new = [STORY, *old[::-1], noisy(a_story(6), 0.01)]  # in another order, and with more
    known = {(len(old) - later, len(old) - earlier): copies for (earlier, later), copies in before.verdicts.items()}
    grown, anew = finder_of(new), finder_of(new)
    asked_for = set()

    def told(number):
        asked_for.add(number)
        return new[number], None

    assert grown.groups(told, known) == anew.groups(lambda number: (new[number], None))
    assert grown.verdicts == anew.verdicts
    assert asked_for < {number for pair in anew.verdicts for number in pair}


def finder_of(texts: list[str]) -> CopyFinder:
    finder = CopyFinder()
    for text in texts:
        finder.add(text)
    return finder


def test_sketches_rule_out_no_copies():
    """Texts full of figures, some of them changed, some left out."""
    ruled_out = found = 0
    for seed in range(300):
        rng = random.Random(seed)
        sentences = [
            f"{a_story(seed * 50 + n, 1)[:-1]}{rng.randint(1, 400)}元。" for n in range(rng.choice((10, 20, 60)))
        ]
        kept = sentences[: rng.randint(len(sentences) // 2, len(sentences))]
        changed = [f"{one[:15]}{rng.randint(1, 400)}元。" if rng.random() < 0.4 else one for one in kept]
        texts = ["".join(sentences), "".join(changed)]
        sketches = np.frombuffer(b"".join(map(sketch, texts)), SKETCH)
        possible = may_be_copies(sketches, np.array([[0, 1], [1, 0]])).tolist()
        are = [are_copies(Story(one), Story(other)) for one, other in (texts, texts[::-1])]
        assert all(left_open or not copies for left_open, copies in zip(possible, are, strict=True))
        found, ruled_out = found + are[0], ruled_out + (not possible[0])
    assert found > 50 and ruled_out > 50


def test_copies_that_differ_as_much_as_copies_may_are_found():
    """Ten of thirteen sentences, and five others after them: a little over half of all that either tells."""
    whole = [a_story(seed, 13) for seed in range(100)]
    parts = ["".join(re.findall("[^。]+。", text)[2:12]) + a_story(1000 + seed, 5) for seed, text in enumerate(whole)]
    assert all(are_copies(Story(text), Story(part)) for text, part in zip(whole, parts, strict=True))
    assert len(groups(whole + parts)) >= 2 * 99


def test_being_a_copy_has_no_direction():
    long, short = Story(STORY), Story("".join(SENTENCES[:7]))
    assert are_copies(long, short) and are_copies(short, long)
    few, many = (Story(STORY + figures) for figures in ("甲7乙丙丁", "甲7乙8丙9丁10戊11"))
    assert are_copies(few, many) == are_copies(many, few)


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
