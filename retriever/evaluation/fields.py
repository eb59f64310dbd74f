"""Values out of a record from a stranger. Each raises ValueError, in words, where the value is not what it should be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from retriever.search.searcher import MAX_QUESTION_CHARS

_REQUIRED: Any = object()


def text(record: Mapping[str, Any], key: str, default: str = _REQUIRED) -> str:
    value = record.get(key)
    if value is None and default is not _REQUIRED:
        return default
    if not isinstance(value, str) or (default is _REQUIRED and not value.strip()):
        raise ValueError(f"{key} 应是文字 (must be text)")
    return value


def strings(record: Mapping[str, Any], key: str, default: tuple[str, ...] = _REQUIRED) -> tuple[str, ...]:
    value = record.get(key)
    if value is None and default is not _REQUIRED:
        return default
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError(f"{key} 应是文字的列表 (must be a list of texts)")
    return tuple(value)


def number(record: Mapping[str, Any], key: str) -> float:
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{key} 应是数字 (must be a number)")
    return float(value)


def checked_question(typed: str) -> str:
    if len(typed.strip()) > MAX_QUESTION_CHARS:
        raise ValueError(f"问题超过 {MAX_QUESTION_CHARS} 字 (a question longer than {MAX_QUESTION_CHARS} characters)")
    return typed
