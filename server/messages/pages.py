"""What the chat page, the reading page and the error page say."""

from __future__ import annotations

from server.messages import Pair

PAGE: dict[str, Pair] = {
    "name": ("报问", "Baowen"),
    # A narrow page breaks the line at "|".
    "tagline": ("问报纸一句话，|答的都是报上原话。", "Ask the paper. |Every answer is its own words."),
    "skip": ("跳到正文", "Skip to the content"),
    "other_language": ("English", "中文"),
    "home": ("回到提问", "Ask something"),
    "new_chat": ("新的提问", "Start afresh"),
    "holdings": ("收有 {articles} 篇文章，来自 {sources} 种报纸", "{articles} articles from {sources} newspapers"),
    "holdings_unnamed": ("收有 {articles} 篇文章", "{articles} articles"),
    "warning": ("索引需要处理：", "The index needs attention: "),
    # asking
    "question_label": ("你的问题", "Your question"),
    "placeholder": ("想从报纸里知道什么？", "What would you like to know from the papers?"),
    "ask": ("提问", "Ask"),
    "hint": ("回车发送，Shift＋回车换行", "Enter sends, Shift+Enter starts a new line"),
    "examples": ("可以这样问", "For example"),
    "conversation": ("问与答", "Questions and answers"),
    # answering
    "looking": ("正在翻报纸…", "Looking through the papers…"),
    "searched_for": ("按“{question}”查找", "Searched for “{question}”"),
    "repaired": ("已按“{question}”查找", "Took it to mean “{question}”"),
    "answer": ("报上原话", "In the paper’s words"),
    "opens_source": ("出处 {n}：在原文中查看", "Source {n}: see it in the article"),
    "sure_high": ("把握较大", "Quite sure"),
    "sure_middle": ("把握一般，请核对原文", "Fairly sure: check the article"),
    "sure_low": ("把握不大，请核对原文", "Not sure: check the article"),
    "sources": ("出处", "Sources"),
    "read": ("在原文中查看", "See it in the article"),
    "untitled": ("（无标题）", "(untitled)"),
    "paper": ("《{source}》", "{source}"),
    "page_number": ("第 {page} 版", "page {page}"),
    "by": ("{author}", "by {author}"),
    "no_answer": ("没有找到答案", "No answer found"),
    "no_answer_why": (
        "收录的文章里，没有哪句话能直接回答这个问题。",
        "No sentence in these articles answers the question directly.",
    ),
    "what_for": (
        "这里查的是报纸：问一件报上登过的事，会引用原文回答，并注明出处。",
        "This looks things up in newspapers: ask about something they printed, and it answers in their words, with the source.",
    ),
    "missing_terms": ("文章里没有出现过：", "No article mentions: "),
    "near": ("相近段落", "Near passages"),
    "near_why": (
        "下面这些段落与问题相近，但不是答案。",
        "These passages are close to the question, but they are not an answer.",
    ),
    "also_found": ("另外找到的段落", "Other passages found"),
    # narrowing
    "narrow": ("筛选", "Filter"),
    "narrowed": ("筛选条件", "Filters"),
    "papers": ("报纸", "Newspapers"),
    "date_from": ("从", "From"),
    "date_to": ("到", "To"),
    "only_paper": ("只看《{source}》", "Only {source}"),
    "only_days": ("只看 {days}", "Only {days}"),
    "days": ("{first} 至 {last}", "{first} to {last}"),
    "days_from": ("{first} 起", "from {first}"),
    "days_to": ("至 {last}", "until {last}"),
    "suggested_days": ("只看{phrase}（{days}），{articles} 篇", "Only {phrase} ({days}): {articles} articles"),
    "suggested_paper": ("只看《{source}》，{articles} 篇", "Only {source}: {articles} articles"),
    "take_off": ("取消：{chip}", "Remove: {chip}"),
    "held": (
        "问题中的词全都出现的文章共 {articles} 篇，分布于 {issues} 期",
        "Articles that hold every word of the question: {articles}, in issues: {issues}",
    ),
    "held_undated": (
        "问题中的词全都出现的文章共 {articles} 篇",
        "Articles that hold every word of the question: {articles}",
    ),
    # going wrong
    "failed": ("没有问成", "That did not work"),
    "unreachable": (
        "连不上服务。请看看它是否还在运行，然后再试。",
        "The service cannot be reached. See whether it still runs, then try again.",
    ),
    "again": ("再试一次", "Try again"),
    # reading
    "from_file": ("出自文件 {file}", "From the file {file}"),
    "legend": ("标出的，是回答引用的原话", "Marked: the words that the answer quotes"),
    "next_mark": ("下一处", "Next mark"),
    "copies": ("同文另见", "Also printed in"),
    "more_copies": ("另有 {count} 篇", "and {count} more"),
    "goes_on": ("，下转第 {page} 版", ", continued on page {page}"),
    "page_turns": ("以下转入另一版", "Here the page turns"),
    "status": ("状态 {status}", "Status {status}"),
}

# What the scripts need; the rest stays on the server.
FOR_SCRIPTS: tuple[str, ...] = (
    "looking", "searched_for", "repaired", "answer", "opens_source", "sure_high", "sure_middle", "sure_low", "sources",
    "read", "untitled", "paper", "page_number", "by", "no_answer", "no_answer_why", "what_for", "missing_terms", "near", "near_why",
    "also_found", "failed", "unreachable", "again", "narrowed", "only_paper", "only_days", "days", "days_from",
    "days_to", "suggested_days", "suggested_paper", "take_off", "held", "held_undated",
)  # fmt: skip
