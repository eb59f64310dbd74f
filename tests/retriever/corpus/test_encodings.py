from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.corpus.encodings import decode
from retriever.errors import BinaryFile, EmptyFile, UnreadableFile

NEWS = "本报讯（记者 王艳）8月2日上午，我市召开全国文明城市创建工作推进会。"
TRADITIONAL = "圖書館今天開門，讀者可以憑身份證辦理借書證。"


@pytest.mark.parametrize(
    "text", [NEWS, "今天图书馆几点开门？", "新乡日报", "春眠不觉晓，处处闻啼鸟。", f"{NEWS}\n" * 50]
)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_chinese_text_is_read_right_whatever_it_was_saved_as(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt")[0] == text


@pytest.mark.parametrize("text", [TRADITIONAL, "國家發展經濟", f"{TRADITIONAL}\n" * 50])
@pytest.mark.parametrize("encoding", ["utf-8", "big5", "utf-16"])
def test_traditional_text_is_read_right(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt")[0] == text


@given(st.text(alphabet="的一是图书馆开门𠀀𪚥👩é，。\n Az09", min_size=1).filter(str.strip))
def test_utf8_always_wins(text: str) -> None:
    assert decode(text.encode(), "a.txt") == (text, "utf-8")


def test_plain_english_in_utf16_is_text() -> None:
    assert decode("Hello, world\n".encode("utf-16-le"), "a.txt") == ("Hello, world\n", "utf-16-le")


@pytest.mark.parametrize("data", [b"", b" \r\n\t", "\u3000\n".encode(), b"\xef\xbb\xbf", "\n".encode("utf-16")])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    with pytest.raises(EmptyFile):
        decode(data, "a.txt")


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", b"PK\x03\x04\x14\x00\x00\x00\x08\x00", b"text\x00text"]
)
def test_binary_data_is_called_binary(data: bytes) -> None:
    with pytest.raises(BinaryFile):
        decode(data, "a.txt")


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    try:
        text, encoding = decode(data, "a.txt")
    except UnreadableFile as error:
        assert "a.txt" in str(error)
    else:
        assert text.strip() and "\0" not in text and encoding
