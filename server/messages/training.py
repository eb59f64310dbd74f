"""What ``baowen train`` says while it learns."""

from __future__ import annotations

from server.messages import Pair

TRAINING: dict[str, Pair] = {
    "reading": ("正在读文章……", "Reading articles …"),
    "apart": (
        "读到 {read} 篇：{learnt} 篇用来训练，{apart} 篇留出不学（用来比较），{left_out} 篇太短或重复，不用。",
        "{read} articles: {learnt} to learn from, {apart} set apart for comparing, {left_out} too short or repeated.",
    ),
    "begins": ("从头训练，共约 {steps} 步。", "Beginning anew, about {steps} steps."),
    "goes_on": (
        "接着上次训练：已完成 {step} 步，共约 {steps} 步。",
        "Going on after {step} steps of about {steps}.",
    ),
    "learning": ("训练", "learning"),
    "round": (
        "第 {step} 步：损失 {loss}，留出的文章 首位 {r1:.1%}、前十 {r10:.1%}、MRR {mrr10:.1%}{best}",
        "step {step}: loss {loss}, articles set apart: R@1 {r1:.1%}, R@10 {r10:.1%}, MRR {mrr10:.1%}{best}",
    ),
    "best": ("（目前最好）", " (best so far)"),
    "ended_epochs": ("全部学完，取第 {step} 步的结果。", "All epochs learnt; step {step} was the best."),
    "ended_patience": (
        "分数不再上升，提前结束，取第 {step} 步的结果。",
        "The score rose no more; ended early, step {step} was the best.",
    ),
    "ended_minutes": (
        "规定的时间已到，取第 {step} 步的结果。",
        "The time allowed is over; step {step} was the best.",
    ),
    "compared": (
        "用 {articles} 篇没有学过的文章出 {questions} 个问题，训练前 → 训练后：",
        "{questions} questions on {articles} articles that it never learnt from, before → after:",
    ),
    "kind_headline": ("标题找正文", "headline → text"),
    "kind_sentence": ("一句找上下文", "sentence → the rest"),
    "kind_everyday": ("换成日常说法", "in everyday words"),
    "kind_all": ("合计", "all"),
    "score_row": (
        "  {kind}（{questions} 个）：首位 {r1_before:.1%} → {r1:.1%}，前十 {r10_before:.1%} → {r10:.1%}，"
        "MRR {mrr_before:.1%} → {mrr:.1%}",
        "  {kind} ({questions}): R@1 {r1_before:.1%} → {r1:.1%}, R@10 {r10_before:.1%} → {r10:.1%}, "
        "MRR {mrr_before:.1%} → {mrr:.1%}",
    ),
    "moved": ("  名次上升 {nearer} 个，下降 {farther} 个。", "  Nearer for {nearer} questions, farther for {farther}."),
    "standing": (
        "  原来放在那里的模型：首位 {r1:.1%}，前十 {r10:.1%}，MRR {mrr10:.1%}。",
        "  The model that stood there: R@1 {r1:.1%}, R@10 {r10:.1%}, MRR {mrr10:.1%}.",
    ),
    "no_picture": (
        "没有安装 matplotlib，只写了曲线的表格 curve.csv；要图请先运行 pip install 'baowen[eval]'。",
        "No matplotlib: the curve is a table only, curve.csv; for a picture run pip install 'baowen[eval]' first.",
    ),
    "placed": (
        "新的编码器在 {folder}，说明见其中的 README.md。\n"
        "下一步：baowen rebuild <文章> --index {index} --encoder {folder}\n"
        "重建之前，索引仍用原来的编码器；原来就用这个文件夹建的索引，须重建后才能再打开。",
        "The new encoder is in {folder}; its README.md says how it was made.\n"
        "Next: baowen rebuild <articles> --index {index} --encoder {folder}\n"
        "Until then the index goes on with its own encoder; an index made with this very folder opens again after a rebuild.",
    ),
}
