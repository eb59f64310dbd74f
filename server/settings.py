"""Every setting, and where its value came from: flag, ``BAOWEN_*`` variable, baowen.toml or default, in that order."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from embeddings.errors import Language
from embeddings.options import LONGEST_INPUT, MOST_AT_ONCE, SHORTEST_INPUT, Backend, Device, EncoderOptions
from retriever.domain import Mode
from server.errors import InvalidSetting, SettingsFileNotFound, SettingsFileUnreadable, UnknownSetting
from server.messages import in_language
from server.messages.commands import SAY, SETTINGS
from server.messages.problems import explain

ENV_PREFIX = "BAOWEN_"
CONFIG_VARIABLE = "BAOWEN_CONFIG"
DEFAULT_FILE = Path("baowen.toml")


def _described(name: str, default: Any, **limits: Any) -> Any:
    return Field(default=default, description=in_language(SETTINGS[name], "en"), **limits)


class Settings(BaseSettings):
    """All settings as plain values. Made directly, it reads nothing but its arguments."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=ENV_PREFIX, env_ignore_empty=True, validate_default=True
    )

    index: Path = _described("index", Path("index"))
    articles: Path = _described("articles", Path("seeds"))
    file_names: str | None = _described("file_names", None, min_length=1)
    ocr: bool = _described("ocr", False)
    user_dictionary: Path | None = _described("user_dictionary", None)
    synonyms: Path | None = _described("synonyms", None)
    keep_generations: int = _described("keep_generations", 2, ge=1, le=100)
    host: str = _described("host", "127.0.0.1", min_length=1)
    port: int = _described("port", 8000, ge=0, le=65535)
    mode: Mode = _described("mode", "hybrid")
    encoder: str | None = _described("encoder", None, min_length=1)
    encoder_backend: Backend = _described("encoder_backend", "auto")
    encoder_batch: int = _described("encoder_batch", 32, ge=1, le=MOST_AT_ONCE)
    encoder_length: int | None = _described("encoder_length", None, ge=SHORTEST_INPUT, le=LONGEST_INPUT)
    encoder_device: Device = _described("encoder_device", "auto")
    admin_key: SecretStr | None = _described("admin_key", None, min_length=8)
    language: Language = _described("language", "zh")
    threads: int = _described("threads", 4, ge=1, le=256)
    log_level: Literal["debug", "info", "warning", "error"] = _described("log_level", "info")
    max_body_bytes: int = _described("max_body_bytes", 65536, ge=1024)

    @property
    def encoder_options(self) -> EncoderOptions:
        return EncoderOptions(self.encoder_backend, self.encoder_batch, self.encoder_length, self.encoder_device)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # load_settings asks the sources one by one, to tell where each value came from.
        return (init_settings,)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from; ``name`` is the flag, the variable or the file."""

    kind: Literal["flag", "env", "file", "default"]
    name: str = ""

    def words(self, language: Language) -> str:
        return in_language(SAY[f"origin_{self.kind}"], language).format(name=self.name)


@dataclass(frozen=True, slots=True)
class Resolved:
    settings: Settings
    origins: Mapping[str, Origin]


class _Environment(EnvSettingsSource):
    """pydantic-settings' reading of variables, from a mapping that was handed down."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = {name.lower(): value for name, value in env.items() if value}
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._env


def load_settings(flags: Mapping[str, Any], env: Mapping[str, str], toml_path: Path = DEFAULT_FILE) -> Resolved:
    """Settle every setting. A flag that is None was not given; a missing ``toml_path`` counts as empty.

    ``BAOWEN_CONFIG`` names another file than ``toml_path``, which then has to exist.
    Raises UnknownSetting, InvalidSetting, SettingsFileNotFound, SettingsFileUnreadable.
    """
    file = Path(env[CONFIG_VARIABLE]) if env.get(CONFIG_VARIABLE) else toml_path
    layers: list[tuple[Mapping[str, Any], Literal["flag", "env", "file"]]] = [
        (_from_file(file, must_exist=bool(env.get(CONFIG_VARIABLE))), "file"),
        (_Environment(env)(), "env"),
        ({name: value for name, value in flags.items() if value is not None}, "flag"),
    ]
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, Origin("default"))
    for layer, kind in layers:
        for name, value in layer.items():
            values[name] = value
            origins[name] = Origin(kind, _origin_name(kind, name, file))
    try:
        return Resolved(Settings(**values), origins)
    except ValidationError as error:
        raise _invalid(error, origins) from None  # pydantic's own message would print the value, secrets included


def _from_file(file: Path, *, must_exist: bool) -> dict[str, Any]:
    if not file.is_file():
        if must_exist:
            raise SettingsFileNotFound(file=file)
        return {}
    try:
        source = TomlConfigSettingsSource(Settings, toml_file=file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsFileUnreadable(file=file, detail=error) from error
    if unknown := sorted(set(source.toml_data) - set(Settings.model_fields)):
        raise UnknownSetting(file=file, names=", ".join(unknown))
    return dict(source.toml_data)


def _origin_name(kind: Literal["flag", "env", "file"], name: str, file: Path) -> str:
    names = {"flag": f"--{name.replace('_', '-')}", "env": f"{ENV_PREFIX}{name.upper()}", "file": str(file)}
    return names[kind]


def _invalid(error: ValidationError, origins: Mapping[str, Origin]) -> InvalidSetting:
    finding = error.errors(include_input=False, include_url=False)[0]
    name = str(finding["loc"][0])
    origin = origins[name]
    return InvalidSetting(
        name=name,
        origin_zh=origin.words("zh"),
        origin_en=origin.words("en"),
        detail_zh=explain(finding, "zh"),
        detail_en=explain(finding, "en"),
    )
