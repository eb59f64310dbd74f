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
    "warning": ("索引有新版本，但打不开，暂用旧版本：", "The newest index cannot be opened; an older one serves: "),
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
    "missing_terms": ("文章里没有出现过：", "No article mentions: "),
    "near": ("相近段落", "Near passages"),
    "near_why": (
        "下面这些段落与问题相近，但不是答案。",
        "These passages are close to the question, but they are not an answer.",
    ),
    "also_found": ("另外找到的段落", "Other passages found"),
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
    "begins_in": ("上接", "Begins in"),
    "goes_on_in": ("下转", "Goes on in"),
    "status": ("状态 {status}", "Status {status}"),
}

# What the scripts need; the rest stays on the server.
FOR_SCRIPTS: tuple[str, ...] = (
    "looking", "searched_for", "answer", "opens_source", "sure_high", "sure_middle", "sure_low", "sources",
    "read", "untitled", "paper", "page_number", "by", "no_answer", "no_answer_why", "missing_terms", "near", "near_why",
    "also_found", "failed", "unreachable", "again",
)  # fmt: skip
