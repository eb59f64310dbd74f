"""A real Chromium before a real ``baowen serve`` in a process of its own, on a free port."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from retriever.rebuild import rebuild

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install -e .[test]")

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "test-output"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
]

SHELF: list[dict[str, str]] = [
    {
        "id": "fair/2023#1",
        "title": "<script>document.title='owned'</script>游园会",
        "text": "😀😀游园会在人民公园举行。\r𠮷野家在游园会上卖了两百碗牛肉饭。<img src=x onerror=\"document.title='owned'\">\n"
        "\n游园会的门票是三十元。\n散场以后下起了雨。",
        "source": "<b>晚报</b>",
        "date": "2023-01-02",
        "page": "3",
        "author": "李\u202e娟",
    },
    {
        "id": "long",
        "title": "最长的词" + "Donaudampfschifffahrtsgesellschaft" * 4,
        "text": "气象台发布了长词预警：" + "x" * 400 + "。\n" + "！" * 200 + "\n"
        "\u2067مرحبا بالعالم\u2069气象台说明天有雨。\u200b\u200d👩‍👩‍👧‍👦",
        "source": "w" * 90,
        "date": "2023-01-03",
    },
]
ADMIN_KEY = "browser-tests-only"


@contextmanager
def serving(index: Path, *, port: int = 0, **settings: str) -> Iterator[str]:
    """The address of a running service, without the slash at its end; ``settings`` are ``BAOWEN_*`` in small letters.

    One process answers, unless they say otherwise: how several look like one is told by tests of the server.
    """
    command = [sys.executable, "-m", "server", "serve", "--port", str(port), "--index", str(index)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
    given = {f"BAOWEN_{name.upper()}": value for name, value in {"workers": "1", **settings}.items()}
    environment = inherited | given | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        command,
        cwd=index.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://[^\s/]+", process.stdout.readline())
            assert found, "baowen serve did not start"
            yield found[0]
        finally:
            process.terminate()
            process.wait(timeout=20)


def write_shelf(file: Path) -> None:
    file.write_text("".join(json.dumps(article, ensure_ascii=False) + "\n" for article in SHELF), encoding="utf-8")


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("seeds") / "index"
    rebuild([ROOT / "seeds"], index)
    return index


@pytest.fixture(scope="session")
def seeds_url(seeds_index: Path) -> Iterator[str]:
    with serving(seeds_index) as url:
        yield url


@pytest.fixture(scope="session")
def shelf_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("shelf")
    write_shelf(folder / "shelf.jsonl")
    rebuild([folder / "shelf.jsonl"], folder / "index")
    with serving(folder / "index") as url:
        yield url


@pytest.fixture
def own_index(tmp_path: Path) -> Path:
    """A small index that a test may rebuild, roll back or stop serving."""
    write_shelf(tmp_path / "shelf.jsonl")
    rebuild([tmp_path / "shelf.jsonl"], tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(CHROMIUMS)}); on Debian: apt install chromium")
    with playwright.sync_playwright() as machinery:
        browser = machinery.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts a service of the test's own and gives its address; it ends after the pages, which ask until they are closed."""
    with ExitStack() as running:
        yield lambda index, **settings: running.enter_context(serving(index, **settings))


@pytest.fixture
def open_page(chromium: Any, serve: Callable[..., str]) -> Iterator[Callable[..., Any]]:
    """A fresh page; whatever it complains about on its console fails the test, but for what is ``forgiven``."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_page(url: str, *, width: int = 1100, height: int = 850, forgiven: str = "", **options: Any) -> Any:
        context = chromium.new_context(
            **{"viewport": {"width": width, "height": height}, "locale": "zh-CN", "reduced_motion": "reduce"} | options
        )
        contexts.append(context)
        page = context.new_page()

        def complain(words: str) -> None:
            if not (forgiven and forgiven in words):
                complaints.append(words)

        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.on("pageerror", lambda error: complain(str(error)))
        page.on("console", lambda line: complain(line.text) if line.type in ("error", "warning") else None)
        page.on("dialog", lambda dialog: complain(dialog.message))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def shot() -> Callable[[Any, str], None]:
    def shot(page: Any, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")

    return shot


@pytest.fixture
def api() -> Callable[[str], dict[str, Any]]:
    def api(url: str) -> dict[str, Any]:
        with urllib.request.urlopen(url, timeout=20) as response:
            body: dict[str, Any] = json.load(response)
            return body

    return api
