"""Every regular expression of the packages on hostile text: none may take time that grows out of bounds."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

import embeddings
import retriever
import server

LONG = 1500
SECONDS = 1.0  # what grows with the square takes a tenth of it; with the cube, a minute
FUNCTIONS = {"compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"}
SKIPPED = re.compile(r"\.(__main__|training|compat\.\w+|mcp|onnx|tuning|make_tables|report)\b")
NEST = 3  # tables in tables


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Those that modules hold, in tables too, and those that are written where they are used."""
    for package in (embeddings, retriever, server):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            source = importlib.util.find_spec(info.name)
            if source is not None and source.origin and source.origin.endswith(".py"):
                yield from ((info.name, found) for found in written_in(Path(source.origin)))
            if not SKIPPED.search(info.name):
                module = importlib.import_module(info.name)
                yield from ((info.name, found) for value in vars(module).values() for found in held_by(value, NEST))


def held_by(value: Any, nest: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif nest and isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from held_by(part, nest - 1)
    elif nest and isinstance(value, tuple | list | set | frozenset) and len(value) < 1000:
        for part in value:
            yield from held_by(part, nest - 1)
    elif nest and hasattr(type(value), "__dataclass_fields__"):
        for name in type(value).__dataclass_fields__:
            yield from held_by(getattr(value, name, None), nest - 1)


def written_in(source: Path) -> Iterator[re.Pattern[str]]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and (node.func.value.id, node.func.attr) in product(["re"], FUNCTIONS)
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield re.compile(node.args[0].value)


# In an order that is the same in every process: sets are walked, too.
ALL = dict(sorted({found.pattern: (where, found) for where, found in patterns()}.items(), key=lambda item: item[0]))


def hostile(pattern: str) -> Iterator[str]:
    """Long runs of what the pattern itself speaks of, single and in pairs, that end in what it does not expect."""
    letters = list(dict.fromkeys(letter for letter in pattern if letter not in "\\()[]{}|?*+^$"))[:12]
    letters += ["a", "1", " ", "\n", "，", "的", "。"]
    for letter in dict.fromkeys(letters):
        yield letter * LONG + "\x00"
    for one, other in pairwise(letters):
        yield (one + other) * (LONG // 2) + "\x00"
    yield ("的，" * 10 + "1" * 10 + " \n") * (LONG // 30)


def test_the_packages_hold_as_many_as_one_would_expect() -> None:
    assert len(ALL) > 80


@pytest.mark.parametrize("pattern", ALL, ids=lambda pattern: f"{ALL[pattern][0]}:{pattern[:30]}")
def test_a_regular_expression_is_quick_on_hostile_text(pattern: str) -> None:
    where, compiled = ALL[pattern]
    for text in hostile(pattern):
        began = time.thread_time()
        for _ in compiled.finditer(text):
            pass
        compiled.fullmatch(text)
        took = time.thread_time() - began
        assert took < SECONDS, f"{where}: {pattern!r} took {took:.1f} s on {text[:20]!r}…"
