"""Throw mutated files at the readers: ``python tests/retriever/corpus/fuzz_readers.py pdf -max_total_time=90``.

Needs ``pip install atheris`` (Linux); run from the repository's root. What it finds becomes a test in test_hostile.py.
"""

from __future__ import annotations

import gzip
import lzma
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

sys.path[:0] = [str(Path(__file__).parents[3]), str(Path(__file__).parent)]

with atheris.instrument_imports(include=["retriever.corpus", "mammoth", "zipfile", "json", "csv"]):
    from conftest import columns, docx_bytes, pdf_bytes, zip_bytes

    from retriever.corpus.content import Content, Wish
    from retriever.corpus.pdf_process import pages_of
    from retriever.corpus.readers import read_content
    from retriever.errors import UnreadableFile

TEXT = "---\nsource: 周口日报\ndate: 2022-08-03\n---\n本报讯 图书馆今天开门。\n"
LINE = '{"title": "开门", "text": "图书馆今天开门。\\u0041\\ud83d\\ude00", "page": 1}\n'.encode()
HTML = "<html><head><title>开门</title></head><body><nav>首页</nav><h1>开门</h1><p>图书馆&nbsp;开门。</p></body></html>"
PDF = pdf_bytes(columns(["图书馆今天", "开门。"], ["博物馆今天", "关门。"]))
DOCX = docx_bytes("图书馆开门。", "第二段。")
SEEDS: dict[str, tuple[bytes, ...]] = {
    "txt": (TEXT.encode(), TEXT.encode("gb18030"), TEXT.encode("utf-16"), "圖書館開門".encode("big5")),
    "html": (HTML.encode(),),
    "jsonl": (LINE * 2,),
    "jsonl.gz": (gzip.compress(LINE),),
    "jsonl.xz": (lzma.compress(LINE),),
    "csv": ("title,text\n开门,图书馆开门。\n".encode(),),
    "docx": (DOCX,),
    "zip": (zip_bytes({"a.txt": TEXT.encode(), "b.jsonl": LINE, "pages.csv": b"file,page\na.txt,1\n"}), DOCX),
    "pdf": (PDF,),
}


def refuse_nothing_else(suffix: str) -> Callable[[bytes], None]:
    """A file is read, or UnreadableFile says why not; and all text can be stored."""

    def attempt(data: bytes) -> None:
        try:
            for item in read_content(Content.of(f"a.{suffix}", data), f".{suffix}", Wish(lambda problem: None)):
                item.text.encode()
        except UnreadableFile as problem:
            problem.message("en").encode()

    return attempt


def attempt_pdf(data: bytes) -> None:
    for page in pages_of(data).get("pages", []):
        page["text"].encode()


if __name__ == "__main__":
    kind = sys.argv.pop(1)
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS[kind]):
            (Path(folder) / str(number)).write_bytes(seed)
        options = [sys.argv[0], "-timeout=20", "-rss_limit_mb=3000", *sys.argv[1:], folder]
        atheris.Setup(options, attempt_pdf if kind == "pdf" else refuse_nothing_else(kind))
        atheris.Fuzz()
