"""Text out of a picture, by tesseract where it is installed with simplified Chinese."""

from __future__ import annotations

import shutil
import subprocess

from retriever.corpus import limits
from retriever.errors import EmptyFile, UnreadableFile

DOTS_PER_INCH = 300
LANGUAGE = "chi_sim"
_MISSING = (
    "需要文字识别：请安装 tesseract 和 chi_sim 语言包 "
    "(needs OCR: install tesseract with chi_sim; Debian: apt install tesseract-ocr tesseract-ocr-chi-sim)"
)


def recognised(picture: bytes, name: str) -> str:
    """The text of one page given as a PNM image. Raises UnreadableFile, EmptyFile where nothing is recognised."""
    program = shutil.which("tesseract")
    if program is None or LANGUAGE not in _run(name, program, "--list-langs").split():
        raise UnreadableFile(file=name, detail=_MISSING)
    text = _run(name, program, "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(DOTS_PER_INCH), given=picture)
    text = text.replace("\f", "").strip()
    if not text:
        raise EmptyFile(file=name)
    return text


def _run(name: str, *command: str, given: bytes = b"") -> str:
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=limits.OCR_SECONDS, check=True)
    except subprocess.TimeoutExpired as error:
        seconds = limits.OCR_SECONDS
        detail = f"文字识别超过 {seconds} 秒 (OCR took more than {seconds} s)"
        raise UnreadableFile(file=name, detail=detail) from error
    except subprocess.CalledProcessError as error:
        raise UnreadableFile(file=name, detail=f"文字识别失败 (OCR failed): tesseract {error.returncode}") from error
    return done.stdout.decode("utf-8", "replace")
