"""Where a store is: ``milvus://HOST:PORT/COLLECTION``, or ``milvus:///FOLDER/FILE.db/COLLECTION`` for milvus-lite."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from retriever.errors import StoreAddressWrong

PORT = 19530  # Milvus's own
SCHEMES = {"milvus": "http", "milvus+tls": "https"}
# Generations are told apart by what follows the name: 255 characters may be used in all.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")


@dataclass(frozen=True, slots=True)
class Address:
    """A server or a file, and the name of the collection of articles in it; the token is never shown."""

    uri: str  # as pymilvus has it: http://HOST:PORT, or the path of a file
    name: str
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str, token: str = "") -> Address:
        """Raises StoreAddressWrong.

        >>> Address.of("milvus://db.example/papers")
        Address(uri='http://db.example:19530', name='papers')
        >>> Address.of("milvus:///srv/papers.db/papers")
        Address(uri='/srv/papers.db', name='papers')
        """
        wrong = StoreAddressWrong(given=re.sub(r"//[^/]*@", "//…@", url))  # somebody may have written a password there
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise wrong from None
        folder, _, name = unquote(parts.path).rpartition("/")
        if "@" in parts.netloc or parts.query or parts.fragment or not _NAME.fullmatch(name):
            raise wrong
        if parts.scheme == "milvus" and not parts.netloc and folder.endswith(".db"):
            return cls(folder, name, token)
        if parts.scheme not in SCHEMES or not parts.hostname or folder:
            raise wrong
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return cls(f"{SCHEMES[parts.scheme]}://{host}:{port or PORT}", name, token)

    @property
    def is_file(self) -> bool:
        """Whether it is milvus-lite's: one process at a time opens it."""
        return "://" not in self.uri

    def __str__(self) -> str:
        """The address as it is given, without the token.

        >>> str(Address.of("milvus+tls://db.example/papers", "secret"))
        'milvus+tls://db.example:19530/papers'
        """
        scheme, parted, host = self.uri.partition("://")
        known = next((ours for ours, theirs in SCHEMES.items() if theirs == scheme), "milvus")
        return f"{known}://{host if parted else self.uri}/{self.name}"
