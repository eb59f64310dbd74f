"""The command line, run as a person runs it: from a folder of its own, and in a process of its own where that could matter."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(**more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
    return inherited | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | more


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("BAOWEN_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        done = CliRunner(env=env).invoke(main, [*map(str, arguments)], catch_exceptions=False)
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def run_alone(tmp_path: Path) -> Run:
    """The same in a process of its own."""

    def run(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "server", *map(str, arguments)]
        return subprocess.run(
            command, cwd=tmp_path, env=environment(**env), capture_output=True, encoding="utf-8", check=False
        )

    return run


@contextmanager
def serving(folder: Path, *arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running ``baowen serve`` on a free port, and its address."""
    command = [sys.executable, "-m", "server", "serve", "--port", "0", *map(str, arguments)]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment(BAOWEN_WORKERS="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found
            yield process, found[0]
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.mark.parametrize("command", ["rebuild", "serve", "ask", "articles", "check", "settings"])
def test_every_command_explains_itself_in_both_languages(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert re.search("[一-鿿]", result.output)
    assert re.search(r"\[[A-Z]", result.output)


def test_a_question_can_be_narrowed_to_papers_and_days(run: Run, shelf_index: Path) -> None:
    def asked(*flags: str) -> subprocess.CompletedProcess[str]:
        return run("ask", "几点开门？", "--json", "--index", shelf_index, *flags)

    narrowed = json.loads(asked("--source", "周口日报", "--from", "2022-08-01", "--to", "2022-08-31").stdout)
    assert {passage["source"] for passage in narrowed["passages"]} == {"周口日报"}
    assert json.loads(asked("--from", "2030-01-01").stdout)["passages"] == []
    wrong = asked("--from", "2022-02-30")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "真实的日期" in wrong.stderr


def test_a_rebuild_then_a_question_then_a_check(run_alone: Run, run: Run, tmp_path: Path) -> None:
    built = run_alone("rebuild", ROOT / "seeds", "--index", "here")
    assert (built.returncode, built.stderr) == (0, "")  # no progress bar where nobody watches
    assert "5 个文件" in built.stdout

    asked = run_alone("ask", "耕德电子二期项目总投资多少？", "--index", "here")
    assert asked.returncode == 0
    assert "[1]" in asked.stdout
    assert "/articles/" in asked.stdout

    body = json.loads(run("ask", "耕德电子二期项目总投资多少？", "--index", "here", "--json").stdout)
    assert body["status"] == "answered"
    assert list(body)[:4] == ["id", "question", "effective_question", "status"]

    assert "完好" in run("check", "--index", "here").stdout
    for file in (tmp_path / "here").rglob("manifest.json"):
        file.write_text("{}", encoding="utf-8")
    checked = run_alone("check", "--index", "here")
    assert checked.returncode == 1
    assert checked.stderr


def test_a_deep_check_tells_the_generation_that_answers_from_those_that_are_kept(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    for told in ("市图书馆新馆开馆。", "市图书馆新馆闭馆。", "市图书馆新馆迁址。"):
        page.write_text(f"本报讯（记者 王艳）{told}藏书一百二十万册。", encoding="utf-8")
        assert run("rebuild", page, "--index", "here", "--keep-generations", "3").returncode == 0
    older, damaged, _ = sorted(folder for folder in (tmp_path / "here").iterdir() if folder.is_dir())
    manifest = older / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(told | {"format": told["format"] - 1}), encoding="utf-8")
    checked = run("check", "--deep", "--index", "here")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "完好" in checked.stdout
    assert older.name in checked.stdout

    (damaged / "articles.sqlite").write_bytes(b"")
    assert run("check", "--index", "here").returncode == 0  # it answers, and nobody asked for more
    checked = run("check", "--deep", "--index", "here")
    assert checked.returncode == 1
    assert "完好" in checked.stdout
    assert damaged.name in checked.stderr
    assert "提问不受影响" in checked.stderr


def test_a_rebuild_writes_the_report_it_is_asked_for_and_strict_keeps_the_old_index(run: Run, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text("本报讯（记者 王艳）市图书馆新馆开馆，藏书一百二十万册。", encoding="utf-8")
    assert run("rebuild", pages, "--index", "here", "--report", "report.html", "--strict").returncode == 0
    assert 'class="raw"' in (tmp_path / "report.html").read_text(encoding="utf-8")
    (pages / "b.txt").write_bytes(b"")
    before = (tmp_path / "here" / "CURRENT").read_text(encoding="utf-8")
    refused = run("rebuild", pages, "--index", "here", "--report", "report.json", "--strict")
    assert (refused.returncode, "b.txt" in refused.stderr) == (1, True)
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["problem_count"] == 1
    assert (tmp_path / "here" / "CURRENT").read_text(encoding="utf-8") == before
    assert run("rebuild", pages, "--index", "here").returncode == 0


def test_articles_shows_how_pages_are_cut(run: Run, seeds_index: Path) -> None:
    cut = run("articles", ROOT / "seeds")
    held = run("articles", "--index", seeds_index)
    assert cut.returncode == held.returncode == 0
    assert sorted(cut.stdout.splitlines()) == sorted(held.stdout.splitlines())
    lines = run("articles", ROOT / "seeds", "--json").stdout.splitlines()
    assert all(json.loads(line)["text"] for line in lines)
    assert len(lines) == len(cut.stdout.splitlines()) - 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask", "问什么？", "--index", "none"), "baowen rebuild"),
        (("rebuild", "no-such-folder"), "no-such-folder"),
        (("rebuild",), "seeds"),
        (("rebuild", "letter.txt", "--report", "report.doc"), ".html"),
        (("articles", "no-such-file.txt"), "no-such-file.txt"),
        (("ask", "  ", "--index", "INDEX"), "问题是空的"),
        (("ask", "问" * 501, "--index", "INDEX"), "问题太长"),
        (("serve", "--host", "0.0.0.0"), "BAOWEN_ADMIN_KEY"),
        (("serve", "--host", "192.0.2.1"), "BAOWEN_ADMIN_KEY"),
        (("serve", "--port", "70000"), "port"),
    ],
)
def test_what_a_person_can_mend_is_one_line_and_exit_code_1(
    run: Run, seeds_index: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    (tmp_path / "letter.txt").write_text("亲爱的读者", encoding="utf-8")
    result = run(*(str(seeds_index) if argument == "INDEX" else argument for argument in arguments))
    assert result.returncode == 1
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"), [(("serve", "--index", "."), "不是报问的索引"), (("ask", "问"), "baowen rebuild")]
)
def test_so_does_a_process_of_its_own(run_alone: Run, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "letter.txt").write_text("亲爱的读者", encoding="utf-8")
    result = run_alone(*arguments)
    assert result.returncode == 1
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_checking_what_is_no_index_says_how_to_make_one(run: Run) -> None:
    checked = run("check", "--index", "none")
    assert (checked.returncode, "baowen rebuild" in checked.stderr) == (1, True)


@pytest.mark.parametrize("arguments", [("ask",), ("nothing",), ("ask", "x", "--top-k", "0"), ("serve", "--mode", "x")])
def test_wrong_usage_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2


def test_errors_speak_english_when_asked_to(run: Run) -> None:
    assert "There is no index yet" in run("ask", "x", BAOWEN_LANGUAGE="en").stderr


def test_settings_tells_values_origins_and_purpose_but_no_secrets(run: Run, tmp_path: Path) -> None:
    (tmp_path / "baowen.toml").write_text('mode = "lexical"\n', encoding="utf-8")
    shown = run("settings", BAOWEN_PORT="8123", BAOWEN_ADMIN_KEY="open-sesame").stdout
    assert "port = 8123  [环境变量 BAOWEN_PORT]" in shown
    assert "mode = lexical  [文件 baowen.toml]" in shown
    assert "host = 127.0.0.1  [默认值]" in shown
    assert "open-sesame" not in shown
    (tmp_path / "baowen.toml").write_text("colour = 1\n", encoding="utf-8")
    wrong = run("settings")
    assert (wrong.returncode, "colour" in wrong.stderr) == (1, True)


def test_a_port_in_use_is_told_with_what_to_do(run: Run, seeds_index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", port, "--index", seeds_index)
    assert result.returncode == 1
    assert str(port) in result.stderr
    assert f"--port {port + 1}" in result.stderr


def test_serve_answers_then_stops_when_told_to(seeds_index: Path, tmp_path: Path) -> None:
    with serving(tmp_path, "--index", seeds_index) as (process, url):
        body = json.dumps({"question": "耕德电子二期项目总投资多少？"}).encode()
        request = urllib.request.Request(f"{url}api/v1/ask", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as response:
            assert json.load(response)["status"] == "answered"
            assert response.headers.get_all("Server") == ["Baowen"]  # and not which software, in which version
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_asking_imports_no_torch_and_help_imports_nothing_heavy(seeds_index: Path) -> None:
    code = (
        "import sys; from server.cli import main\n"
        "heavy = {'torch', 'faiss', 'jieba', 'flask', 'pydantic', 'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "from server.app import create_app; from server.settings import Settings\n"
        f"client = create_app(Settings(index={str(seeds_index)!r})).test_client()\n"
        "assert client.post('/api/v1/ask', json={'question': '耕德电子总投资多少？'}).get_json()['answer']\n"
        "assert not {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
