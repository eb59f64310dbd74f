"""Questions put after a conversation that they do not go on are told apart from those that do."""

from __future__ import annotations

import random
from dataclasses import replace

from retriever.search.borrowing import Leanings
from retriever.tuning.followups import Case, cases, learn

FIRST = [{"question": "新馆投资多少", "article_id": "a"}, {"question": "谁主持的", "article_id": "a"}]
SECOND = [{"question": "洪水几点退的", "article_id": "b"}, {"question": "上海下雨了吗", "article_id": "c"}]


def test_later_turns_lean_and_turns_of_other_conversations_do_not() -> None:
    found = list(cases([(0, FIRST), (1, SECOND)], {"off topic": ["你几岁"]}, random.Random(1)))
    sorts = [(case.sort, case.question) for case in found]
    assert ("follow-up", "谁主持的") in sorts
    assert ("new subject", "上海下雨了吗") in sorts  # of another article
    assert ("new subject", "洪水几点退的") in sorts  # after the first conversation
    assert sorts[-1] == ("off topic", "你几岁")
    assert all(case.earlier for case in found)


def test_what_the_fit_learns_tells_a_pronoun_from_a_new_name() -> None:
    def leaning(*, follows: bool) -> Leanings:
        nothing = Leanings(**dict.fromkeys(Leanings.__slots__, 0.0))
        return replace(nothing, amount=1.0, stands_for=float(follows), named=float(not follows))

    sorts = ("follow-up", "new subject", "question", "elsewhere", "off topic")
    seen = [(Case(sort, "", ("",), n % 10), leaning(follows=sort == "follow-up")) for sort in sorts for n in range(20)]
    learnt = learn(seen)
    assert learnt["held to stand alone, unseen folds"] == {"follow-up": 0.0} | dict.fromkeys(sorts[1:], 1.0)
