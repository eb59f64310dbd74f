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


# the words it is read with


class LexiconUnreadable(RetrieverError):
    zh = "读不了词表 {file}：{detail}。请检查设置 user_dictionary 和 synonyms；文件须是 UTF-8 文本。"
    en = "Cannot read the word list {file}: {detail}. Check user_dictionary and synonyms; files have to be UTF-8 text."


class BadLexiconLine(RetrieverError):
    zh = "词表 {file} 第 {line} 行看不懂：{wrong_zh}。请改正这一行，再重新运行 baowen rebuild。"
    en = "{file}, line {line}, is not understood: {wrong_en}. Mend the line and run baowen rebuild again."


# the index


class IndexNotBuilt(RetrieverError):
    zh = "还没有索引：{root}。请先运行：baowen rebuild <文章文件夹> --index {root}"
    en = "There is no index yet: {root}. Run first: baowen rebuild <folder of articles> --index {root}"


class NotAnIndex(RetrieverError):
    zh = "{root} 不是报问的索引文件夹：{detail}。请换一个空文件夹或已有的索引。"
    en = "{root} is not a Baowen index: {detail}. Name an empty folder or an existing index."


class IndexDamaged(RetrieverError):
    zh = "索引 {folder} 已损坏：{detail}。请重新运行 baowen rebuild，或用 baowen rollback 换回上一个版本。"
    en = "The index {folder} is damaged: {detail}. Run baowen rebuild again, or baowen rollback for the version before."


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


class IndexNotWritten(RetrieverError):
    zh = "写不了索引 {root}：{detail}。原有的版本没有改动。请检查磁盘空间和权限，再运行一次。"
    en = (
        "The index {root} could not be written: {detail}. The versions it had were not touched. "
        "Check the disk space and permissions, then run it again."
    )


class WorkerLost(RetrieverError):
    zh = "重建时协助处理的进程中断了（{detail}），原有的版本没有改动。多半是内存不够：请关掉别的程序，再运行一次 baowen rebuild。"
    en = (
        "A process that helped with the rebuild ended before its time ({detail}); the versions there were not touched. "
        "Most likely memory ran out: close other programs, then run baowen rebuild again."
    )


class NotEnoughRoom(RetrieverError):
    zh = "磁盘空间不够：写索引 {root} 大约需要 {needed}，只剩 {free}。原有的版本没有改动。请腾出空间，或用 --index 换一个磁盘。"
    en = (
        "Not enough disk space: the index {root} takes about {needed}, and {free} are free. "
        "The versions it had were not touched. Make room, or name a folder on another disk with --index."
    )


class NoSuchGeneration(RetrieverError):
    zh = "索引 {root} 里没有版本 {name}。现有的版本（新的在前）：{known}。请从中选一个。"
    en = "The index {root} holds no version {name}. It holds, newest first: {known}. Name one of these."


class NoOlderGeneration(RetrieverError):
    zh = "索引 {root} 里没有比 {live} 更早的完好版本，没有改动。现有的版本：{known}。可以写明其中一个，或重新运行 baowen rebuild。"
    en = (
        "The index {root} holds no sound version older than {live}; nothing was changed. It holds: {known}. "
        "Name one of these, or run baowen rebuild."
    )


class OlderGenerationServes(RetrieverError):
    """No error to whoever asks: a warning to whoever looks after the index."""

    zh = "版本 {damaged} 已损坏（{detail}），{aside_zh}；现由版本 {serving} 回答。请重新运行 baowen rebuild。"
    en = "Version {damaged} is damaged ({detail}); {aside_en}. Version {serving} answers now. Run baowen rebuild again."


class DamagedSetAside(RetrieverError):
    """The same after a restart."""

    zh = "较新的版本 {damaged} 已损坏并搁置在 {folder}；现由版本 {serving} 回答。请重新运行 baowen rebuild。"
    en = "The newer version {damaged} is damaged and was set aside as {folder}. Version {serving} answers. Run baowen rebuild."


class StoreError(RetrieverError):
    """A store past this machine could not be reached or used."""

    zh = "存储 {store} 出错：{detail}。"
    en = "The store {store} failed: {detail}."


class StoreAddressWrong(StoreError):
    zh = (
        "存储的地址“{given}”不对。请写 milvus://主机:端口/集合名（集合名用英文字母、数字和下划线），"
        "或 milvus:///文件夹/文件.db/集合名；口令放在环境变量 BAOWEN_STORE_TOKEN 里，不写进地址。"
    )
    en = (
        "The store's address “{given}” is wrong. Write milvus://HOST:PORT/COLLECTION (letters, digits and underscores), "
        "or milvus:///FOLDER/FILE.db/COLLECTION; a token belongs into BAOWEN_STORE_TOKEN, not into the address."
    )


