"""Files made to do harm, and files that broke on the way: each gives a clear problem, soon, and stops nothing else."""

from __future__ import annotations

import gzip
import json
import lzma
import os
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retriever.corpus import SourceFile, find_files, limits, read
from retriever.corpus.content import Content, Wish
from retriever.corpus.formats import READABLE
from retriever.corpus.pdf import _in_own_process
from retriever.corpus.pdf_process import pages_of
from retriever.corpus.readers import read_content
from retriever.errors import BadRecord, UnreadableFile

Made = Callable[..., bytes]
GOOD = '{"text": "好文章。"}'.encode()
needs_posix = pytest.mark.skipif(os.name != "posix", reason="POSIX files only")


# archives


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_packed_bomb_is_stopped(read_bytes, pack: Callable[[bytes], bytes]) -> None:
    name = "a.jsonl.gz" if pack is gzip.compress else "a.jsonl.xz"
    with pytest.raises(UnreadableFile, match=r"压缩炸弹.*zip bomb"):
        read_bytes(name, pack(b" " * (limits.RATIO_FREE + 10)))


def test_a_zip_bomb_is_refused_before_it_unpacks(read_bytes, make_zip: Made) -> None:
    with pytest.raises(UnreadableFile, match="压缩炸弹"):
        read_bytes("a.zip", make_zip({"a.txt": b" " * (limits.RATIO_FREE + 10)}))


def test_many_bombs_in_one_archive_draw_on_one_allowance(read_bytes, make_zip: Made) -> None:
    bomb = gzip.compress((b" " * 1023 + b"\n") * 1024 * 30)
    found, problems = read_bytes("a.zip", make_zip({**{f"{at}.jsonl.gz": bomb for at in range(4)}, "z.jsonl": GOOD}))
    assert sum("压缩炸弹" in str(problem) for problem in problems) >= 2 and not found


def test_an_xz_header_cannot_ask_for_gigabytes(read_bytes) -> None:
    huge = lzma.compress(GOOD, filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 20}])
    assert read_bytes("a.jsonl.xz", huge)[0]
    at = huge.index(b"\x21\x01") + 2  # the dictionary's size in the block header; its checksum must be right to count
    import zlib

    start, size = 12, (huge[12] + 1) * 4
    block = bytearray(huge[start : start + size])
    block[at - start] = 40  # 4 GiB
    block[-4:] = struct.pack("<L", zlib.crc32(bytes(block[:-4])))
    with pytest.raises(UnreadableFile, match="xz"):
        read_bytes("a.jsonl.xz", huge[:start] + bytes(block) + huge[start + size :])


def test_packed_streams_one_after_another_are_one_file(read_bytes) -> None:
    parts = [GOOD + b"\n", b'{"text": "second"}\n']
    assert len(read_bytes("a.jsonl.gz", b"".join(map(gzip.compress, parts)))[0]) == 2
    assert len(read_bytes("a.jsonl.xz", lzma.compress(parts[0]) + b"\0" * 8 + lzma.compress(parts[1]))[0]) == 2


@pytest.mark.parametrize(
    "name", ["../a.txt", "/etc/a.txt", "a/../../b.txt", "a\\b.txt", "C:a.txt", "a\nb.txt", "a/\x1b[2Jb.txt"]
)
def test_names_that_point_outside_are_refused_and_the_rest_is_read(read_bytes, make_zip: Made, name: str) -> None:
    found, [problem] = read_bytes("a.zip", make_zip({name: b"secret", "good.txt": b"good"}))
    assert [page.file for page in found] == ["a.zip/good.txt"]
    assert "文件名不安全" in str(problem) and str(problem).isprintable()


def test_a_name_with_a_nul_is_refused(read_bytes, make_zip: Made) -> None:
    _, [problem] = read_bytes("a.zip", make_zip({"axb.txt": b"x", "good.txt": b"good"}).replace(b"axb", b"a\0b"))
    assert "文件名不安全" in str(problem)


def test_many_faults_of_one_kind_are_one_line(read_bytes, make_zip: Made) -> None:
    _, [problem] = read_bytes("a.zip", make_zip({**{f"../{at}.txt": b"x" for at in range(500)}, "good.txt": b"good"}))
    assert "500" in str(problem)


def test_an_archive_in_an_archive_is_not_opened(read_bytes, make_zip: Made) -> None:
    found, problems = read_bytes("a.zip", make_zip({"b.zip": make_zip({"a.txt": b"x"}), "good.txt": b"good"}))
    assert len(found) == 1 and "压缩包里的压缩包" in str(problems[0])


