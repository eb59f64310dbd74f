"""Both languages say the same things, and what is shipped to the browser stays small."""

from __future__ import annotations

import re
from string import Formatter

import pytest

import retriever.errors
import server.errors
from embeddings.errors import BaowenError
from server.messages import commands, pages, problems, stores
from server.modules import STATIC, modules_of

TABLES = {
    "pages": pages.PAGE,
    "say": commands.SAY,
    "stores": stores.SAY,
    "settings": commands.SETTINGS,
    "titles": problems.TITLES,
    "details": problems.DETAILS,
    "findings": problems.FINDINGS,
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_have_the_same_facts_to_tell(table: str) -> None:
    for zh, en in TABLES[table].values():  # type: ignore[attr-defined]
        assert zh
        assert en
        assert placeholders(zh) == placeholders(en)


@pytest.mark.parametrize("module", [server.errors, retriever.errors])
def test_every_error_speaks_both_languages(module: object) -> None:
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, BaowenError)]
    for kind in kinds:
        if kind is not BaowenError:
            told = {name.removesuffix("_zh") for name in placeholders(kind.zh)}
            assert told == {name.removesuffix("_en") for name in placeholders(kind.en)}


@pytest.mark.parametrize("script", pages.FOR_SCRIPTS)
def test_a_script_uses_every_text_it_is_given_and_no_other(script: str) -> None:
    read = "".join((STATIC / f"{module}.js").read_text(encoding="utf-8") for module in modules_of(script))
    assert set(re.findall(r"\bt\.(\w+)", read)) == set(pages.FOR_SCRIPTS[script])


def test_what_a_browser_loads_is_at_most_150_kilobytes() -> None:
    assert sum(file.stat().st_size for file in STATIC.rglob("*")) <= 150 * 1024


def test_scripts_write_text_and_never_markup() -> None:
    for file in STATIC.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text)
