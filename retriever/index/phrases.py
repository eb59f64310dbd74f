"""Texts as the store keeps them: GB 18030, deflated against phrases that newspapers print often.

GB 18030 has a code for every character there is, of two bytes for a Chinese one.
"""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path
from typing import Any

ENCODING = "gb18030"
FILE = Path(__file__).with_name("phrases.txt")  # made by make_phrases.py
MOST_BYTES = 32_500  # of a dictionary; zlib looks 32,768 back, less what is being written
# The highest level takes a quarter longer for a thousandth of the text. What is copied for each text is as large as MEMORY says:
# of more than 7 the system hands out pieces anew for every text, which took up to four times as long, for a thousandth again.
LEVEL, MEMORY = 4, 7
RAW = -15  # deflate alone: checksums are the manifest's


def packed_text(text: str) -> bytes:
    """Raises UnicodeEncodeError where the text holds half a surrogate."""
    deflate = _ready().copy()  # taking the phrases in costs more than most texts
    return bytes(deflate.compress(text.encode(ENCODING)) + deflate.flush())


def unpacked_text(packed: bytes) -> str:
    """Raises zlib.error or UnicodeDecodeError where it is damaged.

    >>> unpacked_text(packed_text("本报讯（记者 王艳）𠀀"))
    '本报讯（记者 王艳）𠀀'
    """
    inflate = zlib.decompressobj(RAW, _phrases())
    text = inflate.decompress(packed)
    if not inflate.eof:
        raise zlib.error("a text breaks off")
    return text.decode(ENCODING)


@cache
def _phrases() -> bytes:
    return FILE.read_text(encoding="utf-8").replace("\n", "").encode(ENCODING)[-MOST_BYTES:]


@cache
def _ready() -> Any:
    return zlib.compressobj(LEVEL, zlib.DEFLATED, RAW, MEMORY, zlib.Z_DEFAULT_STRATEGY, _phrases())