class StoreAway(StoreError):
    zh = "连不上存储 {store}：{detail}。请检查地址、网络和 Milvus 是否在运行，稍后再试。"
    en = "The store {store} cannot be reached: {detail}. Check the address, the network and that Milvus runs, then try again."


class StoreEmpty(StoreError):
    zh = "存储 {store} 里还没有发布过索引。请先运行 baowen rebuild 路径 --store …（分片时最后加 --publish）。"
    en = "The store {store} holds no published index yet. Run baowen rebuild PATHS --store … first (with slices, --publish last)."


class SlicesMissing(StoreError):
    zh = "存储 {store} 里还缺第 {missing} 片（共 {of} 片），没有发布，原有的版本没有改动。请先把缺的片重建好，再加 --publish。"
    en = (
        "The store {store} still lacks slice {missing} of {of}; nothing was published and what serves is unchanged. "
        "Rebuild the missing ones, then publish with --publish."
    )


class NothingBegun(StoreError):
    zh = "存储 {store} 里没有正在建的版本，没有可发布的。请先运行 baowen rebuild 路径 --store …（分片时加 --slice）。"
    en = "No generation is being made in the store {store}: there is nothing to publish. Run baowen rebuild PATHS --store … first."


class PublishedElsewhere(StoreError):
    zh = "存储 {store} 里正在建的版本已由另一个进程发布或放弃，这一次没有再发布。"
    en = "Another process has published what was being made in the store {store}, or given it up; this one published nothing."


class SliceTakenOver(StoreError):
    zh = "存储 {store} 里的第 {number} 片已由另一个进程重新开始、发布或放弃，这一个进程停止，没有改动。同一片请只由一个进程来做。"
    en = (
        "Slice {number} in the store {store} was begun anew, published or given up by another process; this one stops and changed nothing. "
        "Let one process at a time make a slice."
    )


class SlicesUnderWay(StoreError):
    zh = (
        "存储 {store} 里正在分 {of} 片建一个版本，还没有发布，没有改动。请用 --slice 做完并加 --publish 发布，"
        "或先用 baowen rebuild --store … --discard 放弃它。"
    )
    en = (
        "A generation of {of} slices is being made in the store {store} and is not published; nothing was changed. "
        "Finish it with --slice and --publish, or give it up with baowen rebuild --store … --discard."
    )


class SlicesDisagree(StoreError):
    zh = (
        "存储 {store} 里正在建的版本与这一次不一致（{detail}），没有改动。"
        "请用同样的设置重做，或先用 baowen rebuild --store … --discard 放弃它。"
    )
    en = (
        "The generation being built in the store {store} does not agree with this run ({detail}); nothing was changed. "
        "Run it with the same settings, or give that one up with baowen rebuild --store … --discard."
    )


class SliceWrong(RetrieverError):
    zh = "分片“{given}”不对。请写成 第几片/总片数，如 3/16；最多 {most} 片。"
    en = "The slice “{given}” is wrong. Write which/how many, like 3/16; {most} at most."


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


# measuring


class BadQuestion(RetrieverError):
    zh = "题目文件 {file} 第 {line} 行有误：{detail}。请改正后再运行。"
    en = "The question file {file} is wrong in line {line}: {detail}. Mend it and run again."


class NoQuestions(RetrieverError):
    zh = "题目文件 {file} 里没有题目。请检查文件。"
    en = "The file {file} holds no questions. Check the file."


class BadRun(RetrieverError):
    zh = "{file} 不是 baowen eval --out 写出的结果：{detail}。请换一个文件，或重新测量。"
    en = "{file} is not a run written by baowen eval --out: {detail}. Name another file, or measure again."


class BadFloor(RetrieverError):
    zh = "下限“{given}”看不懂。请写成 名称=数值，用逗号隔开，如 evidence@1=0.92,refused_off_topic=0.97"
    en = "The floor “{given}” is not understood. Write name=value, parted by commas: evidence@1=0.92,refused_off_topic=0.97"


class UnknownFigure(RetrieverError):
    zh = "没有叫“{name}”的指标。这次测得的有：{known}"
    en = "There is no figure “{name}”. Measured were: {known}"


class FloorsBroken(RetrieverError):
    zh = "未达到下限：{figures}"
    en = "Below the floor: {figures}"


class GateClosed(RetrieverError):
    zh = "新索引没有通过题目检查（{figures}），没有发布，原有索引保持不变。没有答好的题目：{questions}"
    en = "The new index failed its golden questions ({figures}) and was not published; the old one is unchanged. Failing:{questions}"


class ExtraMissing(RetrieverError):
    zh = "这一步需要 {package}，没有安装。请运行：pip install 'baowen[{extra}]'"
    en = "This needs {package}, which is not installed. Run: pip install 'baowen[{extra}]'"
