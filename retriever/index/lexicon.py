"""The words that a generation was made with, kept in it: questions are cut as its passages were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.synonyms import SynonymRule
from retriever.text.words import UserWord


def write_lexicon(file: Path, lexicon: Lexicon) -> None:
    """What the librarian added, as JSON."""
    file.write_text(json.dumps(lexicon_told(lexicon), ensure_ascii=False) + "\n", encoding="utf-8")


def lexicon_told(lexicon: Lexicon) -> dict[str, Any]:
    """What the librarian added: words with their frequencies, and synonym rules."""
    return {
        "user_words": [[word, frequency] for word, frequency in lexicon.user_words],
        "synonyms": [{"asked": list(rule.asked), "printed": list(rule.printed)} for rule in lexicon.rules],
    }


def open_lexicon(file: Path) -> Lexicon:
    """Raises OSError or ValueError where the file is not what ``write_lexicon`` writes."""
    try:
        return lexicon_from(json.loads(file.read_text(encoding="utf-8")))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{file.name}: {error!r}") from error


def lexicon_from(added: Mapping[str, Any]) -> Lexicon:
    """The lexicon with what :func:`lexicon_told` told. Raises KeyError, TypeError."""
    words = tuple(UserWord(str(word), frequency) for word, frequency in added["user_words"])
    rules = tuple(SynonymRule(tuple(rule["asked"]), tuple(rule["printed"])) for rule in added["synonyms"])
    return Lexicon(words, rules) if words or rules else SHIPPED
