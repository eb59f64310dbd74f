"""What is said of a store past this machine."""

from __future__ import annotations

from server.messages import Pair

SETTINGS: dict[str, Pair] = {
    "store": (
        "不用本机的索引文件夹，而用 Milvus：milvus://主机:端口/集合名，可加 ?tls=1&ca=证书文件&database=库名；"
        "或 milvus:///文件夹/文件.db/集合名；不设则用 index",
        "Milvus in place of the index folder: milvus://HOST:PORT/COLLECTION, with ?tls=1&ca=FILE&database=NAME where wanted; "
        "or milvus:///FOLDER/FILE.db/COLLECTION; unset means index",
    ),
    "store_token": (
        "Milvus 的口令（或 用户名:密码），请用环境变量 BAOWEN_STORE_TOKEN，不写进地址",
        "the token of Milvus, or USER:PASSWORD, to be given as BAOWEN_STORE_TOKEN and never in the address",
    ),
    "store_token_file": (
        "装着这个口令的文件；设了 store_token 时不读",
        "a file with that token in it; not read where store_token is set",
    ),
}

HELP: dict[str, str] = {
    "--store": "用 Milvus 存放：milvus://主机:端口/集合名。[keep it in Milvus: milvus://HOST:PORT/COLLECTION]",
    "--slice": "只做第几片，如 3/16；不发布。要配合 --store。[make one slice only, like 3/16, with --store; not published]",
    "--publish": "各片都齐了就发布；不写 PATHS 时只发布。[publish, once every slice is there; without PATHS only that]",
    "--discard": "放弃正在建而没有发布的版本。[give up the generation that is being made]",
}

SAY: dict[str, Pair] = {
    "slice_made": (
        "第 {part} 片已写入 {store}。各片齐了之后加 --publish 发布。",
        "Slice {part} is in {store}. Publish with --publish once all are there.",
    ),
    "published": (
        "{store} 已发布版本 {generation}：{articles} 篇文章，{passages} 个段落，{characters} 字。正在运行的服务会自动换过去。",
        "{store} serves version {generation} now: {articles} articles, {passages} passages, {characters} characters. "
        "Running services change over by themselves.",
    ),
    "discarded": ("已放弃没有发布的版本 {generation}。", "The unpublished version {generation} was given up."),
    "nothing_to_discard": ("没有正在建的版本。", "No version is being made."),
}
