"""The collections of a store, what their records are, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["passages", "articles", "terms", "texts"]
KINDS: tuple[Kind, ...] = ("passages", "articles", "terms", "texts")
Own = Literal["contents", "making"]  # of one generation alone: what it says of itself, and how far it is being made
TEXT_BYTES = 65_535  # the longest VARCHAR of Milvus, in bytes of UTF-8
NAME_BYTES = 512  # of a paper's name, a file's, an id
TERM_BYTES = 256
MOST_EXACT, EXACT_BYTES = 4000, 64  # Milvus takes 4,096 entries of an array
MOST_AT_ONCE = 16_384  # records of one answer: Milvus's own limit

# name, pymilvus's DataType, further options. Milvus wants a vector in every collection: NOTHING is that of those without.
Field = tuple[str, str, dict[str, Any]]
_NOTHING: Field = ("nothing", "FLOAT_VECTOR", {"dim": 2})
NOTHING = {"nothing": [1.0, 0.0]}
_DAY: Field = ("day", "INT32", {})  # 20220803; 0 where it is not known
_SOURCE: Field = ("source", "VARCHAR", {"max_length": NAME_BYTES})  # "" where it is not known
FIELDS: dict[Kind, tuple[Field, ...]] = {
    "passages": (
        ("row", "INT64", {"is_primary": True}),
        ("article", "INT64", {}),
        _SOURCE,
        _DAY,
        ("start", "INT32", {}),
        ("ends", "INT32", {}),
        ("paragraph", "INT32", {}),
        ("info", "VARCHAR", {"max_length": TEXT_BYTES}),  # JSON: what it is cited by
        ("text", "VARCHAR", {"max_length": TEXT_BYTES}),
        ("words", "INT32", {}),  # how many of them the passage has, headline included
        ("pairs", "INT32", {}),
        ("terms", "SPARSE_FLOAT_VECTOR", {}),
        ("vector", "FLOAT_VECTOR", {}),
    ),
    "articles": (
        ("number", "INT64", {"is_primary": True}),
        ("id", "VARCHAR", {"max_length": NAME_BYTES}),
        ("file", "VARCHAR", {"max_length": NAME_BYTES}),
        _SOURCE,
        _DAY,
        ("info", "VARCHAR", {"max_length": TEXT_BYTES}),
        ("raw_start", "INT64", {}),
        ("on_page", "BOOL", {}),  # whether it was cut from a raw page that is kept
        ("first_row", "INT64", {}),
        ("passages", "INT32", {}),
        (
            "compared",
            "VARCHAR",
            {"max_length": TEXT_BYTES},
        ),  # headline and text as they are compared, as far as it goes
        (
            "exact",
            "ARRAY",
            {"element_type": "VARCHAR", "max_capacity": MOST_EXACT, "max_length": EXACT_BYTES},
        ),  # its words that are not all Han: numbers, codes, names in Latin letters
        _NOTHING,
    ),
    "terms": (
        ("key", "VARCHAR", {"is_primary": True, "max_length": TERM_BYTES + 32}),  # term and part
        ("term", "VARCHAR", {"max_length": TERM_BYTES + 1}),  # w or p, and the word or the pair
        ("passages", "INT64", {}),  # that hold it: those of the part, less those that it does away with
        _NOTHING,
    ),
    "texts": (
        ("key", "VARCHAR", {"is_primary": True, "max_length": NAME_BYTES}),
        ("kind", "VARCHAR", {"max_length": 64}),  # of raw pages the file's own, so that they are found by it
        ("pieces", "INT32", {}),
        ("value", "VARCHAR", {"max_length": TEXT_BYTES}),
        _NOTHING,
    ),
}
# What records are known by.
PRIMARY = {"passages": "row", "articles": "number", "terms": "key", "texts": "key", "contents": "key"}
# What filters look up is indexed, so that they do not scan.
INDEXED: dict[Kind, tuple[str, ...]] = {
    "passages": ("article", "source", "day"),
    "articles": ("id", "file", "source", "day"),
    "terms": ("term",),
    "texts": ("kind",),
}


def quoted(text: str) -> str:
    """A text inside an expression of Milvus.

    >>> print(quoted('他说："好"'))
    "他说：\\"好\\""
    """
    for letter, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(letter, escaped)
    return f'"{text}"'


@dataclass(frozen=True, slots=True)
class Names:
    """What the collections of one store are called: NAME_g20261120T123523Z_1aa2_passages."""

    name: str

    @property
    def live(self) -> str:
        """The alias of the generation that serves: that of its contents."""
        return self.name

    @property
    def next(self) -> str:
        """The alias of the one that is being made."""
        return f"{self.name}_next"

    def of(self, generation: str, kind: Kind | Own) -> str:
        """
        >>> Names("papers").of("20261120T123523Z-1aa2", "texts")
        'papers_g20261120T123523Z_1aa2_texts'
        """
        return f"{self.name}_g{packed(generation)}_{kind}"

    def generation_of(self, collection: str, *kinds: Kind | Own) -> str | None:
        """The generation that a collection of one of these kinds was made for.

        >>> Names("papers").generation_of("papers_g20261120T123523Z_1aa2_texts", "texts", "contents")
        '20261120T123523Z-1aa2'
        """
        match = re.fullmatch(rf"{self.name}_g({PACKED})_(?:{'|'.join(kinds)})", collection)
        return unpacked(match[1]) if match else None

    def generations(self, collections: Iterable[str], *kinds: Kind | Own) -> list[str]:
        """Those that have a collection of one of these kinds, newest first."""
        return sorted({name for one in collections if (name := self.generation_of(one, *kinds))}, reverse=True)


PACKED = "[0-9]{8}T[0-9]{6}Z_[0-9a-f]{4}"  # the name of a generation inside one of Milvus, which has no hyphens


def packed(generation: str) -> str:
    """
    >>> packed("20261120T123523Z-1aa2")
    '20261120T123523Z_1aa2'
    """
    return generation.replace("-", "_")


def unpacked(name: str) -> str:
    return name.replace("_", "-")
