"""What the doors for other tools say, in what they hand on as an answer."""

from __future__ import annotations

from server.messages import Pair

CHAT: dict[str, Pair] = {
    "no_answer": ("没有找到答案。", "No answer found."),
    "missing_terms": ("文章里没有出现过：{terms}。", "No article mentions: {terms}."),
    "what_for": (
        "这里查的是报纸：问一件报上登过的事，会引用原文回答，并注明出处。",
        "This looks things up in newspapers: ask about something they printed, and it answers in their words, with the source.",
    ),
    "near": ("相近段落（不是答案）：", "Near passages (not an answer):"),
    "sources": ("出处：", "Sources:"),
    "untitled": ("（无标题）", "(untitled)"),
    "page_number": ("第 {page} 版", "page {page}"),
    "composed": (
        "（以上由语言模型 {model} 根据报纸原文写成，未必准确；原文：）",
        "(The above was written by the language model {model} from the newspapers and may be wrong; their own words:)",
    ),
    "not_composed": ("（{note}以下是报纸原文。）", "({note} These are the newspapers' own words.)"),
}

FINDINGS: dict[str, Pair] = {
    "no_user_message": (
        "没有 role 为 user 的消息，最后一条这样的消息就是问题",
        "no message has the role user; the last one that has is the question",
    ),
}
