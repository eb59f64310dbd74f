"""What the command line says, and what each setting does."""

from __future__ import annotations

from server.messages import Pair

SETTINGS: dict[str, Pair] = {
    "index": ("索引文件夹", "the index folder"),
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
    "admin_key": ("管理密钥；对外提供服务时必须设置", "the admin key; required to serve beyond this machine"),
    "language": (
        "命令行的语言，也是没有说明语言的请求得到的语言：zh 或 en",
        "the language of the command line, and of requests that ask for none: zh or en",
    ),
    "threads": ("同时回答多少个请求", "how many requests are answered at the same time"),
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
    "stopped": ("报问已停止。", "Baowen has stopped."),
    "sound": ("索引 {root} 完好。", "The index {root} is sound."),
    "unsound": ("索引 {root} 有 {count} 处问题：", "The index {root} has {count} problem(s):"),
    "no_answer": ("没有找到答案。", "No answer found."),
    "missing_terms": ("文章里没有出现过：{terms}", "No article mentions: {terms}"),
    "searched_for": ("按“{question}”查找", "Searched for “{question}”"),
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
    "main": "报问：从报纸文章里找到答案，逐字引用，注明出处。\n\n"
    "[Questions answered verbatim from newspaper articles.]",
    "rebuild": "重建索引：完成后索引里恰好是 PATHS（文件或文件夹）里的文章。\n\n"
    "不写 PATHS 时读设置 articles 所指的文件夹。原有索引在新的完成之前照常使用。\n\n"
    "[Rebuild the index, so that it holds exactly what PATHS hold.]",
    "serve": "启动网页和 JSON 接口。\n\n[Serve the chat page and the JSON API.]",
    "ask": "在终端里问一个问题。\n\n[Ask one question.]",
    "articles": "看每一页是怎样切成文章的；不写 PATHS 时列出索引里的文章。\n\n"
    "[How pages were cut into articles; without PATHS, the articles in the index.]",
    "check": "检查索引是否完好；有问题时退出码为 1。\n\n[Check the index; exit code 1 when something is wrong.]",
    "settings": "列出每项设置：现值、来自哪里、有什么用。\n\n"
    "来源的先后：命令行、环境变量 BAOWEN_*、配置文件 baowen.toml（或 BAOWEN_CONFIG 所指）、默认值。\n\n"
    "[Every setting: its value, where it came from, what it does.]",
    "version": "显示版本。[Show the version.]",
    "help": "显示帮助。[Show this help.]",
    "--index": "索引文件夹。[index folder]",
    "--encoder": "编码器：自带的名称、模型文件夹或模型库名称。[encoder: shipped name, folder or hub name]",
    "--report": "把报告写进文件：.html 给人看（每个版面与切出的文章并排），.json 给程序，.txt 是终端里的文字。"
    "[write the report to a file: .html, .json or .txt]",
    "--file-names": "文件名的写法，如 {source}-{year}{month}{day}-{page}。[how file names tell paper, date and page]",
    "--ocr": "用 tesseract 识别没有文字层的扫描件。[recognise scans with tesseract]",
    "--strict": "只要有一个文件或一篇文章收不进来，就不换新索引，退出码为 1。[keep the old index on any problem; exit code 1]",
    "--host": "监听的地址。[address to listen on]",
    "--port": "监听的端口，0 为任选。[port to listen on, 0 for any]",
    "--mode": "检索方式。[how to search]",
    "--top-k": "找多少个段落。[how many passages]",
    "--json": "输出与接口相同的 JSON。[print the JSON of the API]",
    "--json-lines": "每行输出一篇文章的 JSON。[print one JSON object an article, one a line]",
}
