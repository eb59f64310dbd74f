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
        "请先运行 baowen key 造一个并设置 BAOWEN_ADMIN_KEY，或只在本机使用：baowen serve --host 127.0.0.1；"
        "确实不要密钥就加 --insecure"
    )
    en = (
        "{host} can be reached from other machines, and there is no admin key. "
        "Make one with baowen key and set BAOWEN_ADMIN_KEY, or serve this machine only: baowen serve --host 127.0.0.1. "
        "If no key is wanted, say --insecure"
    )


class NotServing(ServerError):
    """What kept a process of the service from starting, in its own words."""

    zh = "{told_zh}"
    en = "{told_en}"


class WorkersDied(ServerError):
    zh = "服务进程一再意外退出，已停止服务。请看上面的日志；若说不出原因，请连同日志报告。"
    en = "The processes of the service ended again and again, so it was stopped. See the log above, and report it where it does not help."


# keys


class KeyFileUnreadable(ServerError):
    zh = "读不了密钥文件 {file}：{detail}。请检查路径和权限。"
    en = "Cannot read the key file {file}: {detail}. Check its path and permissions."


class WeakKey(ServerError):
    zh = "{file} 里有太短的密钥（至少 {shortest} 个字符）。请运行 baowen key 造一个。"
    en = "{file} holds a key that is too short (at least {shortest} characters). Make one with baowen key."


class KeyNeeded(ServerError):
    zh = "这里需要密钥。请加上请求头 Authorization: Bearer <密钥>。"
    en = "A key is needed here. Send the header Authorization: Bearer <key>."


class KeyUnknown(ServerError):
    zh = "密钥不对。请检查是否抄全，或向管理员要一个。"
    en = "This key is not known. Check that it is complete, or ask who runs the service for one."


class AdminKeyNeeded(ServerError):
    zh = "这个密钥只能读。这里需要管理密钥：Authorization: Bearer <管理密钥>。"
    en = "This key may only read. Send the admin key here: Authorization: Bearer <admin key>."


class NoAdminKey(ServerError):
    zh = "本服务没有设管理密钥，所以不能经接口管理。请运行 baowen key，设置 BAOWEN_ADMIN_KEY，再重新启动。"
    en = "This service has no admin key, so nothing can be administered over the API. Run baowen key, set BAOWEN_ADMIN_KEY, restart."


# managing the index


class StoreHeldByService(ServerError):
    zh = "索引在文件 {store} 里，只有本服务打得开。请停下服务，在命令行运行：baowen rebuild <文章文件夹> {where}"
    en = "The index is in the file {store}, which this service alone may open. Stop it and run: baowen rebuild <folder of articles> {where}"


class SliceWithoutStore(ServerError):
    zh = "--slice、--publish 和 --discard 要配合 --store 使用：它们把索引写进 Milvus。"
    en = "--slice, --publish and --discard go with --store: they write the index into Milvus."


class NotTogether(ServerError):
    zh = "{option} 不能与 {other} 一起使用。请去掉其中一个。"
    en = "{option} does not go with {other}. Leave one of them out."


class GateWithoutPublish(ServerError):
    zh = "--gate 在发布之前检查整个版本，只做一片时用不上。请去掉 --gate，最后用 --publish --gate 发布。"
    en = "--gate looks at a whole generation before it is published, not one slice. Leave it out, then publish with --publish --gate."


class NothingToRebuild(ServerError):
    zh = (
        "没有说明重建时读哪些文件。请设置 corpus（如 BAOWEN_CORPUS=/data/papers）再重新启动，"
        "或在服务器上运行：baowen rebuild <文章文件夹> {where}"
    )
    en = (
        "Nobody said which files a rebuild reads. Set corpus (like BAOWEN_CORPUS=/data/papers) and restart, "
        "or run on the server: baowen rebuild <folder of articles> {where}"
    )


