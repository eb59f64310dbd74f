"""What the collection page says."""

from __future__ import annotations

from server.messages import Pair

COLLECTION: dict[str, Pair] = {
    "collection_title": ("收录了什么", "What is in the collection"),
    "articles_total": ("文章", "Articles"),
    "passages_total": ("段落", "Passages"),
    "characters_total": ("字", "Characters"),
    "papers_total": ("报纸", "Newspapers"),
    "days_total": ("出报日", "Days"),
    "by_time": ("各个时间的文章", "Articles by time"),
    "by_paper": ("各种报纸的文章", "Articles by newspaper"),
    "chart_says": (
        "从 {first} 到 {last}，最多的是 {most}，{count} 篇",
        "From {first} to {last}; most in {most}: {count} articles",
    ),
    "bar_says": ("{name}：{count} 篇", "{name}: {count} articles"),
    "undated": ("另有 {count} 篇没有日期。", "{count} more without a date."),
    "no_dates": ("这里的文章都没有日期。", "None of these articles has a date."),
    "as_table": ("列成表格", "As a table"),
    "time": ("时间", "Time"),
    "unnamed_paper": ("（不知是哪种报纸）", "(newspaper not known)"),
    "all_time": ("全部时间", "All time"),
    "listing": ("文章", "Articles"),
    "listing_count": ("{total} 篇", "{total} articles"),
    "listing_pages": ("翻页", "Pages"),
    "newer": ("前一页", "Previous page"),
    "older": ("后一页", "Next page"),
    "ask_here": ("在这些文章里提问", "Ask in these articles"),
    # how it was made
    "made": ("索引", "Index"),
    "generation": ("版本", "Version"),
    "built_at": ("建于", "Built"),
    "encoder": ("编码器", "Encoder"),
    "encoder_is": ("{name}，每段 {dimensions} 个数", "{name}, {dimensions} numbers a passage"),
    "mode": ("检索方式", "Search"),
    "mode_hybrid": ("用词与意思一起", "by words and meaning"),
    "mode_dense": ("只按意思", "by meaning only"),
    "mode_lexical": ("只按用词", "by words only"),
    "health": ("状况", "Health"),
    "healthy": ("正常", "Sound"),
    "rebuild": ("重建", "Rebuild"),
    "rebuild_none": ("现在没有在重建。", "No rebuild is running."),
    "rebuild_running": ("正在重建", "Rebuilding"),
    "rebuild_done_of": ("{stage} {done} / {total}", "{stage} {done} / {total}"),
    # looking after it
    "care": ("管理", "Administration"),
    "care_why": (
        "输入管理密钥后可以重建或退回上一个版本。密钥只留在这个页面里，关掉就没有了。",
        "With the admin key you can rebuild, or go back to the version before. The key stays in this page only and is gone "
        "when it is closed.",
    ),
    "care_without_scripts": (
        "管理需要浏览器运行脚本；也可以用命令行：baowen rebuild、baowen rollback。",
        "This needs scripts; or use the command line: baowen rebuild, baowen rollback.",
    ),
    "key": ("管理密钥", "Admin key"),
    "start_rebuild": ("重建索引", "Rebuild the index"),
    "roll_back": ("退回上一个版本", "Go back to the version before"),
    "roll_back_sure": ("再按一次，就退回上一个版本", "Press once more to go back to the version before"),
    "care_started": ("已开始重建。", "The rebuild has begun."),
    "care_done": ("重建完成，新版本已在使用。", "The rebuild is done; the new version answers."),
    "care_failed": ("重建没有完成：{detail}", "The rebuild did not finish: {detail}"),
    "care_rolled_back": ("已退回上一个版本。", "The version before answers again."),
    "report": ("重建报告", "Rebuild report"),
    "reload": ("刷新页面查看", "Reload to see it"),
}

FOR_COLLECTION: tuple[str, ...] = (
    "unreachable", "rebuild_none", "rebuild_running", "rebuild_done_of", "roll_back", "roll_back_sure", "care_started",
    "care_done", "care_failed", "care_rolled_back", "report", "reload",
)  # fmt: skip
