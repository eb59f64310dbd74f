"""A small index measured as a person would measure it, and what a later run says of an earlier one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support import an_article, an_index

from embeddings.encoder import load_encoder
from retriever.errors import BadFloor, BadRun, GateClosed, PathNotFound, ReportUnwritable, UnknownFigure
from retriever.evaluation import (
    QuestionSet,
    Run,
    broken_floors,
    compare,
    gate,
    measure,
    measure_pairs,
    read_floors,
    read_run,
    write_run,
)
from retriever.evaluation.exactness import Exactness
from retriever.evaluation.questions import Gold, PairSet, SentencePair
from retriever.evaluation.records import Row, SetResult
from retriever.search import Searcher

LIBRARY = "正阳县图书馆新馆每天上午九点开门，晚上十点关门。馆内收藏图书三十万册，全部免费借阅。"
BRIDGE = "沙河大桥昨日合龙，全长1260米，总投资4.2亿元，预计明年五月通车。"

OPENS = Gold("opens", "图书馆几点开门？", "when", ("九点",), "正阳县图书馆新馆每天上午九点开门，晚上十点关门。")
COSTS = Gold("costs", "沙河大桥投资多少？", "number", ("4.2亿元",), BRIDGE, {"bridge": 1})
ELSEWHERE = Gold("elsewhere", "机场跑道多长？", "number", ("3600米",), "新机场跑道长3600米，可起降大型客机。")
BY_ID = Gold("by-id", "沙河大桥有多长？", relevance={"bridge": 1, "gone": 1})
LOST_ID = Gold("lost-id", "高铁什么时候通车？", relevance={"gone": 1})
OFF_TOPIC = Gold("off", "西红柿炒鸡蛋怎么做？", "off_topic", answerable=False)


def a_set(form: str, *golds: Gold, floors: dict[str, float] | None = None, name: str = "golden") -> QuestionSet:
    return QuestionSet(name, form, tuple((gold,) for gold in golds), floors or {})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = [an_article(LIBRARY, id="library", title="图书馆"), an_article(BRIDGE, id="bridge", title="大桥")]
    return an_index(tmp_path_factory.mktemp("measured") / "index", articles)


@pytest.fixture(scope="module")
def searcher(root: Path) -> Iterator[Searcher]:
    opened = Searcher.open(root)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def run(searcher: Searcher) -> Run:
    return measure(
        searcher, [a_set("questions", OPENS, COSTS, ELSEWHERE), a_set("unanswerable", OFF_TOPIC, name="not")]
    )


def row(run: Run, identity: str) -> Row:
    return next(each for result in run.sets for each in result.rows if each.id == identity)


def test_evidence_and_answers_are_found(run: Run) -> None:
    figures = run.sets[0].figures
    assert figures["evidence@1"].value == figures["answer"].value == 1
    assert figures["evidence@1"].n == 2
    assert figures["evidence@1_when"].n == 1


def test_what_no_article_holds_is_counted_apart_and_not_as_a_miss(run: Run) -> None:
    assert [each.id for each in run.sets[0].not_in_index] == ["elsewhere"]
    assert row(run, "elsewhere").values == {}
    assert run.sets[0].n == 3


def test_refusals_are_told_by_kind(run: Run) -> None:
    assert run.sets[1].figures["refused_off_topic"].value == 1


def test_articles_are_ranked_where_their_ids_are_known(run: Run) -> None:
    assert row(run, "costs").values["article.R@1"] == 1
    assert "article.R@1" not in row(run, "opens").values


def test_recall_and_success_differ_where_several_articles_are_right(searcher: Searcher) -> None:
    result = measure(searcher, [a_set("retrieval", BY_ID, LOST_ID)]).sets[0]
    assert result.figures["article.Success@1"].value == 1
    assert result.figures["article.R@1"].value == 0.5
    assert [each.id for each in result.not_in_index] == ["lost-id"]


def test_every_quotation_is_compared_with_its_article(run: Run, searcher: Searcher) -> None:
    assert run.sets[0].figures["exact"].value == 1
    assert run.sets[0].figures["exact"].n >= 4
    answer = searcher.ask(OPENS.question)
    moved = replace(answer.hits[0], passage=replace(answer.hits[0].passage, start=answer.hits[0].passage.start + 1))
    exactness = Exactness(searcher)
    exactness.check(replace(answer, hits=(moved, *answer.hits[1:])))
    assert exactness.exact == exactness.checked - 1


def test_of_a_conversation_the_later_turn_is_measured_with_what_was_said(searcher: Searcher) -> None:
    later = Gold("d#2", "晚上几点关门？", answers=("十点",), evidence=OPENS.evidence)
    dialogue = QuestionSet("talk", "dialogues", ((OPENS, later),))
    result = measure(searcher, [dialogue]).sets[0]
    assert [each.id for each in result.rows] == ["d#2"]
    assert result.figures["evidence@1"].value == 1


def test_progress_is_told(searcher: Searcher) -> None:
    told: list[tuple[str, int, int]] = []
    measure(searcher, [a_set("questions", OPENS, COSTS)], lambda *step: told.append(step))
    assert told == [("golden", 0, 2), ("golden", 1, 2), ("golden", 2, 2)]


def test_pairs_that_people_find_alike_have_a_high_cosine() -> None:
    pairs = [
        ("图书馆几点开门", "图书馆什么时候开放", 5.0),
        ("图书馆几点开门", "图书馆开门", 4.0),
        ("图书馆几点开门", "猪肉降价", 0.0),
    ]
    told = PairSet("sts", tuple(SentencePair("STS", *pair) for pair in pairs))
    result = measure_pairs(load_encoder(), told)
    assert result.figures["spearman_STS"].value > 0.4
    assert result.figures["spearman_STS"].n == 3


def test_a_run_can_be_written_and_read_again(run: Run, tmp_path: Path) -> None:
    write_run(run, tmp_path / "run.json")
    assert read_run(tmp_path / "run.json") == run
    assert "图书馆" in (tmp_path / "run.json").read_text(encoding="utf-8")  # legible


@pytest.mark.parametrize("content", ["", "{}", '{"format": 1', '{"format": 99, "encoder": "x", "sets": []}', "\xff"])
def test_what_is_no_run_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.json").write_text(content, encoding="latin-1")
    with pytest.raises(BadRun):
        read_run(tmp_path / "run.json")


def test_a_run_that_is_not_there_or_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    with pytest.raises(PathNotFound):
        read_run(tmp_path / "none.json")
    with pytest.raises(ReportUnwritable):
        write_run(run, tmp_path / "no" / "such" / "folder.json")


def worse(run: Run, identity: str, figure: str) -> Run:
    """The same run with one value lost."""

    def changed(result: SetResult) -> SetResult:
        rows = [
            replace(each, values={**each.values, figure: 0.0}) if each.id == identity else each for each in result.rows
        ]
        return replace(result, rows=tuple(rows))

    return replace(run, sets=tuple(changed(result) for result in run.sets))


def test_a_run_does_not_differ_from_itself(run: Run) -> None:
    told = compare(run, run)
    assert all(not one.turned and all(figure.before == figure.now for figure in one.moved) for one in told.sets)
    assert all(figure.p == 1 for one in told.sets for figure in one.moved)


def test_questions_lost_in_one_direction_are_gained_in_the_other(run: Run) -> None:
    other = worse(run, "opens", "answer")
    (lost,) = compare(run, other).sets[0].lost
    (gained,) = compare(other, run).sets[0].gained
    assert (lost.figure, lost.now.id) == ("answer", "opens")
    assert (gained.figure, gained.now.id) == ("answer", "opens")
    moved = {figure.name: figure for figure in compare(run, other).sets[0].moved}
    assert (moved["answer"].before, moved["answer"].now) == (1, 0.5)


def test_questions_asked_in_one_run_only_are_left_out_and_told(run: Run) -> None:
    fewer = replace(run, sets=(replace(run.sets[0], rows=run.sets[0].rows[:1]),))
    told = compare(run, fewer)
    assert (told.sets[0].only_before, told.sets[0].only_now) == (1, 0)
    assert compare(fewer, run).unmatched == ("not",)


def test_floors_hold_or_are_told(run: Run) -> None:
    assert broken_floors(run, [], read_floors("evidence@1=1,refused_off_topic=0.97,golden:answer=1")) == []
    (broken,) = broken_floors(run, [], read_floors("evidence@1=1.01"))
    assert (broken.set, broken.figure, broken.value, broken.floor) == ("golden", "evidence@1", 1, 1.01)


def test_the_floors_of_a_file_hold_for_that_file(run: Run) -> None:
    asked = a_set("questions", OPENS, floors={"answer": 1.5})
    (broken,) = broken_floors(run, [asked], {})
    assert (broken.set, broken.figure) == ("golden", "answer")


def test_a_floor_that_is_misspelt_is_no_floor_passed(run: Run) -> None:
    with pytest.raises(UnknownFigure):
        broken_floors(run, [], {"evidense@1": 0.1})
    for wrong in ("evidence@1", "evidence@1=high", "=0.5", "evidence@1=nan"):
        with pytest.raises(BadFloor):
            read_floors(wrong)


def check(root: Path, *sets: QuestionSet, floor: float | None = None) -> None:
    """What a rebuild does with a gate: here over a generation that was published long ago."""
    generation = (root / "CURRENT").read_text(encoding="utf-8").strip()
    gate(sets, floor=floor)(root / generation, load_encoder())


def test_a_golden_set_that_holds_lets_an_index_through(root: Path) -> None:
    check(
        root, a_set("questions", OPENS, COSTS), a_set("unanswerable", OFF_TOPIC, name="not"), a_set("retrieval", BY_ID)
    )


def test_a_question_that_the_index_cannot_answer_any_more_closes_the_gate(root: Path) -> None:
    with pytest.raises(GateClosed) as caught:
        check(root, a_set("questions", OPENS, COSTS, ELSEWHERE))
    for language in ("zh", "en"):
        assert "elsewhere 机场跑道多长？" in caught.value.message(language)  # type: ignore[arg-type]
        assert "opens" not in caught.value.message(language)  # type: ignore[arg-type]


def test_a_share_of_a_golden_set_can_be_enough(root: Path) -> None:
    check(root, a_set("questions", OPENS, COSTS, ELSEWHERE), floor=0.6)
    with pytest.raises(GateClosed):
        check(root, a_set("questions", OPENS, COSTS, ELSEWHERE), floor=0.7)


def test_what_a_golden_file_requires_itself_counts_instead_of_every_question(root: Path) -> None:
    check(root, a_set("questions", OPENS, COSTS, ELSEWHERE, floors={"evidence@5": 1.0}))
    with pytest.raises(GateClosed):
        check(root, a_set("questions", OPENS, COSTS, floors={"evidence@5": 1.1}))


def test_the_picture_is_a_png_with_or_without_chinese_fonts(run: Run, tmp_path: Path) -> None:
    from retriever.evaluation.picture import write_picture

    names = ("title", "sure", "right", "count", "by_width", "by_mass", "diagonal")
    assert run.calibration
    for n, character in enumerate(("把握", "A", "\U000e0100")):  # the last has a glyph in no font
        file = tmp_path / f"{n}.png"
        write_picture(run.calibration, file, dict.fromkeys(names, character), plain=dict.fromkeys(names, "plain"))
        assert file.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ReportUnwritable):
        write_picture(run.calibration, tmp_path / "no" / "a.png", dict.fromkeys(names, "A"), dict.fromkeys(names, "A"))


def test_a_run_file_says_what_was_found_and_said(run: Run, tmp_path: Path) -> None:
    write_run(run, tmp_path / "run.json")
    told = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    opens = told["sets"][0]["rows"][0]
    assert "九点" in opens["said"]
    assert opens["evidence_rank"] == 1
    assert [file.name for file in tmp_path.iterdir()] == ["run.json"]  # nothing is left beside it
