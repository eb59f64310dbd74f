"""What every page says."""

from __future__ import annotations

from server.messages import Pair

COMMON: dict[str, Pair] = {
    "name": ("报问", "Baowen"),
    "skip": ("跳到正文", "Skip to the content"),
    "languages": ("语言", "Languages"),
    "pages": ("页面", "Pages"),
    "docs": ("给程序用的接口", "API for programs"),
    "home": ("提问", "Ask"),
    "collection": ("收录", "Collection"),
    "new_chat": ("新的提问", "Start afresh"),
    "past": ("历史", "History"),
    "warning": ("索引需要处理：", "The index needs attention: "),
    "untitled": ("（无标题）", "(untitled)"),
    "paper": ("《{source}》", "{source}"),
    "page_number": ("第 {page} 版", "page {page}"),
    "by": ("{author}", "by {author}"),
    "status": ("状态 {status}", "Status {status}"),
    # taking elsewhere
    "copy_as": ("复制", "Copy"),
    "copy_plain": ("文字", "Plain text"),
    "copy_markdown": ("Markdown", "Markdown"),
    "copy_reference": ("引用格式（GB/T 7714）", "Reference (GB/T 7714)"),
    "copy_link": ("链接", "Link"),
    "copied": ("已复制", "Copied"),
    "copy_refused": (
        "浏览器不让复制。请选中文字，再按 Ctrl＋C。",
        "The browser does not allow copying. Select the text and press Ctrl+C.",
    ),
    "close": ("关闭", "Close"),
    # going wrong
    "failed": ("没有问成", "That did not work"),
    "unreachable": (
        "连不上服务。请看看它是否还在运行，然后再试。",
        "The service cannot be reached. See whether it still runs, then try again.",
    ),
    "again": ("再试一次", "Try again"),
}
