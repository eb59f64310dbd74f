from __future__ import annotations

import pytest

from retriever.domain import Article, Page
from retriever.errors import BadFileNamePattern
from retriever.newspaper import articles
from retriever.newspaper.bylines import read_byline
from retriever.newspaper.file_names import file_name_pattern, from_file_name
from retriever.newspaper.issue import Issue

BODY = (
    "昨天上午，市图书馆新馆开门迎客，读者排起长队，首日进馆三千二百人次。\n\n"
    "新馆共有座位一千个，藏书四十万册，每天早上九点开门，周一闭馆。"
)


def cut(text: str, file: str = "page.txt", **details: str | None) -> list[Article]:
    """The articles, without the page's own lines."""
    cut = articles(Page(file, text, "utf-8"), **details)
    return [article for article in cut if article.info.kind != "notice"]


@pytest.mark.parametrize(
    ("printed", "author"),
    [
        ("□记者 刘昂 王晨 苑美丽", "刘昂 王晨 苑美丽"),
        ("本报记者 许静", "许静"),
        ("□新乡日报全媒体记者 李超", "李超"),
        ("记 者 李 丹 丹 通 讯 员 潘振丽", "李丹丹 潘振丽"),
        ("(陈玉 李明娟)", "陈玉 李明娟"),
        ("（高创文/图）", "高创"),
        ("通讯员 高万宝 摄", "高万宝"),
        ("本报记者 徐佳瑞 陈文科 摄影报道", "徐佳瑞 陈文科"),
        ("□记者 王 玉 张三丰", "王玉 张三丰"),
        ("文/图 记者 欧阳海", "欧阳海"),
        ("本报评论员", "本报评论员"),
        ("张璠", "张璠"),
    ],
)
def test_names_are_read_out_of_a_byline_however_it_is_set(printed: str, author: str) -> None:
    byline = read_byline(printed)
    assert byline is not None and byline.author == author


@pytest.mark.parametrize(
    "line", ["(如图)", "图书馆开门了", "把好培育关，锤炼综合能力", "新时代 新征程 新伟业", "2024年6月5日", "今日导读"]
)
def test_other_lines_are_no_bylines(line: str) -> None:
    assert read_byline(line) is None


@pytest.mark.parametrize(
    ("file", "issue"),
    [
        ("周口日报-20220803-01.txt", Issue("周口日报", "2022-08-03", "1")),
        ("2022/周口晚报_2022-08-03_A02.txt", Issue("周口晚报", "2022-08-03", "A02")),
        ("新乡日报2024年06月05日.txt", Issue("新乡日报", "2024-06-05", None)),
        ("周口日报-20221399-01.txt", Issue()),
        ("000_1f61430907afb83e.txt", Issue()),
        ("notes.txt", Issue()),
    ],
)
def test_paper_day_and_page_are_read_from_a_file_name(file: str, issue: Issue) -> None:
    assert from_file_name(file) == issue


def test_paper_and_day_are_read_from_the_masthead() -> None:
    text = f"云溪日报\n\n2023年5月18日 星期四\n\n国内统一连续出版物号:CN 41-0099 今日8版\n\n图书馆新馆开放\n\n本报讯（记者 王艳）{BODY}\n"
    [article] = cut(text)
    assert (article.info.source, article.info.date, article.info.page) == ("云溪日报", "2023-05-18", None)


def test_a_date_inside_an_article_is_not_the_papers() -> None:
    [article] = cut(f"图书馆新馆开放\n\n本报讯（记者 王艳）2021年3月4日开工的新馆建成。{BODY}\n")
    assert (article.info.source, article.info.date) == (None, None)


def test_what_the_librarian_wrote_wins() -> None:
    [article] = cut(f"本报讯 {BODY}", "周口日报-20220803-01.txt", source="周口晚报", date=None, page_number="2")
    assert (article.info.source, article.info.date, article.info.page) == ("周口晚报", "2022-08-03", "2")


def test_kicker_and_sub_headline_are_told_from_the_headline() -> None:
    text = f"市领导在调研文化工作时强调\n\n建好图书馆 服务老百姓\n\n——市图书馆新馆开放见闻\n\n□记者 王艳\n\n{BODY}\n"
    [article] = cut(text)
    assert article.info.title == "建好图书馆 服务老百姓"
    assert article.info.subtitle == "市领导在调研文化工作时强调 ——市图书馆新馆开放见闻"


