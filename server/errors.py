"""What can go wrong between a person and the service. Each message says what happened and what to do next."""

from __future__ import annotations

from embeddings.errors import BaowenError


class ServerError(BaowenError):
    """Anything about reaching the service that a person can mend."""

    zh = "服务出错：{detail}。"
    en = "The service failed: {detail}."


# settings


class UnknownSetting(ServerError):
    zh = "{file} 里有不认识的设置：{names}。请检查拼写；运行 baowen settings 可看到全部设置。"
    en = "{file} holds settings that do not exist: {names}. Check the spelling; baowen settings lists all."


class InvalidSetting(ServerError):
    zh = "设置 {name} 不对（来自{origin_zh}）：{detail_zh}。请改正后再运行。"
    en = "The setting {name} is wrong (from {origin_en}): {detail_en}. Mend it and run again."


class SettingsFileNotFound(ServerError):
    zh = "找不到配置文件 {file}（由 BAOWEN_CONFIG 指定）。请检查路径，或去掉 BAOWEN_CONFIG。"
    en = "No settings file {file} (named by BAOWEN_CONFIG). Check the path, or unset BAOWEN_CONFIG."


class SettingsFileUnreadable(ServerError):
    zh = "读不了配置文件 {file}：{detail}。请改正其中的 TOML 写法。"
    en = "Cannot read the settings file {file}: {detail}. Mend its TOML."


# asking


class WrongFilter(ServerError):
    zh = "筛选条件不对：{detail_zh}。"
    en = "A filter is wrong: {detail_en}."


# listening


class PortInUse(ServerError):
    zh = "端口 {port} 已被占用。请停掉占用它的程序，或换一个端口：baowen serve --port {other}"
    en = "Port {port} is in use. Stop the program that holds it, or take another: baowen serve --port {other}"


class CannotListen(ServerError):
    zh = "不能在 {host} 的端口 {port} 上监听：{detail}。请检查 --host 和 --port。"
    en = "Cannot listen on {host}, port {port}: {detail}. Check --host and --port."


class UnsafeBind(ServerError):
    zh = (
        "{host} 会让别的机器也能访问，但没有设管理密钥。"
        "请先设置 BAOWEN_ADMIN_KEY，或只在本机使用：baowen serve --host 127.0.0.1"
    )
    en = (
        "{host} can be reached from other machines, and there is no admin key. "
        "Set BAOWEN_ADMIN_KEY first, or serve this machine only: baowen serve --host 127.0.0.1"
    )


# requests


class UnknownHost(ServerError):
    zh = "请求的主机名“{host}”不是本服务的。请用 http://127.0.0.1 或 http://localhost 加端口访问。"
    en = "The host name “{host}” is not this service's. Use http://127.0.0.1 or http://localhost with the port."
