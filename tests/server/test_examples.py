"""Every example of the READMEs that talks to a service, run as it stands there against one that runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import served

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh.md")
ADDRESS = "http://127.0.0.1:8000"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = {
    "sh": ["bash", "-euo", "pipefail", "-c"],
    "python": [sys.executable, "-W", "error", "-c"],
    "js": ["node", "--input-type=module", "--eval"],
}


def blocks(readme: str) -> list[tuple[str, str]]:
    return BLOCK.findall((ROOT / readme).read_text(encoding="utf-8"))


def talking(readme: str) -> list[tuple[str, str]]:
    """Those that ask: a shell's by curl."""
    found = [(language, code) for language, code in blocks(readme) if language in RUN and ADDRESS in code]
    return [(language, code) for language, code in found if language != "sh" or "curl" in code]


EXAMPLES = [pytest.param(*example, id=f"{r}-{n}-{example[0]}") for r in READMES for n, example in enumerate(talking(r))]


@pytest.fixture(scope="module")
def url(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(seeds_index, tmp_path_factory.mktemp("state")) as url:
        yield url


@pytest.mark.parametrize(("language", "code"), EXAMPLES)
def test_an_example_brings_the_answer_and_where_it_stands(url: str, language: str, code: str) -> None:
    tool = RUN[language][0]
    if shutil.which(tool) is None or ("curl" in code and shutil.which("curl") is None):
        pytest.skip(f"{tool} or curl is not installed")
    env = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    done = subprocess.run(
        [*RUN[language], code.replace(ADDRESS, url)], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "纯净水" in done.stdout
    assert "/articles/" in done.stdout


def test_both_languages_show_the_same_examples() -> None:
    here, there = (
        [re.sub(r"#.*", "", code) for language, code in blocks(readme) if language != "sh"] for readme in READMES
    )
    assert [code.split() for code in here] == [code.split() for code in there]
    assert {language for language, _ in talking("README.md")} == set(RUN)


@pytest.mark.parametrize("readme", READMES)
def test_the_command_that_assistants_are_told_to_start_exists(readme: str) -> None:
    (config,) = (json.loads(code) for language, code in blocks(readme) if language == "json")
    server = config["mcpServers"]["baowen"]
    assert server["command"].endswith("baowen")
    command = [sys.executable, "-m", "server", *server["args"], "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "MCP" in done.stdout
