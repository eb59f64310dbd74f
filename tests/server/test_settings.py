"""Flags, then variables, then the file, then defaults; and each value says where it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.errors import InvalidSetting, SettingsFileNotFound, SettingsFileUnreadable, UnknownSetting
from server.messages.commands import SETTINGS
from server.settings import Origin, Settings, load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "baowen.toml"
    path.write_text('port = 1111\nmode = "dense"\nindex = "from/file"\n', encoding="utf-8")
    return path


def test_the_nearest_source_wins(file: Path) -> None:
    found = load_settings({"port": 3333, "mode": None}, {"BAOWEN_PORT": "2222", "BAOWEN_MODE": "lexical"}, file)
    assert (found.settings.port, found.origins["port"]) == (3333, Origin("flag", "--port"))
    assert (found.settings.mode, found.origins["mode"]) == ("lexical", Origin("env", "BAOWEN_MODE"))
    assert (found.settings.index, found.origins["index"]) == (Path("from/file"), Origin("file", str(file)))
    assert (found.settings.host, found.origins["host"]) == ("127.0.0.1", Origin("default"))


def test_a_variable_names_another_file(file: Path, tmp_path: Path) -> None:
    found = load_settings({}, {"BAOWEN_CONFIG": str(file)}, tmp_path / "elsewhere.toml")
    assert found.settings.port == 1111


def test_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    assert load_settings({}, {"BAOWEN_PORT": ""}, tmp_path / "none").settings.port == 8000


def test_settings_made_directly_read_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOWEN_PORT", "9")
    assert Settings().port == 8000


def test_an_unknown_key_in_the_file_is_named(file: Path) -> None:
    file.write_text("prot = 80\n", encoding="utf-8")
    with pytest.raises(UnknownSetting, match="prot"):
        load_settings({}, {}, file)


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"BAOWEN_PORT": "many"}, "port"),
        ({"BAOWEN_PORT": "70000"}, "port"),
        ({"BAOWEN_MODE": "psychic"}, "mode"),
        ({"BAOWEN_ADMIN_KEY": "secret"}, "admin_key"),
        ({"BAOWEN_THREADS": "0"}, "threads"),
    ],
)
def test_a_wrong_value_is_told_with_its_origin_and_never_shown(env: dict[str, str], name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting) as caught:
        load_settings({}, env, tmp_path / "none")
    for message in (caught.value.message("zh"), caught.value.message("en")):
        assert name in message
        assert f"BAOWEN_{name.upper()}" in message
        assert "secret" not in message


def test_a_broken_or_missing_file_is_told(file: Path, tmp_path: Path) -> None:
    file.write_text("port = = 80", encoding="utf-8")
    with pytest.raises(SettingsFileUnreadable):
        load_settings({}, {}, file)
    with pytest.raises(SettingsFileNotFound):
        load_settings({}, {"BAOWEN_CONFIG": str(tmp_path / "no.toml")}, file)


def test_every_setting_says_what_it_does() -> None:
    assert set(SETTINGS) == set(Settings.model_fields)


def test_settings_cannot_be_changed() -> None:
    settings: Any = Settings()
    with pytest.raises(Exception, match="frozen"):
        settings.port = 1
