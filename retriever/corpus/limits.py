"""How much a stranger's file may ask of the machine. Each is far beyond any honest file; all in one place.

Sizes are bytes unless the name or the comment says otherwise.
"""

from __future__ import annotations

from retriever.errors import UnreadableFile

MIB = 1 << 20

# one file
FILE = 16 << 30  # of any kind, on disk: article files are read line by line
TEXT = 32 * MIB  # .txt .md: held in memory whole
WEB_PAGE = 8 * MIB
TABLE = 128 * MIB  # .csv
WORD_FILE = 64 * MIB
WORD_XML = 16 * MIB  # one XML part of a .docx, unpacked: its tree in memory is many times that
PDF = 256 * MIB

# inside a file
LINE = 32 * MIB  # one article in an article file
LINE_CHARS = 1 << 20  # one line of a page
RECORD_CHARS = 8 << 20  # one cell of a table
DETAIL_CHARS = 1000  # a title, a name, an id
BAD_RECORDS = 1000  # in one file, before the rest of it is left out
FRONT_MATTER_LINES = 40
SIDECAR = 16 * MIB

# packed files
UNPACKED = 64 << 30  # out of one .gz, .xz or .zip, all members together
RATIO = 250  # times the packed size; text packs 3 to 30 times
RATIO_FREE = 64 * MIB  # below this the ratio does not count
XZ_MEMORY = 256 * MIB  # xz -9 asks for 65 MiB
ARCHIVE_DIRECTORY = 16 * MIB  # the table of contents of a .zip: about 150,000 names

# PDF, which is read in a process of its own
PDF_PAGES = 5000
PDF_GLYPHS = 200_000  # on one page; a full newspaper page has 15,000
PDF_BLOCKS = 400  # on one page: beyond them columns are not looked for
PDF_MEMORY = 2 << 30
PDF_SECONDS = 120
PDF_TEXT = 32 << 20  # characters out of one file
OCR_SECONDS = 180  # one page
OCR_PIXELS = 40_000_000


def over_limit(file: str, limit: int) -> UnreadableFile:
    """The problem to raise for ``limit`` bytes passed."""
    return UnreadableFile(file=file, detail=f"超过 {limit // MIB} MiB 的上限 (over the limit of {limit // MIB} MiB)")
