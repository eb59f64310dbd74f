"""What the settings of the optional language model say, and what is wrong with them."""

from __future__ import annotations

from server.messages import Pair

SETTINGS: dict[str, Pair] = {
    "llm_base_url": (
        "改写答案用的语言模型（OpenAI 兼容服务）的地址，如 http://127.0.0.1:11434/v1；问题和找到的段落会发到那里。不设则不用",
        "address of an OpenAI-compatible server that may compose answers, like http://127.0.0.1:11434/v1: questions and the "
        "passages found are sent there; unset means none",
    ),
    "llm_model": ("语言模型的名称；设了 llm_base_url 就要设", "the name of the language model; goes with llm_base_url"),
    "llm_api_key": (
        "语言模型服务的密钥，宜用环境变量 BAOWEN_LLM_API_KEY",
        "the key of the language model's server, best given as BAOWEN_LLM_API_KEY",
    ),
    "llm_seconds": (
        "最多等语言模型几秒；超过就只给原文",
        "how many seconds the language model is waited for; past them the quotation stands alone",
    ),
    "llm_at_once": (
        "每个进程同时请语言模型写几个答案；多出来的只给原文",
        "how many answers each process has the language model write at the same time; the others are quotations alone",
    ),
}

FINDINGS: dict[str, Pair] = {
    "not_an_address": (
        "应当是 http:// 或 https:// 开头的地址，不带用户名、? 和 #",
        "must be an address with http:// or https://, without a user name, ? or #",
    ),
    "model_not_named": ("设了 llm_base_url，就要写明模型的名称", "must name the model where llm_base_url is set"),
}
