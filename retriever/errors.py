"""What can go wrong between files and answers. Each message says what happened and what to do next, zh first, then en."""

from __future__ import annotations

from embeddings.errors import BaowenError


class RetrieverError(BaowenError):
    """Anything between files and answers that a person can mend."""

    zh = "检索出错：{detail}。"
    en = "Retrieval failed: {detail}."


# files


class PathNotFound(RetrieverError):
    zh = "没有这个文件或文件夹：{path}。请检查路径。"
    en = "No such file or folder: {path}. Check the path."


class NothingToRead(RetrieverError):
    zh = "在 {paths} 中没有可读的文章文件（可读：{suffixes}）。请放入文件，或换一个文件夹。"
    en = "No article files in {paths} (readable: {suffixes}). Put files there, or name another folder."


class UnreadableFile(RetrieverError):
    zh = "读不了文件 {file}：{detail}。"
    en = "Cannot read {file}: {detail}."


class EmptyFile(UnreadableFile):
    zh = "文件 {file} 是空的，已跳过。"
    en = "{file} is empty and was skipped."


class BinaryFile(UnreadableFile):
    zh = "文件 {file} 不是文本（含有二进制内容），已跳过。请先转换成 UTF-8 文本。"
    en = "{file} is not text (it holds binary data) and was skipped. Convert it to UTF-8 text first."


class BadRecord(UnreadableFile):
    zh = "文件 {file} 第 {line} 行不是一篇文章：{detail}。已跳过这一行。"
    en = "{file}, line {line}, is not an article: {detail}. The line was skipped."


class DuplicateArticle(UnreadableFile):
    zh = "文章编号 {article_id} 出现了两次：{first} 和 {file}。只收第一篇，请改掉其中一个编号。"
    en = "Article id {article_id} occurs twice: in {first} and in {file}. Only the first was kept; change one of the ids."


class BadFileNamePattern(RetrieverError):
    zh = "文件名的写法“{template}”看不懂：{wrong}。请用 {{source}}、{{year}}、{{month}}、{{day}}、{{page}} 各至多一次，* 表示任意文字。"
    en = (
        "The file name pattern “{template}” is not understood: {wrong}. Use {{source}}, {{year}}, {{month}}, {{day}} and "
        "{{page}}, each at most once; * stands for anything."
    )


# the index


class IndexNotBuilt(RetrieverError):
    zh = "还没有索引：{root}。请先运行：baowen rebuild <文章文件夹> --index {root}"
    en = "There is no index yet: {root}. Run first: baowen rebuild <folder of articles> --index {root}"


class NotAnIndex(RetrieverError):
    zh = "{root} 不是报问的索引文件夹：{detail}。请换一个空文件夹或已有的索引。"
    en = "{root} is not a Baowen index: {detail}. Name an empty folder or an existing index."


class IndexDamaged(RetrieverError):
    zh = "索引 {folder} 已损坏：{detail}。请重新运行 baowen rebuild。"
    en = "The index {folder} is damaged: {detail}. Run baowen rebuild again."


class IndexFormatUnknown(RetrieverError):
    zh = "索引 {folder} 的格式版本是 {found}，本程序读 {expected}。请用当前版本重新运行 baowen rebuild。"
    en = "The index {folder} has format version {found}; this program reads {expected}. Run baowen rebuild with it."


class WrongEncoder(RetrieverError):
    zh = "索引 {folder} 是用编码器 {found} 建的，现在用的是 {given}。请用 --encoder {found} 启动，或重新运行 baowen rebuild。"
    en = (
        "The index {folder} was made with the encoder {found}, not with {given}. "
        "Start with --encoder {found}, or run baowen rebuild again."
    )


class RebuildRunning(RetrieverError):
    zh = "另一个重建正在进行（{holder}），索引 {root} 未改动。请等它结束再试。"
    en = "Another rebuild is running ({holder}); the index {root} was not touched. Try again when it has ended."


class NoArticles(RetrieverError):
    zh = "读到的文件里没有一篇文章，原有索引保持不变。请检查：{paths}"
    en = "The files hold no article at all; the index was left as it was. Check: {paths}"


class ProblemsRefused(RetrieverError):
    zh = "严格模式：发现 {count} 处问题，原有索引保持不变。第一处：{first_zh}"
    en = "Strict: {count} problem(s) found; the index was left as it was. The first: {first_en}"


class ReportFormatUnknown(RetrieverError):
    zh = "不知道怎样写报告 {file}：文件名请以 {suffixes} 结尾。"
    en = "Cannot tell how to write the report {file}: end its name in {suffixes}."


class ReportUnwritable(RetrieverError):
    zh = "写不了报告 {file}：{detail}。请换一个位置。"
    en = "Cannot write the report {file}: {detail}. Name another place."


# asking


class ArticleNotFound(RetrieverError):
    zh = "没有编号为 {article_id} 的文章。它可能已随重建移出，请重新提问。"
    en = "There is no article {article_id}. A rebuild may have removed it; ask again."


class EmptyQuestion(RetrieverError):
    zh = "问题是空的。请输入要问的话。"
    en = "The question is empty. Type what you want to ask."


class QuestionTooLong(RetrieverError):
    zh = "问题太长：{length} 个字，最多 {limit} 个字。请缩短后再问。"
    en = "The question is too long: {length} characters, at most {limit}. Shorten it and ask again."
