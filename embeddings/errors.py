"""The root of the one error tree, and the errors of encoders.

Every error a person can mend is a :class:`BaowenError`: it says what happened and what to do next, with the path or
value concerned. The two sentences below each class are the message table: Chinese first, then English.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Language = Literal["zh", "en"]


class BaowenError(Exception):
    """Something went wrong that the person at the keyboard, or the caller of the API, can mend.

    ``facts`` fill the placeholders of both sentences; ``str(error)`` is the Chinese one.
    """

    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message("zh"))

    def message(self, language: Language) -> str:
        return (self.zh if language == "zh" else self.en).format(**self.facts)


class EncoderError(BaowenError):
    """An encoder could not be loaded or used."""

    zh = "编码器出错：{detail}。"
    en = "The encoder failed: {detail}."


class EncoderNotFound(EncoderError):
    zh = "找不到编码器“{name}”：既不是自带的模型，也不是模型文件夹，也无法从模型库取得（{detail}）。请检查名称，或改用自带的 {default}。"
    en = (
        "No encoder “{name}”: it is not a shipped model, not a model folder, and the hub did not give it ({detail}). "
        "Check the name, or use the shipped {default}."
    )


class EncoderDamaged(EncoderError):
    zh = "编码器文件夹 {folder} 不完整或已损坏：{detail}。请重新放入完整的模型文件。"
    en = "The encoder folder {folder} is incomplete or damaged: {detail}. Put the complete model files there again."


class CacheUnusable(EncoderError):
    zh = "向量缓存 {path} 无法读写：{detail}。请检查权限、磁盘空间，以及是否有别的程序正在使用它。"
    en = (
        "The vector cache {path} cannot be read or written: {detail}. "
        "Check its permissions, the disk space, and whether another program is using it."
    )


class TrainingDataMissing(EncoderError):
    zh = "文件夹 {folder} 里没有可用来训练的文章（需要 *.corpus.jsonl 或 *.pairs.jsonl）。请检查路径。"
    en = "The folder {folder} holds no articles to train on (*.corpus.jsonl or *.pairs.jsonl). Check the path."
