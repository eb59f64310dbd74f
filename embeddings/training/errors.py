"""What can go wrong while an encoder is adapted. The two sentences of each class are the message table, zh first."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from embeddings.errors import EncoderError


class TooFewArticles(EncoderError):
    zh = (
        "文章太少，训练没有意义：至少要 {needed} 篇互不相同、不少于 {letters} 字的文章，现在只有 {found} 篇（共读到 {read} 篇）。"
        "请加入更多文章，或继续用自带的编码器。"
    )
    en = (
        "Too few articles to learn from: {needed} different ones of at least {letters} characters are needed, and there "
        "are {found} (of {read} read). Add more articles, or go on with the shipped encoder."
    )


class NotStatic(EncoderError):
    zh = "编码器“{name}”不能这样训练：baowen train 只训练静态词向量的模型文件夹，例如自带的 {default}。"
    en = "The encoder “{name}” cannot be trained here: baowen train takes folders of static vectors, like the shipped {default}."


class FolderTaken(EncoderError):
    zh = "文件夹 {folder} 里有别的东西，不是编码器，没有动它。请用 --out 另指一个文件夹。"
    en = "The folder {folder} holds something else than an encoder and was not touched. Name another one with --out."


class TrainingUnwritable(EncoderError):
    zh = "写不了 {path}：{detail}。请检查权限和磁盘空间，再运行同一条命令。"
    en = "Cannot write {path}: {detail}. Check its permissions and the disk space, and run the same command again."


class CheckpointDamaged(EncoderError):
    zh = "检查点 {path} 已损坏：{detail}。请加上 --fresh 从头训练。"
    en = "The checkpoint {path} is damaged: {detail}. Add --fresh to begin anew."


class TrainingRunning(EncoderError):
    zh = "另一个训练正在使用 {folder}（{holder}）。请等它结束，或用 --out 另指一个文件夹。"
    en = "Another training is using {folder} ({holder}). Wait until it has ended, or name another folder with --out."


class TrainingInterrupted(EncoderError):
    zh = "已停下，前 {steps} 步存在 {path}。再运行同一条命令就接着训练；加上 --fresh 则从头开始。"
    en = (
        "Stopped; the first {steps} steps are kept in {path}. The same command goes on from there; --fresh begins anew."
    )


class NotBetter(EncoderError):
    zh = (
        "训练后的编码器在留出的文章上没有明显变好（MRR {after:.1%}，原来 {before:.1%}），{folder} 保持原样。"
        "仍要使用的话，再运行同一条命令并加上 --even-if-worse（不会重新训练）。"
    )
    en = (
        "The adapted encoder is not clearly better on the articles set apart (MRR {after:.1%}, before {before:.1%}); {folder} was "
        "left as it was. To take it all the same, run the same command with --even-if-worse (nothing is learnt again)."
    )


@contextlib.contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """What the disk refuses becomes TrainingUnwritable."""
    try:
        yield
    except OSError as error:
        raise TrainingUnwritable(path=path, detail=error.strerror or error) from error