def test_an_unsigned_article_without_headline_says_so() -> None:
    [article] = cut(f"（上接第一版）\n\n{BODY}\n")
    assert (article.info.title, article.info.author) == (None, None)
    assert article.text.startswith("昨天上午")


def test_wire_copy_names_the_agency() -> None:
    [article] = cut(f"图书馆新馆开放\n\n新华社北京7月2日电 {BODY}\n")
    assert article.info.author == "新华社"


def test_the_pages_own_number_stands_beside_its_date() -> None:
    text = f"云溪日报\n2023年5月18日 星期四 第3版 要闻\n\n图书馆新馆开放\n\n本报讯（记者 王艳）{BODY}\n\n详见第4版\n"
    [article] = cut(text)
    assert (article.info.source, article.info.date, article.info.page) == ("云溪日报", "2023-05-18", "3")


def test_a_dateline_dates_an_article_only_with_its_year() -> None:
    dates = [cut(f"图书馆新馆开放\n\n新华社北京{day}电 {BODY}\n")[0].info.date for day in ("2024年7月2日", "7月2日")]
    assert dates == ["2024-07-02", None]


def test_traditional_print_is_cut_by_the_same_signs() -> None:
    text = (
        "圖書館新館開放\n\n【本報訊】記者王小明報導，圖書館新館昨天開放，讀者排起長隊。新館共有座位一千個。\n\n"
        "棒球賽今晚開打\n\n【本報訊】棒球聯賽今晚在市立球場開打，門票已經售完。球迷可以收看轉播。\n"
    )
    assert [article.info.title for article in cut(text)] == ["圖書館新館開放", "棒球賽今晚開打"]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["省委书记在青禾县调研时强调", "扎实做好春季图书馆开放工作"], "扎实做好春季图书馆开放工作"),
        (["市图书馆新馆开放仪式举行", "李明出席并讲话 王强主持"], "市图书馆新馆开放仪式举行"),
        (["图书馆开门 读者高兴", "——青禾县图书馆新馆见闻"], "图书馆开门 读者高兴"),
        (["公共图书馆管理办法", "（2023年5月18日市政府常务会议通过）"], "公共图书馆管理办法"),
        (["喜迎丰收季 奋进新征程", "市图书馆新馆昨天开门迎客"], "市图书馆新馆昨天开门迎客"),
    ],
)
def test_the_headline_of_a_group_is_chosen_by_form_and_by_words(lines: list[str], title: str) -> None:
    [article] = cut("\n\n".join([*lines, f"本报讯（记者 王艳）{BODY}"]))
    assert article.info.title == title


@pytest.mark.parametrize(
    ("line", "title", "subtitle"),
    [
        ("省委书记在青禾县调研时强调 建好图书馆 服务老百姓", "建好图书馆 服务老百姓", "省委书记在青禾县调研时强调"),
        (
            "书香进社区、阅览到乡村、服务到指尖的青禾“十分钟阅读圈” 家门口借书 月光下读书",
            "家门口借书 月光下读书",
            "书香进社区、阅览到乡村、服务到指尖的青禾“十分钟阅读圈”",
        ),
        ("建好图书馆 办好读书节 让青禾县的书香飘进千家万户", "建好图书馆 办好读书节 让青禾县的书香飘进千家万户", None),
        ("市图书馆新馆开放仪式昨天举行 李明出席 王强主持", "市图书馆新馆开放仪式昨天举行 李明出席 王强主持", None),
        (
            "青禾县图书馆新馆：借书不花钱 看书不排队 还书不着急",
            "青禾县图书馆新馆：借书不花钱 看书不排队 还书不着急",
            None,
        ),
        ("图书馆开门 读者很高兴", "图书馆开门 读者很高兴", None),
    ],
)
def test_a_kicker_on_the_line_of_its_headline_is_told_from_it(line: str, title: str, subtitle: str | None) -> None:
    [article] = cut(f"{line}\n\n本报讯（记者 王艳）{BODY}")
    assert (article.info.title, article.info.subtitle) == (title, subtitle)


def test_a_series_label_over_a_headline_belongs_to_it() -> None:
    story = f"本报讯（记者 王艳）{BODY}②3"
    found = cut(f"图书馆新馆开放\n\n{story}\n\n奋进新征程 建功新时代\n\n图书馆新馆迎来首批读者\n\n{story}\n")
    assert [(article.info.title, article.info.subtitle) for article in found] == [
        ("图书馆新馆开放", None),
        ("图书馆新馆迎来首批读者", "奋进新征程 建功新时代"),
    ]


