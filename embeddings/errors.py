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


class HubUnreachable(EncoderNotFound):
    zh = (
        "编码器“{name}”不在本机，模型库又连不上（{detail}）。"
        "请联网后再试一次（下载一次即可），或给出模型文件夹的路径，或改用自带的 {default}。"
    )
    en = (
        "The encoder “{name}” is not on this machine and the hub cannot be reached ({detail}). "
        "Try again with a network (once is enough), name a model folder, or use the shipped {default}."
    )


class EncoderUnusable(EncoderError):
    zh = "编码器“{name}”取到了，但用不了：{detail}。请换一个 sentence-transformers 模型。"
    en = "The encoder “{name}” is there but cannot be used: {detail}. Name another sentence-transformers model."


class EncoderDamaged(EncoderError):
    zh = "编码器文件夹 {folder} 不完整或已损坏：{detail}。请重新放入完整的模型文件。"
    en = "The encoder folder {folder} is incomplete or damaged: {detail}. Put the complete model files there again."


class EncoderChanged(EncoderError):
    zh = (
        "编码器“{name}”给出的向量和建索引时的不同：模型文件、后端（torch、ONNX 或 int8）或 encoder_length 变了。"
        "请改回原来的设置，或重新运行 baowen rebuild。"
    )
    en = (
        "The encoder “{name}” gives other vectors than when the index was made: its files, its backend (torch, ONNX or "
        "int8) or encoder_length changed. Set them back, or run baowen rebuild again."
    )


class EncoderOptionRefused(EncoderError):
    zh = "编码器的设置 {name} 不能是“{value}”：请给 {allowed}。"
    en = "The encoder's setting {name} cannot be “{value}”: give {allowed}."


class DeviceMissing(EncoderError):
    zh = "这台机器上 {backend} 用不了 {device}（可用：{found}）。请把 encoder_device 设为 auto 或 cpu。"
    en = "{backend} finds no {device} on this machine (it has: {found}). Set encoder_device to auto or cpu."


class OnnxRuntimeMissing(EncoderError):
    zh = "没有安装 {package}，不能用 ONNX。请运行 pip install 'baowen[onnx]'，或把 encoder_backend 设为 torch。"
    en = "{package} is not installed, so ONNX cannot be used. Run pip install 'baowen[onnx]', or set encoder_backend to torch."


class OnnxFileMissing(EncoderError):
    zh = (
        "编码器“{name}”里没有 ONNX 文件（找过 {looked_for}）。"
        "对模型文件夹可运行 python -m embeddings.onnx <文件夹>（int8 加 --int8）生成，或把 encoder_backend 设为 torch。"
    )
    en = (
        "The encoder “{name}” holds no ONNX file (looked for {looked_for}). Make one in a model folder with "
        "python -m embeddings.onnx FOLDER (--int8 for int8), or set encoder_backend to torch."
    )


class OnnxUnsupported(EncoderError):
    zh = "编码器文件夹 {folder} 不能用 ONNX 运行：{detail}。请把 encoder_backend 设为 torch。"
    en = "The encoder folder {folder} cannot be run with ONNX: {detail}. Set encoder_backend to torch."


class RerankerError(BaowenError):
    """The reranker that a setting names could not be loaded."""

    zh = "重排模型出错：{detail}。"
    en = "The reranker failed: {detail}."


class RerankerNotFound(RerankerError):
    zh = (
        "找不到重排模型“{name}”：既不是本机的模型文件夹，也无法从模型库取得（{detail}）。"
        "请检查名称或路径，或去掉 reranker 的设置。"
    )
    en = (
        "No reranker “{name}”: it is not a model folder on this machine, and the hub did not give it ({detail}). "
        "Check the name or the path, or unset reranker."
    )


class RerankerUnusable(RerankerError):
    zh = "重排模型“{name}”用不了：{detail}。请换一个 sentence-transformers 的 CrossEncoder，或去掉 reranker 的设置。"
    en = "The reranker “{name}” cannot be used: {detail}. Name another CrossEncoder of sentence-transformers, or unset reranker."


class CacheUnusable(EncoderError):
    zh = "向量缓存 {path} 无法读写：{detail}。请检查权限、磁盘空间，以及是否有别的程序正在使用它。"
    en = (
        "The vector cache {path} cannot be read or written: {detail}. "
        "Check its permissions, the disk space, and whether another program is using it."
    )


class TrainingDataMissing(EncoderError):
    zh = "文件夹 {folder} 里没有可用来训练的文章（需要 *.corpus.jsonl 或 *.pairs.jsonl）。请检查路径。"
    en = "The folder {folder} holds no articles to train on (*.corpus.jsonl or *.pairs.jsonl). Check the path."
