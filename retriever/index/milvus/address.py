"""Where a store is: ``milvus://HOST:PORT/COLLECTION``, or ``milvus:///FOLDER/FILE.db/COLLECTION`` for milvus-lite.

Of a server also ``?tls=1``, ``&ca=/FOLDER/CA.pem`` where its certificate is signed by nobody whom everybody trusts, and
``&database=NAME``. What opens it, a token, never stands in the address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from retriever.errors import StoreAddressWrong

PORT = 19530  # Milvus's own
# Generations are told apart by what follows the name: 255 characters may be used in all.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")


@dataclass(frozen=True, slots=True)
class Address:
    """A server or a file, and the name of the collection of articles in it; the token is never shown."""

    uri: str  # as pymilvus has it: http://HOST:PORT, or the path of a file
    name: str
    database: str = ""
    ca: str = ""  # a PEM file; "" for what the system trusts
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str, token: str = "") -> Address:
        """Raises StoreAddressWrong.

        >>> Address.of("milvus://db.example/papers?tls=1").uri
        'https://db.example:19530'
        >>> Address.of("milvus:///srv/papers.db/papers").uri
        '/srv/papers.db'
        """
        wrong = StoreAddressWrong(given=_without_secrets(url))
        try:
            parts = urlsplit(url)
            port = parts.port
            asked = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError:
            raise wrong from None
        folder, _, name = unquote(parts.path).rpartition("/")
        options = dict(asked)
        if parts.scheme != "milvus" or "@" in parts.netloc or parts.fragment or not _NAME.fullmatch(name):
            raise wrong
        if len(options) < len(asked) or not _are_sound(options):
            raise wrong
        if not parts.netloc and folder.endswith(".db") and not options:
            return cls(folder, name, token=token)
        if not parts.hostname or folder:
            raise wrong
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        scheme = "https" if options.get("tls") == "1" else "http"
        uri = f"{scheme}://{host}:{port or PORT}"
        return cls(uri, name, options.get("database", ""), options.get("ca", ""), token)

    @property
    def is_file(self) -> bool:
        """Whether it is milvus-lite's: one process at a time opens it."""
        return "://" not in self.uri

    def __str__(self) -> str:
        """The address as it is given, without the token.

        >>> str(Address.of("milvus://db.example/papers?database=library&tls=1", "secret"))
        'milvus://db.example:19530/papers?tls=1&database=library'
        """
        scheme, parted, host = self.uri.partition("://")
        told = {"tls": "1" if scheme == "https" else "", "ca": self.ca, "database": self.database}
        options = "&".join(f"{name}={quote(value)}" for name, value in told.items() if value)
        return f"milvus://{host if parted else self.uri}/{self.name}" + (f"?{options}" if options else "")


def _are_sound(options: Mapping[str, str]) -> bool:
    known = {"tls": r"[01]", "ca": r".+", "database": _NAME.pattern}
    fit = all(name in known and re.fullmatch(known[name], value) for name, value in options.items())
    return fit and ("ca" not in options or options.get("tls") == "1")


def _without_secrets(url: str) -> str:
    """Somebody may have written a password there, or a token.

    >>> _without_secrets("milvus://root:pass@host/papers?token=secret")
    'milvus://…@host/papers?token=…'
    """
    before, asked, options = re.sub(r"//[^/]*@", "//…@", url).partition("?")
    return before + asked + re.sub(r"=[^&]*", "=…", options)
