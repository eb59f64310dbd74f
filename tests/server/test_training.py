"""``baowen train`` as an archivist runs it: in a process of its own, over files."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest
from click.testing import CliRunner

from embeddings.training import errors
from server.cli import main
from server.messages.training import TRAINING
from tests.embeddings.training.archive import stories
from tests.embeddings.training.conftest import start_folder

__all__ = ["start_folder"]  # the tiny encoder, a fixture

ROOT = Path(__file__).parents[2]
FAST = ("--epochs", "2", "--rate", "0.05", "--threads", "1")


def command(folder: Path, *arguments: str | Path, **env: str) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
    return subprocess.Popen(
        [sys.executable, "-m", "server", *map(str, arguments)],
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def run(folder: Path, *arguments: str | Path, **env: str) -> tuple[int, str, str]:
    with command(folder, *arguments, **env) as process:
        out, err = process.communicate()
    return process.returncode, out, err


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with (tmp_path / "archive.jsonl").open("w", encoding="utf-8") as file:
        for story in stories():
            print(json.dumps({"id": story.id, "title": story.title, "text": story.text}, ensure_ascii=False), file=file)
    return tmp_path


def test_train_then_rebuild_then_ask_and_an_index_of_the_old_encoder_is_refused(
    archive: Path, start_folder: Path
) -> None:
    assert run(archive, "rebuild", "archive.jsonl", "--encoder", start_folder)[0] == 0
    code, out, err = run(archive, "train", "archive.jsonl", "--encoder", start_folder, *FAST)
    assert (code, "Traceback" in err) == (0, False)
    assert "170 篇用来训练，50 篇留出不学" in err
    assert re.search(r"合计（\d+ 个）：首位 \d+\.\d% → \d+\.\d%", out)
    assert f"--encoder {archive / 'encoder'}" in out
    assert run(archive, "ask", "地铁开放了吗？")[0] == 0, "the index goes on with its own encoder"
    refused = run(archive, "ask", "地铁开放了吗？", "--encoder", "encoder")
    assert refused[0] == 1
    assert "baowen rebuild" in refused[2]
    assert run(archive, "rebuild", "archive.jsonl", "--encoder", "encoder")[0] == 0
    assert run(archive, "ask", "地铁开放了吗？")[0] == 0


def test_ctrl_c_says_how_to_go_on(archive: Path, start_folder: Path) -> None:
    arguments = ("train", "archive.jsonl", "--encoder", start_folder, "--epochs", "90", "--threads", "1")
    with command(archive, *arguments, BAOWEN_LANGUAGE="en") as going:
        assert going.stderr is not None
        next(line for line in going.stderr if line.startswith("step "))
        going.send_signal(signal.SIGINT)
        rest = going.stderr.read()
    assert going.returncode == 1
    assert "The same command goes on" in rest
    assert "Traceback" not in rest
    assert not (archive / "encoder").exists()
    with command(archive, *arguments, BAOWEN_LANGUAGE="en") as going:
        assert going.stderr is not None
        assert any(line.startswith("Going on after") for line in going.stderr)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["seeds"], "200"),
        (["no-such-file.jsonl"], "no-such-file"),
        (["archive.jsonl", "--out", "."], "--out"),
    ],
)
def test_what_goes_wrong_is_one_line_that_says_what_to_do(
    archive: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(archive)
    (archive / "seeds").symlink_to(ROOT / "seeds")
    shown = CliRunner().invoke(main, ["train", *arguments])
    assert shown.exit_code == 1
    assert words in shown.output.splitlines()[-1]


def test_an_encoder_that_is_not_static_is_refused_by_name(archive: Path, tiny_bert: Path) -> None:
    shown = CliRunner().invoke(main, ["train", str(archive / "archive.jsonl"), "--encoder", str(tiny_bert)])
    assert shown.exit_code == 1
    assert str(tiny_bert) in shown.output


def test_the_command_explains_itself_in_both_languages() -> None:
    shown = CliRunner().invoke(main, ["train", "--help"]).output
    assert "留出" in shown
    assert "Adapt the encoder" in shown


def test_everything_it_says_has_the_same_facts_in_both_languages() -> None:
    def placeholders(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    told = [getattr(errors, name) for name in dir(errors)]
    spoken = [(each.zh, each.en) for each in told if isinstance(each, type) and issubclass(each, errors.EncoderError)]
    assert len(spoken) > 8
    for zh, en in (*spoken, *TRAINING.values()):
        assert placeholders(zh) == placeholders(en)
        assert re.search("[一-鿿]", zh)