def test_an_encrypted_archive_says_so(read_bytes, make_zip: Made) -> None:
    locked = bytearray(make_zip({"a.txt": "正文".encode()}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + flags] |= 1
    with pytest.raises(UnreadableFile, match="没有可读"):
        read_bytes("a.zip", bytes(locked))


def test_other_kinds_of_packing_are_named(read_bytes, make_zip: Made) -> None:
    packed = make_zip({"a.txt": b"x" * 999}, zipfile.ZIP_BZIP2)
    with pytest.raises(UnreadableFile, match="没有可读"):
        read_bytes("a.zip", packed)


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path, read_bytes) -> None:
    link = zipfile.ZipInfo("a.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.txt", "good")
    found, [problem] = read_bytes("a.zip", (tmp_path / "made.zip").read_bytes())
    assert len(found) == 1 and "链接" in str(problem)


def test_a_huge_table_of_contents_is_refused_unread(read_bytes) -> None:
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 1, 1, limits.ARCHIVE_DIRECTORY + 1, 0, 0)
    with pytest.raises(UnreadableFile, match="table of contents"):
        read_bytes("a.zip", b"PK\x03\x04" + end)


def test_one_damaged_member_does_not_spoil_the_others(read_bytes, make_zip: Made) -> None:
    packed = make_zip({"a.txt": b"0123456789", "b.txt": b"good"}, zipfile.ZIP_STORED).replace(
        b"0123456789", b"012345678x", 1
    )
    found, [problem] = read_bytes("a.zip", packed)
    assert [page.text for page in found] == ["good"] and problem.facts["file"] == "a.zip/a.txt"


def test_a_member_whose_name_begins_with_a_nul_is_none(read_bytes, make_zip: Made) -> None:
    # Found by fuzzing: zipfile cuts the name to nothing, and fails on it.
    packed = make_zip({"xb.txt": b"x", "good.txt": b"good"}).replace(b"xb.txt", b"\0b.txt")
    assert [page.text for page in read_bytes("a.zip", packed)[0]] == ["good"]


@pytest.mark.parametrize("name", ["a.zip", "a.docx"])
def test_an_archive_that_lost_its_beginning_is_told(read_bytes, make_docx: Made, name: str) -> None:
    # Found by fuzzing: members then begin before the file does.
    for lost in (10, 30, 60, 200):
        with pytest.raises(UnreadableFile, match=name):
            read_bytes(name, make_docx("文章。")[lost:])


# documents


def test_a_billion_laughs_are_not_laughed(read_bytes, make_docx: Made) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE d [<!ENTITY l0 "哈哈">{laughs}]>'
    with pytest.raises(UnreadableFile, match="XML 实体"):
        read_bytes("a.docx", make_docx("&l11;", doctype=doctype))


def test_an_entity_cannot_fetch_a_file(read_bytes, make_docx: Made) -> None:
    with pytest.raises(UnreadableFile, match="XML 实体"):
        read_bytes("a.docx", make_docx("&x;", doctype='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'))


def test_a_word_file_nested_without_end_is_told(read_bytes, make_docx: Made) -> None:
    deep = 5000
    with pytest.raises(UnreadableFile, match=r"damaged|嵌套"):
        read_bytes("a.docx", make_docx(body="<w:p><w:r>" * deep + "</w:r></w:p>" * deep))


