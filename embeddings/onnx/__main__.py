"""``python -m embeddings.onnx FOLDER [--int8]``: write a sentence-transformers folder's network as ONNX, into FOLDER/onnx."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from embeddings.errors import BaowenError


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 with the error on stderr."""
    parser = argparse.ArgumentParser(prog="python -m embeddings.onnx", description=__doc__)
    parser.add_argument("folder", type=Path, help="model folder, as sentence-transformers writes it")
    parser.add_argument(
        "--int8", action="store_true", help="write a file of 8-bit weights as well: a quarter of the size"
    )
    asked = parser.parse_args(argv)
    from embeddings.onnx.export import export

    try:
        written = export(asked.folder, int8=asked.int8)
    except BaowenError as error:
        print(error.message("zh"), error.message("en"), sep="\n", file=sys.stderr)
        return 1
    except OSError as error:  # no right to write there, a full disk: it names the file
        print(error, file=sys.stderr)
        return 1
    for file in written:
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
