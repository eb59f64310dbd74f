"""What a generation says about itself: ``manifest.json``, written last, with the size and SHA-256 of every file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from retriever.domain import IndexStatus
from retriever.errors import IndexDamaged, IndexFormatUnknown

FORMAT = 6
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileSeal:
    """What a file has to be, byte for byte."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    format: int
    generation: str
    built_at: str  # ISO 8601, UTC
    encoder: str
    encoder_fingerprint: str
    dimensions: int
    vectors: str  # "exact" or "compressed"
    made_with: str  # a digest of the code and the words that passages, postings and vectors were made with
    articles: int
    passages: int
    characters: int
    files: dict[str, FileSeal]

    @property
    def bytes(self) -> int:
        """Of all files together."""
        return sum(sealed.bytes for sealed in self.files.values())

    def status(self, sources: tuple[tuple[str | None, int], ...]) -> IndexStatus:
        """What users are told of it; ``sources`` are its papers and how many articles they have."""
        return IndexStatus(
            generation=self.generation,
            built_at=self.built_at,
            encoder=self.encoder,
            dimensions=self.dimensions,
            articles=self.articles,
            passages=self.passages,
            characters=self.characters,
            sources=sources,
        )

    def write(self, folder: Path) -> None:
        (folder / MANIFEST).write_text(self._text(), encoding="utf-8")

    def _text(self) -> str:
        fields = asdict(self)
        return json.dumps(fields | {"sha256": _digest(fields)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises IndexDamaged, or IndexFormatUnknown where another version of the program made it."""
        try:
            text = (folder / MANIFEST).read_text(encoding="utf-8")
            fields = json.loads(text)
            if fields["format"] != FORMAT:
                raise IndexFormatUnknown(folder=folder, found=fields["format"], expected=FORMAT)
            fields["files"] = {name: FileSeal(**seal) for name, seal in fields["files"].items()}
            told = cls(**{name: value for name, value in fields.items() if name != "sha256"})
            if told._text() != text:
                raise IndexDamaged(folder=folder, detail=f"{MANIFEST}: 内容与校验和不符 (checksum differs)")
            return told
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise IndexDamaged(folder=folder, detail=f"{MANIFEST}: {error!r}") from error


def _digest(fields: dict[str, Any]) -> str:
    """SHA-256 of the manifest itself, over its fields in the order of their names."""
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def seal(file: Path) -> FileSeal:
    with file.open("rb") as opened:
        return FileSeal(file.stat().st_size, hashlib.file_digest(opened, "sha256").hexdigest())


def seal_all(folder: Path) -> dict[str, FileSeal]:
    """Every file below the folder but the manifest, by its name with "/" between folders."""
    files = _files(folder)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # digests are taken without the interpreter's lock
        return {
            file.relative_to(folder).as_posix(): sealed
            for file, sealed in zip(files, pool.map(seal, files), strict=True)
        }


def wrong_sizes(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What is missing or has another size than sealed: cheap enough for every start."""
    for name, sealed in manifest.files.items():
        file = folder / name
        if not file.is_file():
            yield f"{name}: 文件不见了 (missing)"
        elif (found := file.stat().st_size) != sealed.bytes:
            yield f"{name}: {found} 字节，应为 {sealed.bytes} (size differs)"


def wrong_contents(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What has other bytes than sealed, or does not belong here. Reads every file."""
    yield from wrong_sizes(folder, manifest)
    for name, sealed in manifest.files.items():
        file = folder / name
        if file.is_file() and file.stat().st_size == sealed.bytes and seal(file) != sealed:
            yield f"{name}: 内容与清单不符 (contents differ)"
    known = {folder / name for name in manifest.files}
    yield from (
        f"{file.relative_to(folder)}: 不在清单中 (not in the manifest)" for file in _files(folder) if file not in known
    )


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and file != folder / MANIFEST)
