"""Which modules a page's script imports, so that a browser fetches them all at once and not one after the other."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
IMPORT = re.compile(r'^import .* from "\./(\w+)\.js";$', re.MULTILINE)


@cache
def modules_of(script: str) -> tuple[str, ...]:
    """The names of ``script`` and of everything it imports, each once.

    >>> modules_of("collection")
    ('collection', 'elements')
    """
    known = [script]
    for name in known:  # which grows while it is read
        known += [found for found in IMPORT.findall((STATIC / f"{name}.js").read_text("utf-8")) if found not in known]
    return tuple(known)
