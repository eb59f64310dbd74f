"""What the reading page says."""

from __future__ import annotations

from server.messages import Pair

READING: dict[str, Pair] = {
    "from_file": ("出自文件 {file}", "From the file {file}"),
    "legend": ("回答引用的原话", "Words that the answer quotes"),
    "legend_words": ("问题里的词", "Words of the question"),
    "next_mark": ("下一处", "Next mark"),
    "copies": ("同文另见", "Also printed in"),
    "more_copies": ("另有 {count} 篇", "and {count} more"),
    "goes_on": ("，下转第 {page} 版", ", continued on page {page}"),
    "page_turns": ("以下转入另一版", "Here the page turns"),
    "same_page": ("同一版的文章", "Articles of the same page"),
    "before": ("上一篇", "Previous"),
    "after": ("下一篇", "Next"),
    "cite": ("引用这篇文章", "Cite this article"),
    "raw_title": ("对照原始文字", "Compare with the raw text"),
    "raw_why": (
        "原始文字照版面原样。划掉的字没有进入正文，其余的字一个不改。",
        "The raw text stands as it was recognised. What is struck out was left out of the article; nothing else was changed.",
    ),
    "raw_none": (
        "这篇文章来自整理好的文件，没有原始版面文字。",
        "This article came from a file of whole articles; there is no raw page.",
    ),
    "raw_text": ("原始文字", "Raw text"),
    "clean_text": ("正文", "Article"),
    "raw_show": ("显示原始文字", "Show the raw text"),
    "raw_hide": ("收起原始文字", "Hide the raw text"),
    "back_to_answer": ("回到回答", "Back to the answer"),
}

FOR_READING: tuple[str, ...] = ("copied", "copy_refused")
