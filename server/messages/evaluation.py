"""What measuring says: the table in the terminal, the page, the picture, and the help of `baowen eval`."""

from __future__ import annotations

from server.messages import Pair

SCORES: dict[str, Pair] = {
    "index": (
        "索引 {generation}：{articles} 篇，{passages} 个段落；检索 {mode}；编码器 {encoder}",
        "Index {generation}: {articles} articles, {passages} passages; search {mode}; encoder {encoder}",
    ),
    "encoder": ("编码器 {encoder}", "Encoder {encoder}"),
    "set": ("{name}  {n} 题", "{name}  {n} questions"),
    "set_pairs": ("{name}  {n} 对", "{name}  {n} pairs"),
    "not_in_index": ("  不在此索引里：{n} 题，未计入", "  not in this index: {n}, not counted"),
    "interval": ("95% 区间 [{low}, {high}]", "95% interval [{low}, {high}]"),
    "by_group": ("  按类：", "  By group:"),
    "n_short": ("{n} 题", "n {n}"),
    "latency": (
        "每题用时：p50 {p50:.1f} 毫秒，p95 {p95:.1f} 毫秒（{n} 问，不含 HTTP）",
        "Time a question: p50 {p50:.1f} ms, p95 {p95:.1f} ms ({n} asked, HTTP not included)",
    ),
    "calibration": (
        "把握：{n} 个回答，平均把握 {confidence:.3f}，答对 {accuracy:.3f}；"
        "ECE 等宽 {ece_width:.3f}、等量 {ece_mass:.3f}，Brier {brier:.3f}",
        "Confidence: {n} answers, {confidence:.3f} sure on average, {accuracy:.3f} right; "
        "ECE {ece_width:.3f} (equal width), {ece_mass:.3f} (equal mass), Brier {brier:.3f}",
    ),
    "problems": (
        "临时索引：{count} 处未能读入，第一处：{first}",
        "Temporary index: {count} problem(s), the first: {first}",
    ),
    "against": ("与 {file} 相比：", "Against {file}:"),
    "unmatched": ("  旧结果里没有的题目集：{names}", "  sets the older run lacks: {names}"),
    "changed": (
        "  {name}  {before} → {now}  差 {change} [{low}, {high}]  p={p:.3f}  {n} 题",
        "  {name}  {before} → {now}  change {change} [{low}, {high}]  p={p:.3f}  n {n}",
    ),
    "unchanged": ("  没有指标变化。", "  No figure changed."),
    "only_one_side": (
        "  只在旧结果里 {before} 题，只在新结果里 {now} 题，未比较",
        "  only in the older run {before}, only in the newer {now}: not compared",
    ),
    "gained": ("  变好 {figure}：{n} 题", "  Gained {figure}: {n}"),
    "lost": ("  变差 {figure}：{n} 题", "  Lost {figure}: {n}"),
    "turned": ("    {id}  {question}", "    {id}  {question}"),
    "was": ("      原：{what}", "      before: {what}"),
    "is": ("      今：{what}", "      now: {what}"),
    "found_evidence": ("证据排第 {rank}", "evidence at {rank}"),
    "found_article": ("文章排第 {rank}", "article at {rank}"),
    "found_none": ("未找到", "not found"),
    "said": ("答“{text}”", "said “{text}”"),
    "said_nothing": ("未作答", "no answer"),
    "broken": ("{set} {figure} {value} < {floor}", "{set} {figure} {value} < {floor}"),
    # the page
    "title": ("测量结果", "Measured"),
    "sets": ("各题目集", "Question sets"),
    "figure": ("指标", "Figure"),
    "value": ("数值", "Value"),
    "interval_head": ("95% 区间", "95% interval"),
    "count": ("题数", "n"),
    "by_group_head": ("按类", "By group"),
    "wrong": ("没有答好的题", "What went wrong"),
    "more": ("……另有 {count} 题", "… and {count} more"),
    "calibration_head": ("把握与正确率", "Confidence and correctness"),
    "comparison_head": ("与上次相比", "Compared"),
}

PICTURE: dict[str, Pair] = {
    "title": (
        "把握与正确率（{n} 个回答，Brier {brier:.3f}）",
        "Confidence and correctness ({n} answers, Brier {brier:.3f})",
    ),
    "sure": ("自称的把握", "Confidence"),
    "right": ("答对的比例", "Share that is right"),
    "count": ("回答数", "Answers"),
    "by_width": ("等宽分箱", "Equal width"),
    "by_mass": ("等量分箱", "Equal mass"),
    "diagonal": ("理想", "Ideal"),
}

HELP: dict[str, str] = {
    "eval": "用题目测量：找得准不准、答得对不对、该拒答时是否拒答、把握可不可信。\n\n"
    "FILES 是题目文件（.jsonl，可压缩成 .gz、.xz）或 BEIR 文件夹，由字段认出是哪一种：有答案与证据的题、检索题、不该有答案的题、"
    "对话、句对。\n\n"
    "[Measure with question files or BEIR folders: what is found, what is answered, what is refused, how far confidence "
    "can be trusted. See the README for the forms.]",
    "--corpus": "用这些文章建一个临时索引来测，可写多次。[measure over a temporary index of these files]",
    "--run-out": "把每题结果写成 JSON，供以后比较。[write the run as JSON, to compare with later]",
    "--against": "与以前的结果比较：哪些题变好，哪些变差。[compare with an earlier run]",
    "--require": "下限，如 evidence@1=0.92,refused_off_topic=0.97；有一项不到，退出码为 1。"
    "[floors; exit code 1 where one is not reached]",
    "--html": "把结果写成网页，放进这个文件夹。[write a page into this folder]",
    "--png": "把把握与正确率的图放进这个文件夹。[write the reliability diagram into this folder]",
    "--gate": "题目文件：新索引先答这些题，答不好就不发布。[questions a new index must pass before it is published]",
    "--gate-floor": "--gate 的题目至少要有多大比例通过（0 到 1，默认全部）。[share of them that must pass; default: all]",
}
