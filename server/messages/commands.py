"""What the command line says, and what each setting does."""

from __future__ import annotations

from server.messages import Pair, evaluation, llm, stores

SETTINGS: dict[str, Pair] = {
    "index": ("索引文件夹", "the index folder"),
    **stores.SETTINGS,
    "articles": (
        "baowen rebuild 没有写明路径时读的文章文件夹",
        "the folder of articles that baowen rebuild reads when none is named",
    ),
    "file_names": (
        "文件名怎样写着报名、日期和版次，如 {source}-{year}{month}{day}-{page}，* 表示任意文字；不设则用常见写法",
        "how file names tell paper, date and page, like {source}-{year}{month}{day}-{page}, * for anything; "
        "unset takes the usual forms",
    ),
    "ocr": (
        "没有文字层的扫描件用 tesseract（chi_sim）识别；须已安装",
        "recognise scans without a text layer with tesseract (chi_sim), which has to be installed",
    ),
    "user_dictionary": (
        "用户词典（jieba 格式，每行“词 词频 词性”，后两项可省），重建时存入索引",
        "words to keep whole, in jieba's format (word, frequency, tag; the last two optional); a rebuild puts them into the index",
    ),
    "synonyms": (
        "补充的同义词（Solr 格式：a, b, c 互通，a => b 单向），重建时存入索引",
        "more synonyms, in Solr's format (a, b, c are equal, a => b leads one way); a rebuild puts them into the index",
    ),
    "keep_generations": (
        "保留几个完好的版本，含正在使用的；可用 baowen rollback 换回",
        "how many sound versions are kept, the live one included; baowen rollback goes back to them",
    ),
    "host": (
        "监听的地址；127.0.0.1 只有本机能访问，对外须先设 admin_key",
        "the address to listen on; 127.0.0.1 serves this machine only, anything wider needs admin_key",
    ),
    "port": ("监听的端口；0 表示任选一个空闲的", "the port to listen on; 0 takes any free one"),
    "mode": (
        "检索方式：hybrid 两路合并，dense 只用向量，lexical 只用关键词",
        "how to search: hybrid fuses both, dense uses vectors only, lexical words only",
    ),
    "encoder": (
        "编码器：自带的名称、模型文件夹或模型库里的名称；不设则用索引记下的那个",
        "the encoder: a shipped name, a model folder or a hub name; unset takes the one the index names",
    ),
    "encoder_backend": (
        "用什么运行编码器：auto、torch、onnx 或 onnx-int8；自带的编码器用不着",
        "what runs the encoder: auto, torch, onnx or onnx-int8; the shipped one needs none of them",
    ),
    "encoder_batch": ("编码器一次编多少段文字", "how many texts the encoder takes at once"),
    "encoder_length": (
        "编码器最多读多长，按词表的单位计；不设则用模型自己的；改了要重建索引",
        "the longest input, in pieces of the model's vocabulary; unset takes the model's own; a change needs a rebuild",
    ),
    "encoder_device": ("编码器在哪里运行：auto、cpu、cuda 或 mps", "where the encoder runs: auto, cpu, cuda or mps"),
    "reranker": (
        "重排模型（sentence-transformers 的 CrossEncoder）：模型文件夹或模型库里的名称，重读前 20 段，慢得多；不设则不用",
        "a CrossEncoder of sentence-transformers, by folder or hub name, that reads the first 20 passages again: much slower; "
        "unset uses none",
    ),
    "admin_key": (
        "管理密钥，或 baowen key 给出的 sha256:…；对外提供服务时必须设置",
        "the admin key, or the sha256:… that baowen key tells; required to serve beyond this machine",
    ),
    "admin_key_file": ("写有管理密钥（或其 sha256:…）的文件", "a file that holds the admin key, or its sha256:…"),
    "read_keys": (
        "读者的密钥（或其 sha256:…），用逗号隔开；不设则人人可问",
        "keys of readers, or their sha256:…, parted by commas; without any everybody may ask",
    ),
    "read_keys_file": ("写有读者密钥的文件，一行一个", "a file that holds keys of readers, one a line"),
    "insecure": (
        "没有管理密钥也对外提供服务：同一网络里人人可读，不能远程重建",
        "serve beyond this machine without an admin key: whoever reaches it may read, nobody may rebuild from afar",
    ),
    "hosts": (
        "本服务的其他主机名（如 papers.example），用逗号隔开；* 表示任何名称。不设：只在本机监听时只认本机，否则任何名称",
        "further names of this host (like papers.example), parted by commas; * for any. Unset: this machine's own names "
        "where only this machine can reach it, any otherwise",
    ),
    "cors_origins": (
        "哪些网站的网页可以调用接口（如 https://papers.example），用逗号隔开；不设则一个也不行",
        "sites whose pages may call the API (like https://papers.example), parted by commas; unset means none",
    ),
    "trusted_proxies": (
        "前面有几层自己的反向代理；0 表示不信 X-Forwarded-* 头",
        "how many reverse proxies of yours stand before it; 0 means that X-Forwarded-* is not believed",
    ),
    "rate_per_minute": (
        "每个客户端每分钟最多问几次，0 为不限；不设：只在本机监听时不限，否则 600",
        "requests a minute from one client, 0 for no limit; unset: none where only this machine can reach it, 600 otherwise",
    ),
    "question_seconds": (
        "一个问题最多算几秒，超过则回答 503",
        "how many seconds a question may take; past them it is answered with 503",
    ),
    "corpus": (
        "POST /api/v1/index/rebuild 读哪些文件和文件夹，用逗号隔开；不设则不能经接口重建",
        "files and folders that POST /api/v1/index/rebuild reads, parted by commas; unset means no rebuild over the API",
    ),
    "state": (
        "服务自己写的文件（反馈、重建进度）放在哪里；不设则放在索引旁的 <索引>.state",
        "where the service keeps what it writes (feedback, how far a rebuild is); unset means <index>.state beside the index",
    ),
    "feedback_mb": (
        "反馈文件多大时换新的（只留上一个），单位 MB",
        "at how many MB a new feedback file is begun; the one before is kept",
    ),
    "answers_mb": (
        "每个进程用多少 MB 记住答过的问题，0 为不记；重建之后都重新回答",
        "MB in each process for answers given before, 0 for none; after a rebuild everything is answered anew",
    ),
    **llm.SETTINGS,
    "language": (
        "命令行的语言，也是没有说明语言的请求得到的语言：zh 或 en",
        "the language of the command line, and of requests that ask for none: zh or en",
    ),
    "http_server": (
        "用什么监听：granian 多进程，waitress 单进程（granian 装不上时自动改用）",
        "what listens: granian with several processes, or waitress with one (taken by itself where granian is not installed)",
    ),
    "workers": (
        "几个进程；不设则与处理器核数相同，最多 4 个",
        "how many processes; unset means as many as processor cores, 4 at most",
    ),
    "threads": (
        "每个进程同时接待多少个请求，同一个客户端最多占一半",
        "how many requests each process attends to at the same time; one client gets half of them at most",
    ),
    "drain_seconds": (
        "停止前先让 /readyz 报告不可用几秒，好让前面的代理转走",
        "for how many seconds /readyz says no before the service stops, so that proxies turn elsewhere",
    ),
    "log_format": (
        "日志的写法：text 或 json（一行一个对象）",
        "how the log is written: text, or json (one object a line)",
    ),
    "log_questions": ("日志里写下问题的原文", "write the words of questions into the log"),
    "log_level": ("日志详细程度：debug、info、warning 或 error", "how much is logged: debug, info, warning or error"),
    "max_body_bytes": ("一个请求最多多少字节", "how many bytes a request may hold"),
}

