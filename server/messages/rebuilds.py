"""What became of a rebuild that nobody watched."""

from __future__ import annotations

from server.messages import Pair

BROKE_OFF: Pair = (
    "重建中断了，原有的索引没有改动。请再试一次。",
    "The rebuild broke off; the index was left as it was. Try again.",
)
BROKE_DOWN: Pair = (
    "重建时内部出错，已记入日志，原有的索引没有改动。",
    "The rebuild failed inside, which was logged; the index was left as it was.",
)
