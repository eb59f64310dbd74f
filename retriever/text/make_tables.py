"""How ``readings.tsv`` and ``lookalikes.tsv`` were made: ``python -m retriever.text.make_tables FONT`` writes both.

Readings come from pypinyin (MIT licence) over the words of jieba's dictionary (MIT licence), so that a reading counts as
often as it is spoken. Look-alikes come from drawing characters in an open font (Noto Sans CJK, SIL Open Font License) and
comparing the pictures; no table of other people's was copied. Both packages are needed for this alone: neither is
imported when a question is asked.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIZE = 48  # pixels a side
ALIKE = 0.85  # cosine of two pictures, blurred, less their means
MOST_ALIKE = 5  # look-alikes of one character
SPOKEN = 0.03  # share of a character's use that makes a reading worth a row
HERE = Path(__file__).parent


def common_characters() -> list[str]:
    """The 6,763 characters of GB 2312, in its order."""
    rows = ((high, low) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    decoded = (bytes(pair).decode("gb2312", errors="ignore") for pair in rows)
    return [character for character in decoded if character]


def readings() -> dict[str, list[str]]:
    """Syllable without tone (ü as v) → its characters, the most used first."""
    import jieba
    from pypinyin import Style, lazy_pinyin

    def read(word: str) -> list[str]:
        return [syllable.replace("ü", "v") for syllable in lazy_pinyin(word, style=Style.NORMAL, v_to_u=False)]

    spoken: dict[str, Counter[str]] = defaultdict(Counter)
    characters = set(common_characters())
    tokenizer = jieba.Tokenizer()
    frequencies, _ = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    for word, frequency in frequencies.items():
        if frequency and set(word) <= characters:
            for character, syllable in zip(word, read(word), strict=True):
                spoken[character][syllable] += frequency
    for character in sorted(characters - spoken.keys()):
        spoken[character][read(character)[0]] = 1
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for character, counts in spoken.items():
        for syllable, count in counts.items():
            if count >= SPOKEN * counts.total() and set(syllable) & set("aeiouv"):  # not the interjections n and hm
                table[syllable][character] = count
    return {syllable: [c for c, _ in counts.most_common()] for syllable, counts in sorted(table.items())}


def pictures(characters: Iterable[str], font: Path) -> NDArray[np.float32]:
    """One unit vector a character: how it looks in the font; shape (characters, SIZE * SIZE)."""
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    drawn_in = ImageFont.truetype(
        str(font), SIZE - 8, index=2
    )  # the third face of the collection is simplified Chinese

    def picture(character: str) -> NDArray[np.float32]:
        image = Image.new("L", (SIZE, SIZE))
        ImageDraw.Draw(image).text((SIZE // 2, SIZE // 2), character, fill=255, font=drawn_in, anchor="mm")
        return np.asarray(image.filter(ImageFilter.GaussianBlur(1.5)), np.float32).ravel()

    stack = np.stack([picture(character) for character in characters])
    stack -= stack.mean(axis=1, keepdims=True)
    return np.asarray(stack / np.linalg.norm(stack, axis=1, keepdims=True), np.float32)


def lookalikes(font: Path) -> Iterator[tuple[str, list[str]]]:
    """Each character and those that look like it, the most alike first."""
    characters = common_characters()
    drawn = pictures(characters, font)
    for character, likeness in zip(characters, drawn @ drawn.T, strict=True):
        nearest = np.argsort(-likeness)[1 : MOST_ALIKE + 1]
        alike = [characters[i] for i in nearest if likeness[i] >= ALIKE]
        if alike:
            yield character, alike


def main(font: Path) -> None:
    lines = [f"{syllable}\t{''.join(characters)}\n" for syllable, characters in readings().items()]
    heading = "# Syllable, the characters read so, the most used first. Made by retriever/text/make_tables.py.\n"
    (HERE / "readings.tsv").write_text(heading + "".join(lines), encoding="utf-8")
    lines = [f"{character}\t{''.join(alike)}\n" for character, alike in lookalikes(font)]
    heading = "# Character, those that look like it, the most alike first. Made by retriever/text/make_tables.py.\n"
    (HERE / "lookalikes.tsv").write_text(heading + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
