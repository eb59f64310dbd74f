"""An index is the same, byte for byte, whether kernels made it or Python and numpy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from growing import contents
from support import SEEDS

from embeddings.kernels import SWITCH

pytest.importorskip("retriever.index._runs", reason="kernels are not built here: no C compiler")

TEXTS = [
    "本报讯（记者 王艳）二〇二三年八月二日，市圖書館新館開館，藏書一百二十万冊，PPR-9O87 型。",
    "ＡＢＣ１２３４５℃㍿…ﬁ 한국어 é 𠀀𪚥字👩🏽‍🚀\r\n第二行 1,234.5亿 13%\n" * 3,
    "用足用好新乡，生产规划涵崧科技。" * 40,
]


def rebuilt(paths: list[Path], root: Path, kernels: str) -> dict[str, object]:
    """What another process makes of the files."""
    dictionary = root.parent / "words.txt"
    dictionary.write_text("涵崧\nppr-9087 50\n", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from retriever.rebuild import HowToRead, rebuild; import retriever.rebuild.line as line;"
        "line.ALONE_CHARS, line.LOT_CHARS = 3_000, 1_500;"  # by other processes too
        "paths = [Path(path) for path in sys.argv[3:]];"
        "rebuild(paths, Path(sys.argv[1]), how=HowToRead(user_dictionary=Path(sys.argv[2])))"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, str(root), str(dictionary), *map(str, paths)]
    subprocess.run(command, check=True, env={**os.environ, SWITCH: kernels}, cwd=SEEDS.parent)
    return contents(root)


def test_an_index_does_not_tell_what_made_it(tmp_path):
    articles = tmp_path / "articles.jsonl"
    lines = [{"title": f"第{at}篇", "text": text, "date": "2023-08-03"} for at, text in enumerate(TEXTS * 5)]
    articles.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    paths = [SEEDS, articles]
    assert rebuilt(paths, tmp_path / "compiled", "on") == rebuilt(paths, tmp_path / "interpreted", "off")
