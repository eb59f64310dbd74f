"""What a report says, Chinese first, then English."""

from __future__ import annotations

from embeddings.errors import Language

Words = dict[str, str]

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("重建报告", "Rebuild report"),
    "summary": (
        "{files} 个文件，{articles} 篇文章，{passages} 个段落，{characters} 字，用时 {seconds:.1f} 秒；新索引 {generation}",
        "{files} files, {articles} articles, {passages} passages, {characters} characters in {seconds:.1f} s; "
        "new index {generation}",
    ),
    "not_published": (
        "{files} 个文件，{articles} 篇文章，用时 {seconds:.1f} 秒；没有生成新索引，原有索引不变",
        "{files} files, {articles} articles in {seconds:.1f} s; no new index was made, the old one is unchanged",
    ),
    "more_problems": ("……另有 {count} 处问题", "… and {count} more problem(s)"),
    "grown": (
        "没有变化、未重读的文件：{unchanged} 个；重新分词和编码的文章：{made_anew} 篇",
        "Files unchanged and not read again: {unchanged}; articles cut into words and encoded anew: {made_anew}",
    ),
    "anew": ("全部重新处理，没有沿用上一版：{why}", "Everything was made anew, nothing taken over: {why}"),
    "anew_asked": ("按要求（--full）", "as asked (--full)"),
    "anew_damaged": ("上一版已损坏", "the version before is damaged"),
    "anew_format": ("上一版的格式不同", "the version before has another format"),
    "anew_encoder": ("换了编码器", "the encoder is another one"),
    "anew_code": ("程序或用户词典有变化", "the program or the user dictionary has changed"),
    "look_at": (
        "请核对这些版面是怎样切的，最没有把握的在前：",
        "Check how these pages were cut, the least sure first:",
    ),
    "look_at_line": (
        "  {file}：{state}，把握 {confidence:.0%}，{articles} 篇，保留 {kept:.0%}",
        "  {file}: {state}, {confidence:.0%} sure, {articles} article(s), {kept:.0%} kept",
    ),
    "more_pages": ("  ……另有 {count} 个", "  … and {count} more"),
    "joined": ("跨版的文章接成一篇的：{count} 篇", "Articles of several pages made one: {count}"),
    "broken_off": (
        "这些版面上的“下转”没有找到下文，文章只到转版处：",
        "On these pages articles break off whose rest was not found:",
    ),
    "not_here": ("{file}：第{page}版不在语料中", "{file}: page {page} is not in the corpus"),
    "not_clear": (
        "{file}：第{page}版在语料中，但看不出哪一篇是它的下文",
        "{file}: page {page} is in the corpus, but no article on it is clearly the rest",
    ),
    "not_known": (
        "{file}：下转第{page}版，但本版日期不明，无从查找",
        "{file}: goes on on page {page}, but the day of the page is not known",
    ),
    "times": ("{line}（{count} 处）", "{line} ({count} times)"),
    "continued": ("跨版的文章", "Articles of several pages"),
    "begins_on": ("上接", "from"),
    "goes_on_on": ("下转", "goes on on"),
    "page_of": ("第{page}版（{file}）", "page {page} ({file})"),
    "left_out": ("未收入正文的字符：{reasons}", "Characters in no article’s text: {reasons}"),
    "count": ("{what} {count}", "{what} {count}"),
    "comma": ("，", ", "),
    # the states of a file
    "skipped": ("已跳过", "skipped"),
    "problem": ("有问题", "problems"),
    "whole": ("整版未切", "left in one piece"),
    "unsure": ("请核对", "to be checked"),
    "blank": ("没有文章", "no article"),
    "good": ("正常", "good"),
    # why characters stand in no article's text
    "headline": ("标题", "headline"),
    "jump": ("转版提示", "jump line"),
    "code": ("编排代码", "editor’s code"),
    "repeat": ("重复识别", "read twice"),
    "ornament": ("装饰", "ornament"),
    "invisible": ("不可见字符", "invisible"),
    "space": ("空白", "space"),
    "lost": ("去向不明", "unaccounted for"),
    # the HTML page
    "problems": ("没有收进来的", "What was left out"),
    "files": ("逐个文件", "File by file"),
    "worst_first": ("最需要看的在前", "Those that need a look come first"),
    "file": ("文件", "File"),
    "state": ("状态", "State"),
    "articles": ("文章", "Articles"),
    "raw": ("原文字符", "Raw characters"),
    "kept": ("保留", "Kept"),
    "dropped": ("未收入正文", "Left out"),
    "confidence": ("把握", "Sure"),
    "more_files": (
        "另有 {count} 个文件没有列出；完整清单请用 --report 写成 .json。",
        "{count} more files are not listed; write a .json report for all of them.",
    ),
    "pictures": ("版面与文章", "Pages and their articles"),
    "pictures_of": (
        "把握最小的 {count} 个版面。左边是原文，每篇文章一种颜色；灰色的字不在任何文章的正文里。",
        "The {count} least sure pages. The raw page stands on the left, each article in its colour; "
        "grey characters stand in no article’s text.",
    ),
    "legend": ("灰色的种类", "Kinds of grey"),
    "raw_page": ("原文", "Raw page"),
    "article_number": ("第 {n} 篇", "Article {n}"),
    "show_on_page": ("在原文中的位置", "Show it on the page"),
    "untitled": ("（无标题）", "(untitled)"),
    "notice": ("版面信息", "page furniture"),
    "length": ("{count} 字", "{count} characters"),
    "top": ("回到清单", "Back to the list"),
    "skip": ("跳到正文", "Skip to the content"),
    "good_all": ("没有问题。", "Nothing went wrong."),
}


def words(language: Language) -> Words:
    """One language of the table."""
    place = 0 if language == "zh" else 1
    return {key: pair[place] for key, pair in _WORDS.items()}
