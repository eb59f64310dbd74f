"""What a rebuild says in a terminal while it runs, and while it waits for changes."""

from __future__ import annotations

from server.messages import Pair

STAGES: dict[str, Pair] = {
    "look": ("查看文件", "looking"),
    "read": ("读文章", "reading"),
    "write": ("写索引", "writing"),
    "gate": ("答题检查", "gate"),
}
SAY: dict[str, Pair] = {
    "rate": ("{count:,.0f} 字/秒", "{count:,.0f} characters/s"),
    "watching": ("等待文件变化（Ctrl+C 停止）：{paths}", "Waiting for changes (Ctrl+C stops): {paths}"),
    "watch_failed": ("这次没有重建成功，继续等待：{why}", "This rebuild failed; still waiting: {why}"),
    "watch_stopped": ("不再等待文件变化。", "No longer waiting for changes."),
}
