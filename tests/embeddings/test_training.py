"""A toy model learnt in seconds from made-up news."""

from __future__ import annotations

import json
import lzma
import random
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import load_encoder
from embeddings.errors import TrainingDataMissing
from embeddings.training.__main__ import main
from embeddings.training.corpus import Article, Question, read_training_data
from embeddings.training.export import write_model
from embeddings.training.measure import measure, nearest_articles, passages_of, rank_of, score
from embeddings.training.pairs import Task, make_pair, plan_batches, plan_epoch, prepare
from embeddings.training.recipe import Recipe, fresh_start, learn, start_from, vocabulary_of
from embeddings.training.shelf import build_shelf
from embeddings.training.synonyms import Synonyms, read_synonyms, replace_words
from embeddings.training.vocabulary import learn_vocabulary

PLACES = ["北京", "上海", "广州", "成都", "西安", "武汉", "南京", "杭州", "昆明", "长沙"]
TOPICS = ["地铁", "医院", "公园", "学校", "图书馆", "机场", "大桥", "水库", "市场", "博物馆"]
TOY = Recipe(pieces=400, dimensions=16, vocabulary_articles=100, epochs=4, batch=64, seed=3)


def story(place: str, topic: str) -> str:
    return (
        f"{place}{topic}今天正式开放。市民可以免费进入{topic}参观。{place}有关部门表示，{topic}建设历时三年。\n"
        f"记者在{topic}现场看到许多{place}居民前来。专家认为这是{place}发展的新起点。"
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder: a plain corpus, an xz one, questions, synonyms, and rows that must never be learnt from."""
    rows = [
        {"id": f"a{p}{t}", "title": f"{place}{topic}开放", "text": story(place, topic), "train": True}
        for p, place in enumerate(PLACES)
        for t, topic in enumerate(TOPICS)
    ]
    secret = {"id": "secret", "title": "秘密", "text": "绝密绝密绝密。" * 5, "train": False}
    questions = [
        {"question": f"{place}的{topic}要钱吗", "article_id": f"a{p}{t}", "evidence": f"市民可以免费进入{topic}参观。"}
        for p, place in enumerate(PLACES)
        for t, topic in enumerate(TOPICS)
    ]
    write_lines(tmp_path / "toy.corpus.jsonl", [*rows[:50], secret])
    write_lines(tmp_path / "more.corpus.jsonl.xz", rows[50:])
    write_lines(tmp_path / "toy_dev.corpus.jsonl", [{**secret, "train": True}])
    write_lines(tmp_path / "toy.dev.pairs.jsonl", [{"query": "绝密", "positive": "绝密"}])
    write_lines(tmp_path / "news_questions.train.jsonl", questions)
    (tmp_path / "synonyms.tsv").write_text("免费\t不要钱,不花钱\n居民\t老百姓\n", encoding="utf-8")
    return tmp_path


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_rows_kept_for_measuring_are_never_learnt_from(data: Path) -> None:
    articles, questions = read_training_data(data)
    assert len(articles) == 100
    assert len(questions) == 100
    assert not any("绝密" in article.text for article in articles)


def test_a_folder_without_articles_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataMissing) as raised:
        read_training_data(tmp_path)
    assert str(tmp_path) in raised.value.message("en")


def test_learning_lowers_the_loss_and_the_same_seed_gives_the_same_weights(data: Path) -> None:
    start = fresh_start(*read_training_data(data), read_synonyms(data / "synonyms.tsv"), TOY)
    first, second = learn(data, TOY, start=start), learn(data, TOY, start=start)
    assert np.mean(first.losses[-3:]) < np.mean(first.losses[:3]) - 0.5
    assert np.array_equal(first.weights, second.weights)
    assert not first.weights[0].any(), "the unknown piece must say nothing"


def test_a_learnt_model_opens_finds_and_can_be_taught_on(data: Path, tmp_path: Path) -> None:
    learnt = learn(data, TOY)
    folder = write_model(tmp_path / "models" / "toy", learnt.tokenizer, learnt.weights, card="toy\n")
    encoder = load_encoder(str(folder))
    passages = encoder.encode_passages([story("北京", "医院"), story("上海", "大桥"), story("昆明", "机场")])
    assert int(np.argmax(passages @ encoder.encode_question("上海大桥不要钱吗")[0])) == 1
    again = learn(data, TOY, start=start_from(folder))
    assert again.losses[0] < learnt.losses[0]
    fresh = vocabulary_of(folder, TOY)
    assert fresh.tokenizer.to_str() == learnt.tokenizer.to_str()
    assert not np.array_equal(fresh.weights, learnt.weights)
    write_model(folder, again.tokenizer, again.weights, card="toy\n")
    assert load_encoder(str(folder)).fingerprint != encoder.fingerprint


def test_the_pieces_of_a_passage_are_those_of_its_sentences() -> None:
    articles = [Article("toy", "1", "标题", story("北京", "地铁"))]
    tokenizer = learn_vocabulary([articles[0].text], pieces=60)
    shelf = build_shelf(articles, tokenizer)
    assert "".join(shelf.sentences[1:]) == articles[0].text
    assert shelf.pieces_of([shelf.body(0)]).tolist() == tokenizer.encode(articles[0].text).ids


def test_every_kind_of_pair_points_inside_its_article() -> None:
    articles = [Article("toy", str(n), f"标题{n}", story(place, "地铁") * 6) for n, place in enumerate(PLACES)]
    questions = [Question("toy", "地铁要钱吗", str(n), "市民可以免费进入地铁参观。") for n in range(len(PLACES))]
    lesson = prepare(articles, questions, build_shelf(articles, learn_vocabulary([articles[0].text], pieces=60)))
    assert all(questions[0].evidence in lesson.shelf.sentences[sentence] for _, sentence in lesson.answers)
    rng = random.Random(1)
    kinds = ("headline", "sentence", "span", "opening", "question")
    made = [make_pair(lesson, Task(kind, n), rng) for kind in kinds for n in range(len(PLACES)) for _ in range(20)]
    pairs = [pair for pair in made if pair]
    assert len(pairs) > 900
    for pair in pairs:
        first, end = lesson.shelf.first[pair.article], lesson.shelf.first[pair.article + 1]
        assert all(first <= start <= stop <= end for start, stop in pair.passage)
        assert pair.query


def test_an_epoch_asks_every_question_as_often_as_its_source_weighs() -> None:
    articles = [Article("toy", "1", "标题", story("北京", "地铁"))]
    questions = [Question("news_questions", "要钱吗", "1", "免费")]
    lesson = prepare(articles, questions, build_shelf(articles, learn_vocabulary([articles[0].text], pieces=60)))
    plan = plan_epoch(lesson, TOY.mixture, random.Random(1))
    assert plan.count(Task("question", 0)) == TOY.mixture.question["news_questions"]


def test_a_large_source_fills_batches_of_its_own_and_no_batch_is_short() -> None:
    sources = [*["crud"] * 60, *["a", "b", "c", "d", "e", "f", "g", "h"] * 5]
    articles = [Article(source, str(n), "标题", story("北京", "地铁")) for n, source in enumerate(sources)]
    lesson = prepare(articles, [], build_shelf(articles, learn_vocabulary([articles[0].text], pieces=60)))
    tasks = [Task("headline", n) for n in range(100)]
    plan = plan_batches(lesson, tasks, 10, random.Random(1))
    assert sorted(task.number for batch in plan for task in batch) == list(range(100))
    assert all(len(batch) == 10 for batch in plan)
    assert all(len({task.number < 60 for task in batch}) == 1 for batch in plan)


def test_printed_words_become_everyday_ones(data: Path) -> None:
    synonyms = read_synonyms(data / "synonyms.tsv")
    assert replace_words("居民入馆", synonyms, random.Random(1), share=1) == "老百姓入馆"
    assert replace_words("老百姓入馆", synonyms, random.Random(1), share=1) == "居民入馆"
    assert replace_words("居民入馆", synonyms, random.Random(1), share=0) == "居民入馆"
    assert replace_words("", Synonyms.of({}), random.Random(1), share=1) == ""


def test_scores_count_first_places_and_first_tens() -> None:
    found = score([1, 2, None, 10], passages=9)
    assert (found.r1, found.r10, found.mrr10) == (0.25, 0.75, pytest.approx((1 + 0.5 + 0.1) / 4))
    assert rank_of(["b"], ["a", "b"]) == 2
    assert rank_of(["c"], ["a", "b"]) is None
    near = nearest_articles(
        np.array([[1.0]], np.float32), np.array([[3], [2], [1]], np.float32), np.array([7, 7, 5]), 2
    )
    assert near == [7, 5]


def test_measuring_finds_articles_by_their_own_words(tiny_static: Path) -> None:
    rows = [{"id": "x", "title": "", "text": "春眠不觉晓。"}, {"id": "y", "title": "", "text": "医保报销比例。"}]
    encoder = load_encoder(str(tiny_static))
    passages = encoder.encode_passages([text for row in rows for text in passages_of(row)])
    queries = [{"text": "春眠", "positive": ["x"]}, {"text": "报销", "positive": ["y"]}]
    assert measure(encoder, queries, ["x", "y"], np.array([0, 1]), passages).r1 == 1


def test_the_command_learns_measures_and_writes_the_card(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lines(data / "cmrc2018_dev.corpus.jsonl", [{"id": "x", "title": "", "text": story("北京", "地铁")}])
    write_lines(data / "cmrc2018_dev.queries.jsonl", [{"text": "北京地铁", "positive": ["x"]}])
    out = tmp_path / "out" / "toy"
    small = ["--pieces", "400", "--dimensions", "8", "--batch", "64", "--epochs", "1", "--threads", "1"]
    main(["--data", str(data), "--out", str(out), *small, "--note", "fewer pieces"])
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "| cmrc2018_dev.queries.jsonl | 1 | 1 | 100.0% | 100.0% | 100.0% |" in card
    assert "--epochs 1 --batch 64 --rate 0.013 --seed 7" in card
    assert str(tmp_path) not in card
    assert "100.0%" in capsys.readouterr().out
    trial = (out.parent / "trials.tsv").read_text(encoding="utf-8").splitlines()[1].split("\t")
    assert trial[1:3] == ["toy", "fewer pieces"]
    assert trial[3:5] == ["pieces=400 dimensions=8 epochs=1 batch=64", "cmrc2018_dev 100.0/100.0/100.0"]


def test_passages_to_measure_keep_the_headline_and_all_the_text() -> None:
    row = {"title": "标题", "text": "一句话在此。" * 200}
    cut = list(passages_of(row))
    assert all(passage.startswith("标题\n") and len(passage) <= 303 for passage in cut)
    assert "".join(passage.removeprefix("标题\n") for passage in cut) == row["text"]
