"""How many pieces of text a model takes in at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embeddings.errors import EncoderOptionRefused
from embeddings.options import SHORTEST_INPUT

# These count positions from the one after the padding's, so that the first one or two of the table are never used.
SHIFTED_POSITIONS = {"camembert", "mpnet", "roberta", "xlm-roberta", "xlm-roberta-xl", "xmod"}


def most_pieces(config: Mapping[str, Any]) -> int | None:
    """The longest input that config.json allows, marks included; None where it sets no limit.

    >>> most_pieces({"model_type": "bert", "max_position_embeddings": 512, "pad_token_id": 0})
    512
    >>> most_pieces({"model_type": "xlm-roberta", "max_position_embeddings": 514, "pad_token_id": 1})
    512
    """
    positions = config.get("max_position_embeddings")
    if not isinstance(positions, int) or positions < 1:
        return None
    shifted = config.get("model_type") in SHIFTED_POSITIONS
    return positions - (config.get("pad_token_id") or 0) - 1 if shifted else positions


def settle_length(asked: int | None, *, own: float | None, most: int | None) -> int | None:
    """What was asked for, else the model's ``own`` length, which may say more than it can; None for no limit.

    Raises EncoderOptionRefused where more was asked for than the model can take: it would fail on the first long text.
    """
    if asked is not None:
        if most is not None and asked > most:
            raise EncoderOptionRefused(name="encoder_length", value=asked, allowed=f"{SHORTEST_INPUT}–{most}")
        return asked
    limits = [int(limit) for limit in (own, most) if limit is not None and 0 < limit < 1 << 31]  # 1e30 means none
    return min(limits, default=None)