def test_a_word_file_larger_than_any_is_refused(read_bytes, make_docx: Made) -> None:
    with pytest.raises(UnreadableFile, match="16 MiB"):
        read_bytes("a.docx", make_docx("x" * (limits.WORD_XML + 1)))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "旧的 .doc"),
        (b"PK\x03\x04 not really", "不是 zip"),
        (b"<html>", "不是 zip"),
    ],
)
def test_what_only_calls_itself_docx_is_told(read_bytes, data: bytes, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        read_bytes("a.docx", data)


def test_a_zip_that_is_no_word_file_is_told(read_bytes, make_zip: Made) -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        read_bytes("a.docx", make_zip({"a.txt": b"x"}))


@pytest.mark.parametrize("data", [b"hello", b"%PDF-1.7\n%%EOF", b"\0" * 100, "%PDF-1.7 中文".encode()])
def test_a_pdf_that_is_none_or_damaged_is_told(read_bytes, data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="不是 PDF"):
        read_bytes("a.pdf", data)


def test_type_that_stands_beyond_all_numbers_is_left_out(read_bytes, make_pdf: Made) -> None:
    # Found by fuzzing: the boxes of such characters are not numbers.
    far = "9" * 60 + ".5"
    [page], problems = read_bytes("a.pdf", make_pdf([(50, 700, 10, "正文。"), (230, far, 10, "太远")]))
    assert page.text == "正文。" and not problems


def test_a_pdf_with_a_password_says_so(read_bytes, make_pdf: Made) -> None:
    with pytest.raises(UnreadableFile, match="有密码"):
        read_bytes("a.pdf", make_pdf([], encrypted=True))


def test_a_pdf_that_takes_too_long_is_given_up(read_bytes, make_pdf: Made, monkeypatch) -> None:
    monkeypatch.setattr(limits, "PDF_SECONDS", 0.001)
    with pytest.raises(UnreadableFile, match="not read within"):
        read_bytes("a.pdf", make_pdf([(50, 50, 9, "正文")]))


def test_a_pdf_that_crashes_the_library_ends_nothing_else(make_pdf: Made) -> None:
    with pytest.raises(UnreadableFile, match="crashed"):
        _in_own_process(make_pdf([]), "a.pdf", "picture", "99", "300")  # there is no such page


# lines, records, characters


def test_a_line_of_a_hundred_megabytes_is_one_bad_record(read_bytes) -> None:
    found, [problem] = read_bytes("a.jsonl", b'{"text": "' + b"x" * 100_000_000 + b'"}\n' + GOOD)
    assert [article.text for article in found] == ["好文章。"] and "32 MiB" in str(problem)


@pytest.mark.parametrize("size", [2_000_000, 100_000_000])
def test_an_endless_line_of_text_is_refused(read_bytes, size: int) -> None:
    with pytest.raises(UnreadableFile, match=r"上限|第 2 行"):
        read_bytes("a.txt", b"first\n" + b"x" * size)


@pytest.mark.parametrize("spelled", [r"\ud83d", r"a\udc00b", r"\ude00\ud83d", r"a\u0000b"])
@pytest.mark.parametrize("key", ["text", "title", "id"])
def test_characters_that_cannot_be_stored_are_told(read_bytes, spelled: str, key: str) -> None:
    record = f'{{"text": "x", "{key}": "{spelled}"}}\n'
    found, [problem] = read_bytes("a.jsonl", record.encode() + GOOD)
    assert [article.text for article in found] == ["好文章。"] and isinstance(problem, BadRecord)
    problem.message("zh").encode()


def test_a_rare_character_spelled_in_two_halves_is_whole(read_bytes) -> None:
    assert read_bytes("a.jsonl", rb'{"text": "\ud840\udc00"}')[0][0].text == "𠀀"


def test_json_nested_without_end_is_one_bad_record(read_bytes) -> None:
    found, [problem] = read_bytes("a.jsonl", b"[" * 200_000 + b"\n" + GOOD)
    assert len(found) == 1 and "嵌套太深" in str(problem)


def test_numbers_and_titles_without_end_are_bad_records(read_bytes) -> None:
    lines = [b'{"text": "x", "page": ' + b"1" * 10_000 + b"}", json.dumps({"text": "x", "title": "长" * 5000}).encode()]
    assert len(read_bytes("a.jsonl", b"\n".join(lines))[1]) == 2


def test_a_file_of_nothing_but_bad_lines_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"not json\n" * 100_000)
    problems: list[UnreadableFile] = []
    with pytest.raises(UnreadableFile, match="1000 bad lines"):
        list(read(SourceFile("a.jsonl", path), on_problem=problems.append))
    assert len(problems) == limits.BAD_RECORDS


def test_a_quotation_mark_that_never_closes_is_told(read_bytes) -> None:
    found, [problem] = read_bytes("a.csv", b'text\ngood\n"' + b"line\n" * 2_000_000)
    assert [article.text for article in found] == ["good"] and "the rest was not read" in str(problem)


def test_a_table_without_articles_is_told_once(read_bytes) -> None:
    with pytest.raises(UnreadableFile, match="text"):
        read_bytes("a.csv", b"name,price\nbread,3\n" * 5000)


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.html", "a.jsonl"])
def test_nuls_are_called_binary(read_bytes, name: str) -> None:
    with pytest.raises(UnreadableFile, match="二进制"):
        read_bytes(name, b"text\0text")


@pytest.mark.parametrize(
    "piece", ["<!--", "<![", "<a ", "<div>", "&#", "<", "</", "<?", "<script>", "<a b='", "<table><tr><td>", "&#xD800;"]
)
def test_markup_without_end_takes_no_time(read_bytes, piece: str) -> None:
    began = time.perf_counter()
    try:
        items, _ = read_bytes("a.html", ("<p>好文章。</p>" + piece * 100_000).encode())
        items[0].text.encode()
    except UnreadableFile:
        pass
    assert time.perf_counter() - began < 30


