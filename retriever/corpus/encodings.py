"""Bytes to text: byte-order marks, UTF-8, UTF-16 without a mark, then GB18030 or Big5 by what reads more like Chinese."""

from __future__ import annotations

import codecs
import re

from retriever.errors import BinaryFile, EmptyFile, UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A few thousand bytes tell the encoding of any file.
_SAMPLE_BYTES = 1 << 16
# The 500 commonest characters of news (three quarters of running text), and those that traditional script writes differently.
_COMMON = re.compile(
    "["
    "的国中在日一人和大会发了是新有为对美行年地不作全出上方时家韩业生要月进部合政情关民区工成以动来同个展到经本力这重疫前加外开等多实市将学者员表公长安天例定现与防能务主于机报通建化产高事面保分系下强过理社"
    "体共入海法后用次自提制示北战病就持我利平军医们当内三总期电道交也间他目联心可资增场度应导两院其各文最记明议今亚及问好已此点设题基统推网据说确府正之济相领治向小台性复特近企至第得省从朝党并调东万计还施际"
    "金口十西编南意信京所护局举委更起布华名首代物达解运量受控辑水都数续科冠任接境里而元协无消立组指决程斯车活着路位视取项求式流门线子感改比管广鲜步支集山专商服品州卫造号助完反使但农供势深结规众村称核肺团被"
    "因炎世抗级队诊费息常由查界认约研如放技央案种手岛需坚快习域做航击江告回演城离件盟司果尔严德创策处些太边然影态打观风看传疗教环球林办收难略检去张空参措别投该火拉非响原预积康武亿让二稳论采马转话带格先断形"
    "警群超标构老源见气四克变备引权每双书极况维测染客周直升术效型速半责健李义准友席显署给宣输温播营未没察切包致频紧访少状益把险互望八价条监河历清继批单精始谈罗验节俄降身选再居士港障织或证整毒弹很救房官划排"
    "並亞來個們備傳價億內兩別創劃動務勢區協參員問單嚴國團堅報場學實將專對導島帶廣張強彈後從復態應戰採擊據數斷於時書會東條業極構標機檢權歷氣決沒況測準溫濟無營爲爾狀現環產當療發監確種稱積穩節約級組結給統經維"
    "網緊線編總織繼續羅羣義習聯臺與舉華萬處號衆術衛裏見規視觀計記訪設診話該認說調談論證議護變讓責費資車軍輯輸轉辦農這進運過達選還邊醫長門開間關隊際險雙離難電韓響項預領頻題顯風馬驗體鮮點黨"
    "，。、；：“”（）《》「」！？\n 0-9]"
)
_RARE = re.compile("[\ue000-\uf8ff\x80-\x9f\U00020000-\U0010ffff\uff61-\uff9f\u0400-\u04ff\u3041-\u30ff]")


def decode(data: bytes, file: str) -> tuple[str, str]:
    """Text and the name of its encoding. Raises EmptyFile, BinaryFile, UnreadableFile; ``file`` is for their message."""
    if not data or data.isspace():
        raise EmptyFile(file=file)
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if encoding := marked or _unmarked_utf16(data):
        return _strictly(data, encoding, file), encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _chinese(data, file)
    return _checked(text, file), "utf-8"


def _strictly(data: bytes, encoding: str, file: str) -> str:
    try:
        return _checked(data.decode(encoding), file)
    except UnicodeDecodeError as error:
        raise UnreadableFile(file=file, detail=f"{encoding}: {error.reason}, {error.start}") from error


def _checked(text: str, file: str) -> str:
    if "\0" in text:
        raise BinaryFile(file=file)
    if not text or text.isspace():
        raise EmptyFile(file=file)
    return text


def _unmarked_utf16(data: bytes) -> str | None:
    """Text with zero bytes is UTF-16 if it reads as Chinese that way, or if it is ASCII with a zero beside each letter."""
    sample = data[:_SAMPLE_BYTES]
    if len(data) % 2 or b"\0" not in sample:
        return None
    for encoding, high_bytes in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (_chinese_share(text) > 0.25 or high_bytes.count(0) > 0.9 * len(high_bytes)):
            return encoding
    return None


def _chinese(data: bytes, file: str) -> tuple[str, str]:
    """GB18030 or Big5, whichever reads, or UTF-16 without any ASCII; of several, the one with most common characters."""
    if b"\0" in data:
        raise BinaryFile(file=file)
    readings: list[tuple[float, str, str]] = []
    for encoding in ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((_chinese_share(text), text, encoding))
    if not readings:
        raise UnreadableFile(file=file, detail="UTF-8 / GB18030 / Big5 ?")
    share, text, encoding = max(readings, key=lambda reading: reading[0])
    if share <= 0:
        raise BinaryFile(file=file)
    return text, encoding


def _chinese_share(text: str) -> float:
    sample = text[:_SAMPLE_BYTES]
    return (len(_COMMON.findall(sample)) - len(_RARE.findall(sample))) / max(len(sample), 1)