SAY: dict[str, Pair] = {
    "origin_flag": ("命令行 {name}", "flag {name}"),
    "origin_env": ("环境变量 {name}", "variable {name}"),
    "origin_file": ("文件 {name}", "file {name}"),
    "origin_default": ("默认值", "default"),
    "unset": ("（未设置）", "(unset)"),
    "listening": (
        "报问已启动：{url}\n用浏览器打开即可提问；按 Ctrl+C 停止。",
        "Baowen is listening: {url}\nOpen it in a browser to ask; Ctrl+C stops it.",
    ),
    "new_key": (
        '密钥（只显示这一次）：{made}\n写进配置：admin_key = "{hashed}"  或  read_keys = "{hashed}"',
        'Key, shown this once: {made}\nFor the settings: admin_key = "{hashed}"  or  read_keys = "{hashed}"',
    ),
    "stopped": ("报问已停止。", "Baowen has stopped."),
    "sound": ("索引 {root} 完好。", "The index {root} is sound."),
    "unsound": ("索引 {root} 有 {count} 处问题：", "The index {root} has {count} problem(s):"),
    "unsound_next": (
        "换回上一个完好的版本：baowen rollback {where}；或重新运行 baowen rebuild。",
        "For the last sound version: baowen rollback {where}. Or run baowen rebuild again.",
    ),
    "kept_unsound": (
        "留着备用的旧版本有 {count} 处问题，不能再换回去；提问不受影响，下次重建时会搁置：",
        "Older versions that are kept have {count} problem(s) and cannot be gone back to; questions are not affected, "
        "and the next rebuild sets them aside:",
    ),
    "kept_outdated": (
        "旧版本 {names} 的格式是别的版本的报问用的，本程序不能换回去；以后的重建会清理它们。",
        "Older versions {names} have the format of another version of Baowen; this one cannot go back to them, and later "
        "rebuilds tidy them away.",
    ),
    "set_aside": (
        "以前搁置的损坏版本：{folder}（不再使用，可以删除）",
        "Set aside as damaged before: {folder} (not used any more; it may be deleted)",
    ),
    "rolled_back": (
        "现在使用的版本是 {now}，原来是 {before}（没有删除）。正在运行的服务会自动换过去。\n"
        "要换回来：baowen rollback {before} {where}",
        "Version {now} is live; before it was {before}, which was not deleted. A running service changes over by itself.\n"
        "To undo: baowen rollback {before} {where}",
    ),
    "rollback_same": (
        "版本 {now} 本来就在使用，没有改动。",
        "Version {now} is the live one already; nothing was changed.",
    ),
    "rollback_passed_over": (
        "版本 {name} 已损坏，或是别的版本的报问建的，跳过。",
        "Version {name} is damaged or was made by another version of Baowen, and was passed over.",
    ),
    "no_answer": ("没有找到答案。", "No answer found."),
    "what_for": (
        "这里查的是报纸：问一件报上登过的事，会引用原文回答，并注明出处。",
        "This looks things up in newspapers: ask about something they printed, and it answers in their words, with the source.",
    ),
    "missing_terms": ("文章里没有出现过：{terms}", "No article mentions: {terms}"),
    "searched_for": ("按“{question}”查找", "Searched for “{question}”"),
    "repaired": ("已按“{question}”查找", "Took it to mean “{question}”"),
    "near": ("相近段落：", "Near passages:"),
    "sources": ("出处：", "Sources:"),
    "untitled": ("（无标题）", "(untitled)"),
    "article_line": (
        "{id}  {byline}  {title}  （{characters} 字）",
        "{id}  {byline}  {title}  ({characters} characters)",
    ),
    "articles_total": ("共 {count} 篇", "{count} articles"),
}

