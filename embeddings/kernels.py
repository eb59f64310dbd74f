"""Compiled twins of slow functions, taken where they were built.

A kernel is a ``.pyx`` beside the module that it serves; ``setup.py`` compiles it where Cython and a C compiler are at hand. Its
functions give exactly what their twins in Python and numpy give, so that nobody but a clock can tell which ones ran.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import TypeVar

SWITCH = "BAOWEN_KERNELS"  # "off" in the environment: Python and numpy alone
_Twin = TypeVar("_Twin", bound=Callable[..., object])


def faster(module: str, name: str, plain: _Twin) -> _Twin:
    """What ``module`` calls ``name``, and ``plain`` where that module was not built or kernels are switched off.

    >>> faster("embeddings._never_built", "length", len)("报问")
    2
    """
    if os.environ.get(SWITCH) == "off":
        return plain
    try:
        compiled = import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name != module:
            raise
        return plain
    twin: _Twin = getattr(compiled, name)
    return twin
