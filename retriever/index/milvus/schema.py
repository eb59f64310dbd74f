"""The collections of one generation, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["passages", "articles", "terms", "texts"]
KINDS: tuple[Kind, ...] = ("passages", "articles", "terms", "texts")
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
        ("key", "VARCHAR", {"is_primary": True, "max_length": TERM_BYTES + 16}),  # term and slice
        ("term", "VARCHAR", {"max_length": TERM_BYTES + 1}),  # w or p, and the word or the pair
        ("passages", "INT64", {}),  # of the slice, that hold it
        _NOTHING,
    ),
    "texts": (
        ("key", "VARCHAR", {"is_primary": True, "max_length": NAME_BYTES}),
        ("kind", "VARCHAR", {"max_length": 16}),
        ("pieces", "INT32", {}),
        ("value", "VARCHAR", {"max_length": TEXT_BYTES}),
        _NOTHING,
    ),
}
# What filters look up is indexed, so that they do not scan.
INDEXED: dict[Kind, tuple[str, ...]] = {
    "passages": ("article", "source", "day"),
    "articles": ("id", "file", "source", "day"),
    "terms": ("term",),
    "texts": ("kind",),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What the collections of the generations of one store are called: NAME_g20261120T123523Z_1aa2_passages."""

    name: str

    @property
    def live(self) -> str:
        """The alias of the generation that serves: that of its passages."""
        return self.name

    @property
    def next(self) -> str:
        """The alias of the one that is being made."""
        return f"{self.name}_next"

    def of(self, generation: str, kind: Kind) -> str:
        """
        >>> Names("papers").of("20261120T123523Z-1aa2", "texts")
        'papers_g20261120T123523Z_1aa2_texts'
        """
        return f"{self.name}_g{generation.replace('-', '_')}_{kind}"

    def generation_of(self, collection: str) -> str | None:
        """The generation that a collection belongs to.

        >>> Names("papers").generation_of("papers_g20261120T123523Z_1aa2_texts")
        '20261120T123523Z-1aa2'
        """
        form = rf"{self.name}_g([0-9]{{8}}T[0-9]{{6}}Z)_([0-9a-f]{{4}})_(?:{'|'.join(KINDS)})"
        match = re.fullmatch(form, collection)
        return f"{match[1]}-{match[2]}" if match else None

    def generations(self, collections: Iterable[str]) -> list[str]:
        """Those that any of the collections belong to, newest first."""
        return sorted({name for one in collections if (name := self.generation_of(one))}, reverse=True)