# Help is read before any setting is, so each text carries both languages.
HELP: dict[str, str] = {
    **evaluation.HELP,
    **stores.HELP,
    "main": "报问：从报纸文章里找到答案，逐字引用，注明出处。\n\n"
    "[Questions answered verbatim from newspaper articles.]",
    "rebuild": "重建索引：完成后索引里恰好是 PATHS（文件或文件夹）里的文章。\n\n"
    "不写 PATHS 时读设置 articles 所指的文件夹。原有索引在新的完成之前照常使用；"
    "没有变化的文件和文章不再处理。\n\n"
    "[Rebuild the index, so that it holds exactly what PATHS hold; what has not changed is taken over.]",
    "serve": "启动网页和 JSON 接口。\n\n[Serve the chat page and the JSON API.]",
    "ask": "在终端里问一个问题。\n\n[Ask one question.]",
    "articles": "看每一页是怎样切成文章的；不写 PATHS 时列出索引里的文章。\n\n"
    "[How pages were cut into articles; without PATHS, the articles in the index.]",
    "check": "检查索引是否完好；有问题时退出码为 1。\n\n[Check the index; exit code 1 when something is wrong.]",
    "rollback": "换回上一个完好的版本，或写明的 GENERATION；不删除任何版本，正在运行的服务会自动换过去。\n\n"
    "[Make the last sound version the live one again, or the GENERATION named; nothing is deleted.]",
    "train": "用自己的文章训练编码器（不需要标注），在留出的文章上比较训练前后，变好了才采用。\n\n"
    "不写 PATHS 时读设置 articles 所指的文件夹。随时可以按 Ctrl+C 停下，再运行同一条命令就接着训练。"
    "原有的索引和编码器在比较之前都不动；之后用 baowen rebuild --encoder 重建索引才会用上新的。\n\n"
    "[Adapt the encoder to your own articles, without labels; compared before and after on articles set apart, and kept "
    "only where it got better. Ctrl+C stops; the same command goes on.]",
    "key": "造一个新密钥：给人用的写在第一行，配置里写 sha256 的那一行。\n\n"
    "[Make a new key: the first line is for whoever uses it, the sha256 line for the settings.]",
    "settings": "列出每项设置：现值、来自哪里、有什么用。\n\n"
    "来源的先后：命令行、环境变量 BAOWEN_*、配置文件 baowen.toml（或 BAOWEN_CONFIG 所指）、默认值。\n\n"
    "[Every setting: its value, where it came from, what it does.]",
    "version": "显示版本。[Show the version.]",
    "help": "显示帮助。[Show this help.]",
    "--index": "索引文件夹。[index folder]",
    "--encoder": "编码器：自带的名称、模型文件夹或模型库名称。[encoder: shipped name, folder or hub name]",
    "--reranker": "重排模型：文件夹或模型库名称。[reranker: folder or hub name of a CrossEncoder]",
    "--encoder-backend": "用什么运行编码器。[what runs the encoder]",
    "--encoder-batch": "一次编多少段文字。[texts at once]",
    "--encoder-length": "编码器最多读多长（词表单位）。[longest input in pieces]",
    "--encoder-device": "编码器在哪里运行。[where the encoder runs]",
    "--report": "把报告写进文件：.html 给人看（每个版面与切出的文章并排），.json 给程序，.txt 是终端里的文字。"
    "[write the report to a file: .html, .json or .txt]",
    "--file-names": "文件名的写法，如 {source}-{year}{month}{day}-{page}。[how file names tell paper, date and page]",
    "--ocr": "用 tesseract 识别没有文字层的扫描件。[recognise scans with tesseract]",
    "--strict": "只要有一个文件或一篇文章收不进来，就不换新索引，退出码为 1。[keep the old index on any problem; exit code 1]",
    "--full": "全部重新处理，不沿用上一版；结果相同。[make everything anew; the outcome is the same]",
    "--watch": "文件有变化就重建，直到按 Ctrl+C。[rebuild whenever files change, until Ctrl+C]",
    "--user-dictionary": "用户词典，jieba 格式。[words to keep whole, in jieba's format]",
    "--synonyms": "补充的同义词，Solr 格式。[more synonyms, in Solr's format]",
    "--deep": "所有保留的版本都查，并逐段核对文章、位置和向量。[every kept version; passages, offsets and vectors too]",
    "--keep-generations": "保留几个完好的版本，含正在使用的。[sound versions to keep, the live one included]",
    "--host": "监听的地址。[address to listen on]",
    "--port": "监听的端口，0 为任选。[port to listen on, 0 for any]",
    "--workers": "几个进程。[how many processes]",
    "--insecure": "没有管理密钥也对外提供服务。[serve beyond this machine without an admin key]",
    "--mode": "检索方式。[how to search]",
    "--source": "只看这种报纸，可写多次。[only this newspaper; may be repeated]",
    "--from": "只看这一天（2022-08-01）及以后的。[printed on this day or later]",
    "--to": "只看这一天（2022-08-31）及以前的。[printed on this day or earlier]",
    "--top-k": "找多少个段落。[how many passages]",
    "--json": "输出与接口相同的 JSON。[print the JSON of the API]",
    "--start": "从哪个静态编码器开始，默认是自带的。[static encoder to start from: shipped name or folder]",
    "--out": "新编码器的文件夹，默认是索引旁边的 encoder。[folder of the new encoder; default: encoder beside the index]",
    "--epochs": "把文章学几遍。[rounds through the articles]",
    "--minutes": "最多训练几分钟。[minutes to learn at most]",
    "--seed": "随机种子：同样的文章、设置和线程数得到同样的权重。[same seed, articles, settings, threads: same weights]",
    "--rate": "学习率，越大改变越多。[learning rate]",
    "--train-threads": "用几个处理器线程。[processor threads]",
    "--fresh": "不接着上次，从头训练。[begin anew, whatever the checkpoint says]",
    "--even-if-worse": "没有变好也采用。[take the result even where it is no better]",
    "--json-lines": "每行输出一篇文章的 JSON。[print one JSON object an article, one a line]",
}
