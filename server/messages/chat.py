"""What the chat page says."""

from __future__ import annotations

from server.messages import Pair

CHAT: dict[str, Pair] = {
    # A narrow page breaks the line at "|".
    "tagline": ("问报纸一句话，|答的都是报上原话。", "Ask the paper. |Every answer is its own words."),
    "holdings": ("收有 {articles} 篇文章，来自 {sources} 种报纸", "{articles} articles from {sources} newspapers"),
    "holdings_unnamed": ("收有 {articles} 篇文章", "{articles} articles"),
    # asking
    "question_label": ("你的问题", "Your question"),
    "placeholder": ("想从报纸里知道什么？", "What would you like to know from the papers?"),
    "ask": ("提问", "Ask"),
    "stop": ("停止", "Stop"),
    "hint": (
        "回车发送，Shift＋回车换行；按 / 回到这里",
        "Enter sends, Shift+Enter starts a new line; / comes back here",
    ),
    "examples": ("可以这样问", "For example"),
    "conversation": ("问与答", "Questions and answers"),
    # answering
    "looking": ("正在翻报纸…", "Looking through the papers…"),
    "choosing": ("找到 {count} 段，正在挑选原话…", "Found {count} passages, choosing the words…"),
    "stopped": ("已停止。", "Stopped."),
    "searched_for": ("按“{question}”查找", "Searched for “{question}”"),
    "repaired": ("已按“{question}”查找", "Took it to mean “{question}”"),
    "change": ("修改", "Change"),
    "search_instead": ("改按这句查找", "Search for this instead"),
    "search_again": ("重新查找", "Search again"),
    "answer": ("报上原话", "In the paper’s words"),
    "opens_source": ("出处 {n}：在原文中查看", "Source {n}: see it in the article"),
    "sure_high": ("把握较大", "Quite sure"),
    "sure_middle": ("把握一般，请核对原文", "Fairly sure: check the article"),
    "sure_low": ("把握不大，请核对原文", "Not sure: check the article"),
    "sources": ("出处", "Sources"),
    "read": ("在原文中查看", "See it in the article"),
    "also_printed": ("另有 {count} 篇登了同文", "The same text stands in {count} more"),
    "why": ("为什么找到它", "Why it was found"),
    "why_terms": ("文中有问题里的词：", "It holds these words of the question: "),
    "why_no_terms": ("文中没有问题里的词，是意思相近。", "It holds no word of the question; its meaning is near."),
    "why_lexical": ("按用词排第 {rank}", "No. {rank} by words"),
    "why_dense": ("按意思排第 {rank}", "No. {rank} by meaning"),
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
    # what a language model writes beside it
    "composed": ("语言模型改写", "Rewritten by a language model"),
    "composing": ("语言模型正在根据报上的段落写…", "A language model is writing from the passages…"),
    "composed_by": (
        "由语言模型 {model} 写成，不是报上的话，可能有误；以上面的原话为准。",
        "Written by the language model {model}, not by the papers, and it may be wrong: go by their own words above.",
    ),
    "composed_dropped": ("另有 {count} 句没有原文依据，已删去。", "Sentences left out for want of support: {count}."),
    "compose": ("请语言模型改写", "Have a language model rewrite it"),
    "not_composed": ("语言模型没有写成。", "The language model wrote nothing."),
    # after an answer
    "tools": ("对这个回答", "About this answer"),
    "share": ("分享链接", "Share link"),
    "shared": ("链接已复制", "Link copied"),
    "ask_again": ("重问", "Ask again"),
    "useful": ("有用", "Useful"),
    "useless": ("没用", "Not useful"),
    "thanks": ("已记下，谢谢", "Noted, thank you"),
    "note": ("哪里不对？可以不填", "What was wrong? May be left empty"),
    "send_note": ("告诉我们", "Tell us"),
    "not_noted": ("没有记下，请再点一次", "That was not noted; press once more"),
    "export": ("导出这次对话", "Export this conversation"),
    "export_markdown": ("存为 Markdown", "Save as Markdown"),
    "print": ("打印或存为 PDF", "Print or save as PDF"),
    "question_is": ("问：{question}", "Question: {question}"),
    "answer_is": ("答：{answer}", "Answer: {answer}"),
    # narrowing
    "narrow": ("筛选", "Filter"),
    "narrowed": ("筛选条件", "Filters"),
    "papers": ("报纸", "Newspapers"),
    "years": ("年份", "Years"),
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
    # earlier conversations
    "past_title": ("问过的", "Asked before"),
    "past_where": ("只存在这个浏览器里。", "Kept in this browser only."),
    "past_search": ("在历史里查找", "Search the history"),
    "past_none": ("还没有问过什么。", "Nothing has been asked yet."),
    "past_no_match": ("没有相符的。", "Nothing matches."),
    "past_turns": ("{count} 问", "{count} questions"),
    "past_delete": ("删除：{question}", "Delete: {question}"),
    "past_delete_short": ("删除", "Delete"),
    "past_clear": ("全部删除", "Delete all"),
    "past_unkept": (
        "浏览器不让保存历史（也许是隐私窗口，或空间已满）。",
        "The browser does not keep the history (a private window, perhaps, or no room left).",
    ),
}

# What the scripts of the chat page need; the rest stays on the server.
FOR_CHAT: tuple[str, ...] = (
    "ask", "stop", "looking", "choosing", "composed", "composing", "not_composed", "stopped",
    "failed", "unreachable", "again", "copied", "copy_refused", "shared",
    "thanks", "not_noted", "past_none", "past_no_match", "past_turns", "past_delete", "past_delete_short", "past_unkept",
)  # fmt: skip
