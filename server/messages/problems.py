"""Titles and details of problems, and what pydantic's findings are called here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embeddings.errors import Language
from server.messages import Pair, compat, in_language, llm

TITLES: dict[int, Pair] = {
    400: ("请求有误", "Bad request"),
    401: ("需要密钥", "A key is needed"),
    403: ("不允许", "Not allowed"),
    404: ("找不到", "Not found"),
    405: ("不支持这种方法", "Method not allowed"),
    409: ("此刻不行", "Not now"),
    413: ("请求太大", "The request is too large"),
    415: ("内容类型不对", "Wrong content type"),
    422: ("有字段不对", "A field is wrong"),
    429: ("请求太多", "Too many requests"),
    500: ("内部错误", "Internal error"),
    503: ("暂时不能回答", "Not ready to answer"),
}

DETAILS: dict[int, Pair] = {
    400: ("请求不合 HTTP 的规矩，请检查后再试。", "The request is not proper HTTP. Check it and try again."),
    404: (
        "这里没有这个地址。接口清单见 /openapi.json。",
        "Nothing is at this address. /openapi.json lists all routes.",
    ),
    405: ("这个地址不支持 {method}，支持：{allowed}。", "This address does not take {method}; it takes: {allowed}."),
    413: ("请求最多 {limit} 字节，请缩短。", "A request holds at most {limit} bytes. Shorten it."),
    415: (
        "请用 Content-Type: application/json 发送 JSON。",
        "Send JSON, with Content-Type: application/json.",
    ),
}

NOT_JSON: Pair = (
    "请求体不是合法的 JSON。请检查引号、逗号和编码（UTF-8）。",
    "The body is not valid JSON. Check quotes, commas and the encoding (UTF-8).",
)
WRONG_FIELDS: Pair = ("请改正 errors 里列出的字段。", "Mend the fields listed in errors.")
INTERNAL: Pair = (
    "服务内部出错，已记入日志。请求编号：{request_id}",
    "Something broke inside and was logged. Request id: {request_id}",
)

# pydantic's error types; what is not here keeps pydantic's own English sentence.
FINDINGS: dict[str, Pair] = {
    **compat.FINDINGS,
    **llm.FINDINGS,
    "missing": ("缺少这个字段", "this field is missing"),
    "extra_forbidden": ("没有这个字段，请检查拼写", "there is no such field; check the spelling"),
    "string_type": ("应当是字符串", "must be a string"),
    "string_unicode": ("不是合法的 Unicode 文本", "is not valid Unicode text"),
    "string_too_short": ("至少 {min_length} 个字符", "at least {min_length} character(s)"),
    "string_too_long": ("最多 {max_length} 个字符", "at most {max_length} characters"),
    "string_pattern_mismatch": ("格式不对", "has the wrong form"),
    "int_type": ("应当是整数", "must be a whole number"),
    "int_parsing": ("应当是整数", "must be a whole number"),
    "int_parsing_size": ("数字太大", "the number is too large"),
    "int_from_float": ("应当是整数", "must be a whole number"),
    "greater_than_equal": ("至少是 {ge}", "must be at least {ge}"),
    "less_than_equal": ("最多是 {le}", "must be at most {le}"),
    "list_type": ("应当是列表", "must be a list"),
    "too_short": ("太短，至少 {min_length}", "is too short: at least {min_length}"),
    "too_long": ("最多 {max_length} 项", "at most {max_length} items"),
    "literal_error": ("只能是 {expected}", "must be {expected}"),
    "model_type": ("应当是一个 JSON 对象", "must be a JSON object"),
    "model_attributes_type": ("应当是一个 JSON 对象", "must be a JSON object"),
    "dict_type": ("应当是一个 JSON 对象", "must be a JSON object"),
    "path_type": ("应当是路径", "must be a path"),
    "not_a_date": ("应当是真实的日期，写作 2022-08-03", "must be a real date, written 2022-08-03"),
    "not_of_our_time": ("应在 1900 年到 2199 年之间", "must lie between 1900 and 2199"),
    "dates_reversed": ("date_from 不能晚于 date_to", "date_from must not be after date_to"),
}


def explain(finding: Mapping[str, Any], language: Language) -> str:
    """One of pydantic's findings (``ErrorDetails``) in words."""
    pair = FINDINGS.get(finding["type"])
    return in_language(pair, language).format(**finding.get("ctx", {})) if pair else str(finding["msg"])
