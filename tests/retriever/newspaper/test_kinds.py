from __future__ import annotations

import pytest

from retriever.domain import Page
from retriever.newspaper import articles

BODY = "昨天上午，市图书馆新馆开门迎客，读者排起长队，首日进馆三千二百人次。新馆共有座位一千个，藏书四十万册。"
ESSAY = (
    "读书不能只靠热情，更需要方便。笔者走访了几家图书馆，开门的时间往往正是人们上班的时间。\n\n"
    "把门开到夜里，才能让读者进得来。我们应当想一想，设施建好之后，还有什么值得去做。"
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"图书馆新馆开放\n\n本报讯（记者 王艳）{BODY}", "news"),
        (f"图书馆新馆开放\n\n□记者 王艳\n\n{BODY}\n\n读者说，这里很安静。", "news"),
        (f"图书馆新馆开放\n\n新华社北京7月2日电 {BODY}", "news"),
        (f"图书馆新馆开放\n\n{BODY}\n\n读者说，这里很安静。（陈玉 李明娟）", "news"),
        (f"让图书馆的灯亮得更久\n\n本报评论员\n\n{ESSAY}", "commentary"),
        (f"让图书馆的灯亮得更久\n\n张璠\n\n{ESSAY}", "commentary"),
        (f"【短评】让图书馆的灯亮得更久\n\n{ESSAY}", "commentary"),
        (f"{BODY}\n\n通讯员 高万宝 摄", "photo"),
        (f"{BODY}本报记者 王艳 摄", "photo"),
        (f"图书馆新馆开放\n\n□记者 王艳 文/图\n\n{BODY}\n\n读者说，这里很安静。", "news"),
        (f"（上接第一版）\n\n{BODY}", "continuation"),
        (f"图书馆新馆开放\n\n{BODY}\n\n读者说，这里很安静。", None),
    ],
)
def test_an_article_is_what_its_own_marks_say(text: str, kind: str | None) -> None:
    [article] = articles(Page("page.txt", text + "\n", "utf-8"))
    assert article.info.kind == kind