def test_the_same_text_twice_on_a_page_has_two_ids() -> None:
    once = f"本报讯（记者 王艳）{BODY}②3"
    found = cut(f"{once}\n\n\n\n{once}\n")
    assert len(found) == 2 and found[0].text == found[1].text
    assert found[0].info.id != found[1].info.id


def test_a_file_that_is_no_newspaper_page_stays_whole() -> None:
    [article] = cut("# 开馆通知\n\n市图书馆每天早上九点开门，晚上八点关门。\n\n## 联系方式\n\n电话：0371-1234567\n")
    assert article.info.title == "开馆通知"
    assert article.text.split("\n") == ["市图书馆每天早上九点开门，晚上八点关门。", "联系方式", "电话：0371-1234567"]


@pytest.mark.parametrize("text", ["", "\n\n", " \u3000\n\t"])
def test_a_blank_page_has_no_articles(text: str) -> None:
    assert cut(text) == []


def test_a_list_inside_an_article_does_not_cut_it() -> None:
    items = "\n\n".join(f"●{item}，凭身份证办理，当天可以领取借书证。" for item in ("读者借书", "读者还书", "读者续借"))
    [article] = cut(f"图书馆新馆开放\n\n本报讯（记者 王艳）{BODY}\n\n{items}\n")
    assert article.text.count("\n") == 4


@pytest.mark.parametrize(
    "lead", ["本报北京8月2日电", "本报郑州讯", "本刊讯", "据新华社电", "大河网讯（记者 李明）", "中新网北京8月2日电"]
)
def test_leads_of_many_papers_start_an_article(lead: str) -> None:
    other = "体育中心昨晚举行了篮球联赛决赛，主队以两分优势取胜，三千名球迷到场助威。"
    found = cut(f"图书馆新馆开放\n\n{lead} {BODY}\n\n{lead} {other}\n")
    assert [article.text[-6:] for article in found] == [BODY[-6:], other[-6:]]


def test_nothing_that_a_reader_may_ask_for_is_lost() -> None:
    page = (
        "云溪日报\n\n2023年5月18日 星期四\n\n今日天气 阴 33℃~20℃\n\n□记者 王艳 李文\n\n"
        f"昨天，市图书馆新馆开门迎客。{BODY}\n\n（陈玉 李明娟）\n\n新闻热线:13700001234\n"
    )
    cut = articles(Page("page.txt", page, "utf-8"))
    printed = "\n".join(article.text for article in cut)
    for told in ("云溪日报", "今日天气 阴 33℃~20℃", "□记者 王艳 李文", "（陈玉 李明娟）", "新闻热线:13700001234"):
        assert told in printed
    assert [article.info.kind for article in cut] == ["notice", "news", "notice"]
    assert cut[1].text.startswith("□记者 王艳 李文\n昨天") and cut[1].text.endswith("（陈玉 李明娟）")


@pytest.mark.parametrize(
    ("template", "file", "issue"),
    [
        ("{source}-{year}{month}{day}-{page}", "周口日报-20220803-01.txt", Issue("周口日报", "2022-08-03", "1")),
        ("p{page} {source} {year}.{month}.{day}", "2022/p3 ZKRB 2022.8.3.txt", Issue("ZKRB", "2022-08-03", "3")),
        ("*_{year}年{month}月{day}日", "归档(一)_2022年8月3日.txt", Issue(None, "2022-08-03", None)),
        ("{source}_{year}*", "云溪晚报_2022_旧.txt", Issue("云溪晚报", None, None)),
        ("{page}", "没有版次.txt", Issue()),
        ("{page}", "周口日报-20220803-01.txt", Issue("周口日报", "2022-08-03", "1")),
    ],
)
def test_a_librarian_says_how_their_files_are_named(template: str, file: str, issue: Issue) -> None:
    assert from_file_name(file, file_name_pattern(template)) == issue


@pytest.mark.parametrize("template", ["", "没有括号", "{paper}", "{page}{page}", "{page", "{{page}}", "{}"])
def test_a_file_name_pattern_that_says_nothing_or_too_much_is_refused(template: str) -> None:
    with pytest.raises(BadFileNamePattern, match=r"\{source\}"):
        file_name_pattern(template)
