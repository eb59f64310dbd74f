"""Who may do what: the admin key and the keys of readers, kept as hashes and compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from server.errors import KeyFileUnreadable, WeakKey
from server.settings import SHORTEST_KEY, Settings

Role = Literal["admin", "read"]
HASHED = "sha256:"


@dataclass(frozen=True, slots=True)
class Keys:
    """SHA-256 digests. A key of ``new_key`` holds 256 random bits: no slow hash makes these harder to guess."""

    admin: tuple[bytes, ...] = ()
    readers: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Keys:
        """Raises KeyFileUnreadable, WeakKey."""
        admin = [settings.admin_key.get_secret_value()] if settings.admin_key else []
        if settings.admin_key_file:
            admin += keys_of(settings.admin_key_file)
        readers = [key.get_secret_value() for key in settings.read_keys]
        if settings.read_keys_file:
            readers += keys_of(settings.read_keys_file)
        return cls(_digests(admin), _digests(readers))

    @property
    def reading_needs_one(self) -> bool:
        return bool(self.readers)

    def role(self, given: str) -> Role | None:
        """What this key opens; None where it is none of ours. Takes as long for a near miss as for any other."""
        digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).digest()
        if _is_one_of(digest, self.admin):
            return "admin"
        return "read" if _is_one_of(digest, self.readers) else None


def new_key() -> str:
    return f"bw_{secrets.token_urlsafe(32)}"


def hashed(key: str) -> str:
    """How a key may be written down: whoever reads this cannot use it.

    >>> hashed("12345678")
    'sha256:ef797c8118f02dfb649607dd5d3f8c7623048c9c063d532cc95c5ed7a898a64f'
    """
    return HASHED + hashlib.sha256(key.encode()).hexdigest()


def keys_of(file: Path) -> list[str]:
    """One key a line, or the hash of one; empty lines and what follows a # are passed over. Raises KeyFileUnreadable."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileUnreadable(file=file, detail=error) from error
    found = [key for line in lines if (key := line.partition("#")[0].strip())]
    if not found:
        raise KeyFileUnreadable(file=file, detail="里面没有密钥 (it holds no key)")
    if any(len(key) < SHORTEST_KEY for key in found):
        raise WeakKey(file=file, shortest=SHORTEST_KEY)
    return found


def _digests(keys: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(_digest(key) for key in keys)


def _digest(key: str) -> bytes:
    written = key.removeprefix(HASHED)
    if written != key and len(written) == 64 and all(letter in "0123456789abcdef" for letter in written):
        return bytes.fromhex(written)
    return hashlib.sha256(key.encode()).digest()


def _is_one_of(digest: bytes, known: Iterable[bytes]) -> bool:
    # Every one is compared: how long it takes tells nothing of which it was.
    return sum(hmac.compare_digest(digest, one) for one in known) > 0
