"""The words that a generation was made with, kept in it: questions are cut as its passages were."""

from __future__ import annotations

import json
from pathlib import Path

from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.synonyms import SynonymRule
from retriever.text.words import UserWord


def write_lexicon(file: Path, lexicon: Lexicon) -> None:
    """What the librarian added, as JSON: words with their frequencies, and synonym rules."""
    added = {
        "user_words": [[word, frequency] for word, frequency in lexicon.user_words],
        "synonyms": [{"asked": rule.asked, "printed": rule.printed} for rule in lexicon.rules],
    }
    file.write_text(json.dumps(added, ensure_ascii=False) + "\n", encoding="utf-8")


def open_lexicon(file: Path) -> Lexicon:
    """Raises OSError or ValueError where the file is not what ``write_lexicon`` writes."""
    try:
        added = json.loads(file.read_text(encoding="utf-8"))
        words = tuple(UserWord(str(word), frequency) for word, frequency in added["user_words"])
        rules = tuple(SynonymRule(tuple(rule["asked"]), tuple(rule["printed"])) for rule in added["synonyms"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{file.name}: {error!r}") from error
    return Lexicon(words, rules) if words or rules else SHIPPED
