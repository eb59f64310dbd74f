"""``python -m retriever.rebuild``: exit code 0, or 1 with the error on stderr."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from embeddings.errors import BaowenError
from retriever.rebuild import rebuild
from retriever.report import reporting


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild, report, and say so."""
    parser = argparse.ArgumentParser(prog="python -m retriever.rebuild", description="重建索引 Rebuild the index.")
    parser.add_argument("paths", nargs="+", type=Path, help="文章文件或文件夹 files or folders of articles")
    parser.add_argument("--index", type=Path, default=Path("index"), help="索引文件夹 index folder (default: index)")
    parser.add_argument("--encoder", help="编码器：自带名称、模型文件夹或模型库名称 shipped name, folder or hub name")
    parser.add_argument("--report", type=Path, metavar="FILE", help="报告文件 report: .html, .json, .txt")
    parser.add_argument("--strict", action="store_true", help="有问题就不换新索引 keep the old index on any problem")
    parser.add_argument("--full", action="store_true", help="全部重新处理 make everything anew")
    given = parser.parse_args(arguments)
    try:
        with reporting(given.report) as seen:
            report = rebuild(
                given.paths, given.index, encoder=given.encoder, seen=seen, strict=given.strict, full=given.full
            )
    except BaowenError as error:
        print(error.message("zh"), error.message("en"), sep="\n", file=sys.stderr)
        return 1
    print(*report.lines(), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
