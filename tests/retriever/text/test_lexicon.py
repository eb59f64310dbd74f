from __future__ import annotations

import pytest

from retriever.errors import BadLexiconLine, LexiconUnreadable
from retriever.index.lexicon import open_lexicon, write_lexicon
from retriever.text.lexicon import SHIPPED, read_lexicon
from retriever.text.synonyms import read_rule, with_rules


def written(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_user_dictionary_is_read_as_jieba_reads_it(tmp_path):
    file = written(tmp_path, "own.txt", "\ufeff耕德电子 100 nz\n涵崧\n淇河实验室 nt\n\n# 说明\n")
    words = read_lexicon(file).user_words
    assert [tuple(word) for word in words] == [("耕德电子", 100), ("涵崧", None), ("淇河实验室", None)]


def test_synonyms_are_read_in_solrs_format(tmp_path):
    lexicon = read_lexicon(synonyms=written(tmp_path, "s.txt", "# 说明\n土豆儿, 山药蛋，洋芋儿\n袜厂 => 袜业, 织造\n"))
    assert lexicon.partners("土豆儿")[:2] == ("山药蛋", "洋芋儿") and "土豆儿" in lexicon.partners("洋芋儿")
    assert lexicon.partners("袜厂")[:2] == ("袜业", "织造") and "袜厂" not in lexicon.partners("袜业")
    assert lexicon.partners("凉快") == SHIPPED.partners("凉快")


def test_a_backslash_keeps_a_comma_in_a_word():
    assert read_rule(r"1\,000, 一千").asked == ("1,000", "一千")


def test_what_a_librarian_adds_comes_before_what_is_shipped():
    assert with_rules({"娃": ("孩子",)}, [read_rule("娃 => 儿童")])["娃"] == ("儿童", "孩子")


@pytest.mark.parametrize(
    ("user_dictionary", "synonyms", "line"),
    [
        ("耕德 100 nz 多\n", "", 1),
        ("耕德\n涵崧 0\n", "", 2),
        ("耕德\n涵崧 1.5\n", "", 2),
        ("", "土豆, 马铃薯\n只有一个\n", 2),
        ("", "a => b => c\n", 1),
        ("", "# 说明\n\n => b\n", 3),
    ],
)
def test_a_line_that_is_not_understood_is_named_with_its_file(tmp_path, user_dictionary, synonyms, line):
    with pytest.raises(BadLexiconLine) as caught:
        read_lexicon(written(tmp_path, "d.txt", user_dictionary), written(tmp_path, "s.txt", synonyms))
    name = "d.txt" if user_dictionary else "s.txt"
    assert name in caught.value.message("zh") and f"第 {line} 行" in caught.value.message("zh")
    assert name in caught.value.message("en") and f"line {line}," in caught.value.message("en")


def test_a_file_that_is_missing_or_not_utf_8_is_named(tmp_path):
    (tmp_path / "gbk.txt").write_bytes("耕德".encode("gbk"))
    for file in (tmp_path / "none.txt", tmp_path / "gbk.txt"):
        with pytest.raises(LexiconUnreadable, match=file.name):
            read_lexicon(file)


def test_a_generation_keeps_its_words(tmp_path):
    lexicon = read_lexicon(written(tmp_path, "d.txt", "耕德 9\n涵崧\n"), written(tmp_path, "s.txt", "娃, 孩子\n"))
    write_lexicon(tmp_path / "lexicon.json", lexicon)
    kept = open_lexicon(tmp_path / "lexicon.json")
    assert (kept.user_words, kept.rules) == (lexicon.user_words, lexicon.rules)


@pytest.mark.parametrize(
    "content", ["", "{}", '{"user_words": 3, "synonyms": []}', '{"user_words": [], "synonyms": [1]}']
)
def test_a_damaged_lexicon_is_an_error_that_opening_understands(tmp_path, content):
    with pytest.raises(ValueError):  # open_snapshot turns it into IndexDamaged
        open_lexicon(written(tmp_path, "lexicon.json", content))