# what stands in folders


@needs_posix
def test_pipes_devices_and_links_are_told_and_never_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "good.txt").write_text("good")
    os.mkfifo(folder / "pipe.txt")
    (folder / "zeros.txt").symlink_to("/dev/zero")
    (folder / "leak.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "ring.txt").symlink_to(folder / "ring.txt")
    (folder / "folder.txt").mkdir()
    problems: list[UnreadableFile] = []
    assert [file.name for file in find_files([folder], on_problem=problems.append)] == ["good.txt"]
    assert {problem.facts["file"] for problem in problems} == {"pipe.txt", "zeros.txt", "leak.txt", "ring.txt"}
    for path in (folder / "pipe.txt", folder / "folder.txt", Path("/dev/zero")):
        with pytest.raises(UnreadableFile, match=r"not a file|a folder"):
            list(read(SourceFile("x.txt", path), on_problem=problems.append))


@needs_posix
def test_a_file_that_is_gone_or_closed_to_us_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="文件不见了"):
        list(read(SourceFile("x.txt", tmp_path / "x.txt"), on_problem=print))
    closed = tmp_path / "closed.txt"
    closed.write_text("text")
    closed.chmod(0)
    if os.access(closed, os.R_OK):  # root may read everything: ask a process that is not root
        assert os.geteuid() == 0
        child = os.fork()
        if child == 0:
            os.setuid(65534)
            tmp_path_readable = False
            try:
                list(read(SourceFile("closed.txt", closed), on_problem=print))
            except UnreadableFile as problem:
                tmp_path_readable = "没有读取权限" in str(problem)
            os._exit(0 if tmp_path_readable else 1)
        assert os.waitpid(child, 0)[1] == 0
    else:
        with pytest.raises(UnreadableFile, match="没有读取权限"):
            list(read(SourceFile("closed.txt", closed), on_problem=print))


@needs_posix
def test_names_that_are_no_utf8_are_made_legible(tmp_path: Path) -> None:
    for name in ("新闻.txt".encode("gbk"), b"\xff\xfe.txt"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("正文")
    files = find_files([tmp_path])
    assert "新闻.txt" in {file.name for file in files}
    for file in files:
        file.name.encode()
        assert [page.text for page in read(file, on_problem=print)] == ["正文"]


def test_a_file_larger_than_any_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(50 << 30)  # sparse: takes no room
    with pytest.raises(UnreadableFile, match="上限"):
        list(read(SourceFile("a.txt", path), on_problem=print))


# anything at all


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=5000)
@given(data=st.data())
@pytest.mark.parametrize("suffix", sorted(READABLE - {".pdf"}))
def test_no_bytes_break_a_reader(suffix: str, make_docx: Made, make_zip: Made, data: st.DataObject) -> None:
    samples = {
        ".docx": make_docx("文章。"),
        ".zip": make_zip({"a.txt": "文章。".encode(), "b.jsonl": GOOD}),
        ".jsonl.gz": gzip.compress(GOOD),
        ".jsonl.xz": lzma.compress(GOOD),
        ".csv": b"title,text\nt,x\n",
        ".html": b"<html><head><title>t</title></head><body><p>x</p></body></html>",
    }
    content = data.draw(st.binary(max_size=300) | damaged(samples.get(suffix, GOOD)))
    try:
        for item in read_content(Content.of(f"a{suffix}", content), suffix, Wish(lambda problem: None)):
            item.text.encode()
    except UnreadableFile as problem:
        problem.message("zh").encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=5000)
@given(data=st.data())
def test_no_bytes_break_the_pdf_reader(make_pdf: Made, data: st.DataObject) -> None:
    outcome = pages_of(data.draw(st.binary(max_size=300) | damaged(make_pdf([(50, 50, 9, "正文")]))))
    for page in outcome.get("pages", []):
        page["text"].encode()


def damaged(sample: bytes) -> st.SearchStrategy[bytes]:
    """A good file with some bytes changed, and perhaps its end missing."""
    change = st.tuples(st.integers(0, len(sample) - 1), st.binary(min_size=1, max_size=4))

    def apply(changes: list[tuple[int, bytes]], length: int) -> bytes:
        out = bytearray(sample)
        for at, new in changes:
            out[at : at + len(new)] = new
        return bytes(out[:length])

    return st.builds(apply, st.lists(change, max_size=6), st.integers(0, len(sample)) | st.just(len(sample)))
