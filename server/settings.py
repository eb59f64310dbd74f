"""Every setting, and where its value came from: flag, ``BAOWEN_*`` variable, baowen.toml or default, in that order."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from embeddings.errors import Language
from embeddings.options import LONGEST_INPUT, MOST_AT_ONCE, SHORTEST_INPUT, Backend, Device, EncoderOptions
from retriever.domain import Mode
from retriever.index.milvus.address import Address
from server.errors import (
    InvalidSetting,
    KeyFileUnreadable,
    SettingsFileNotFound,
    SettingsFileUnreadable,
    UnknownSetting,
)
from server.messages import in_language
from server.messages.commands import SAY, SETTINGS
from server.messages.problems import explain

ENV_PREFIX = "BAOWEN_"
CONFIG_VARIABLE = "BAOWEN_CONFIG"
DEFAULT_FILE = Path("baowen.toml")
SHORTEST_KEY = 8


def _parted(value: Any) -> Any:
    """A list as it is written in a variable: parted by commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _address(value: str) -> str:
    """Of a server that questions may be sent to."""
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or "@" in value or "?" in value or "#" in value:
        raise PydanticCustomError("not_an_address", "must be an http or https address")
    return value


Parted = BeforeValidator(_parted)
Names = Annotated[tuple[str, ...], NoDecode, Parted]
Paths = Annotated[tuple[Path, ...], NoDecode, Parted]
Secret = Annotated[SecretStr, Field(min_length=SHORTEST_KEY)]
ModelAddress = Annotated[str, AfterValidator(_address)]
Secrets = Annotated[tuple[Secret, ...], NoDecode, Parted]


def _described(name: str, default: Any, **limits: Any) -> Any:
    return Field(default=default, description=in_language(SETTINGS[name], "en"), **limits)


class Settings(BaseSettings):
    """All settings as plain values. Made directly, it reads nothing but its arguments."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=ENV_PREFIX, env_ignore_empty=True, validate_default=True
    )

    index: Path = _described("index", Path("index"))
    store: str | None = _described("store", None)
    store_token: SecretStr | None = _described("store_token", None, min_length=1)
    store_token_file: Path | None = _described("store_token_file", None)
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
    reranker: str | None = _described("reranker", None, min_length=1)
    admin_key: SecretStr | None = _described("admin_key", None, min_length=SHORTEST_KEY)
    admin_key_file: Path | None = _described("admin_key_file", None)
    read_keys: Secrets = _described("read_keys", ())
    read_keys_file: Path | None = _described("read_keys_file", None)
    insecure: bool = _described("insecure", False)
    hosts: Names = _described("hosts", ())
    cors_origins: Names = _described("cors_origins", ())
    trusted_proxies: int = _described("trusted_proxies", 0, ge=0, le=10)
    rate_per_minute: int | None = _described("rate_per_minute", None, ge=0, le=1_000_000)
    question_seconds: float = _described("question_seconds", 10.0, gt=0, le=3600)
    corpus: Paths = _described("corpus", ())
    state: Path | None = _described("state", None)
    feedback_mb: int = _described("feedback_mb", 16, ge=1, le=10_000)
    answers_mb: int = _described("answers_mb", 16, ge=0, le=10_000)
    llm_base_url: ModelAddress | None = _described("llm_base_url", None)
    llm_model: str | None = _described("llm_model", None, min_length=1)
    llm_api_key: SecretStr | None = _described("llm_api_key", None, min_length=1)
    llm_seconds: float = _described("llm_seconds", 20.0, gt=0, le=600)
    llm_at_once: int = _described("llm_at_once", 2, ge=1, le=64)
    language: Language = _described("language", "zh")
    http_server: Literal["granian", "waitress"] = _described("http_server", "granian")
    workers: int | None = _described("workers", None, ge=1, le=256)
    threads: int = _described("threads", 64, ge=1, le=256)
    drain_seconds: float = _described("drain_seconds", 0.0, ge=0, le=600)
    log_level: Literal["debug", "info", "warning", "error"] = _described("log_level", "info")
    log_format: Literal["text", "json"] = _described("log_format", "text")
    log_questions: bool = _described("log_questions", False)
    max_body_bytes: int = _described("max_body_bytes", 65536, ge=1024)

    @field_validator("store")
    @classmethod
    def _store_can_be_read(cls, store: str | None) -> str | None:
        """Raises StoreAddressWrong, at once: an address with a password in it is not to be shown anywhere."""
        if store:
            Address.of(store)
        return store

    @field_validator("llm_model")
    @classmethod
    def _model_has_a_name(cls, name: str | None, settled: ValidationInfo) -> str | None:
        if name is None and settled.data.get("llm_base_url"):
            raise PydanticCustomError("model_not_named", "must name the model")
        return name

    @property
    def encoder_options(self) -> EncoderOptions:
        return EncoderOptions(self.encoder_backend, self.encoder_batch, self.encoder_length, self.encoder_device)

    @property
    def address(self) -> Address | None:
        """Of the store, where there is one in place of the index folder. Raises KeyFileUnreadable."""
        return Address.of(self.store, self._token()) if self.store else None

    def _token(self) -> str:
        if self.store_token or self.store_token_file is None:
            return self.store_token.get_secret_value() if self.store_token else ""
        try:
            return self.store_token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyFileUnreadable(file=self.store_token_file, detail=error) from error

    @property
    def state_folder(self) -> Path:
        """What the service writes, outside the index: whose folder holds generations and nothing else."""
        index = self.index.absolute()  # "." has no name of its own
        return self.state or index.parent / f"{index.name}.state"

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
    data = _flat(source.toml_data)
    if unknown := sorted(set(data) - set(Settings.model_fields)):
        raise UnknownSetting(file=file, names=", ".join(unknown))
    return data


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    """
    >>> _flat({"port": 80, "llm": {"model": "m"}})
    {'port': 80, 'llm_model': 'm'}
    """
    plain = {name: value for name, value in data.items() if not isinstance(value, dict)}
    tables = {name: value for name, value in data.items() if isinstance(value, dict)}
    return plain | {f"{table}_{name}": value for table, rows in tables.items() for name, value in rows.items()}


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