class StateNotWritten(ServerError):
    zh = "写不了 {file}：{detail}。请检查设置 state 所指的文件夹的空间和权限。"
    en = "Cannot write {file}: {detail}. Check space and permissions of the folder that the setting state names."


# requests


class TooSlow(ServerError):
    zh = "这个问题在 {seconds} 秒内没有算完。请缩短问题，或稍后再试。"
    en = "The question was not answered within {seconds} seconds. Shorten it, or try again later."


class Draining(ServerError):
    zh = "服务正在停止。请稍后再试。"
    en = "The service is stopping. Try again later."


class TooMany(ServerError):
    zh = "请求太多。请在 {seconds} 秒后再试。"
    en = "Too many requests. Try again in {seconds} seconds."


class AmbiguousLength(ServerError):
    zh = "请求同时带有 Transfer-Encoding 和 Content-Length，长度不明。请只用其中一个。"
    en = "The request has both Transfer-Encoding and Content-Length, so its length is unclear. Send one of them."


class UnknownHost(ServerError):
    zh = "请求的主机名“{host}”不是本服务的。请用 http://127.0.0.1 或 http://localhost 加端口访问。"
    en = "The host name “{host}” is not this service's. Use http://127.0.0.1 or http://localhost with the port."


# the optional language model: each is told beside the verbatim answer, which never waits for it longer than its budget


class LanguageModelFailed(ServerError):
    zh = "语言模型没有给出可用的回答：{detail}。"
    en = "The language model gave nothing that can be used: {detail}."


class LanguageModelOff(LanguageModelFailed):
    zh = "没有配置语言模型：要用它改写，请设置 llm_base_url 和 llm_model。"
    en = "No language model is set up: set llm_base_url and llm_model to have answers composed."


class NothingToCompose(LanguageModelFailed):
    zh = "报纸里没有找到答案，所以没有请语言模型写。"
    en = "The newspapers hold no answer, so the language model was not asked."


class LanguageModelBusy(LanguageModelFailed):
    zh = "语言模型正忙，这次没有用它。"
    en = "The language model is busy and was left out this time."


class LanguageModelSlow(LanguageModelFailed):
    zh = "语言模型在 {seconds:g} 秒内没有答完，这次没有用它。"
    en = "The language model was not done within {seconds:g} seconds and was left out this time."


class LanguageModelUnreachable(LanguageModelFailed):
    zh = "连不上语言模型（{detail}）。请检查 llm_base_url，以及那边的服务是否在运行。"
    en = "The language model cannot be reached ({detail}). Check llm_base_url, and whether its server runs."


class LanguageModelRefused(LanguageModelFailed):
    zh = "语言模型的服务答以状态 {status}。请检查 llm_base_url、llm_model 和 llm_api_key。"
    en = "The language model's server answered with status {status}. Check llm_base_url, llm_model and llm_api_key."


class LanguageModelGarbled(LanguageModelFailed):
    zh = "语言模型的服务答的不是 chat completions 的格式，或者太长。请检查 llm_base_url。"
    en = "What the language model's server answered is no chat completion, or too long. Check llm_base_url."


class NothingSupported(LanguageModelFailed):
    zh = "语言模型写的 {dropped} 句话都没有得到所引原文的支持，已全部删去。"
    en = "None of the {dropped} sentences of the language model was borne out by what it cited; all were dropped."


# doors for other tools


class UnknownModel(ServerError):
    zh = "这里没有模型“{model}”。可用：{known}。"
    en = "There is no model “{model}” here. There is: {known}."


class UnknownKnowledge(ServerError):
    zh = "没有知识库“{knowledge}”。可写 baowen（全部报纸），或一种报纸的名称：{known}。"
    en = "There is no knowledge base “{knowledge}”. Name baowen (all papers), or one paper: {known}."


class McpMissing(ServerError):
    zh = "没有安装 mcp。请运行 pip install 'baowen[mcp]'。"
    en = "mcp is not installed. Run pip install 'baowen[mcp]'."
