"""The pieces that texts are cut into: a Unigram vocabulary of Chinese words, characters, Latin letters and digits."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"  # row 0: a character never seen; its vector stays zero, so it says nothing
LONGEST_PIECE = 6
NUMBER_SCORE = -5.0  # likelier than its two digits (below -4 each)


def empty_tokenizer(pieces: Sequence[tuple[str, float]] | None = None) -> Tokenizer:
    """NFKC and lower case; anything but letters and digits parts the pieces and is dropped; digits go in twos.

    In twos 2719 is no mere bag of the digits of 1972, 2023 and 2024 share half, and a hundred pieces say every number.
    Since punctuation always parts pieces, the pieces of a passage are exactly those of its sentences one after another.
    """
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=0) if pieces else models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\p{L}\p{M}]+|\p{N}{1,2}"), "removed", invert=True)
    return tokenizer


def learn_vocabulary(texts: Iterable[str], *, pieces: int, longest: int = LONGEST_PIECE) -> Tokenizer:
    """At most ``pieces`` pieces of at most ``longest`` characters, chosen by how often ``texts`` use them.

    Scores are rounded to three places: the file shrinks by a fifth and no cut changes that anyone would notice.
    The trainer breaks ties in no fixed order, so two runs over the same texts may differ in a few pieces; learning
    with the pieces of an earlier model (``--vocabulary``) is exact.
    """
    tokenizer = empty_tokenizer()
    trainer = trainers.UnigramTrainer(
        vocab_size=pieces,
        max_piece_length=longest,
        unk_token=UNKNOWN,
        special_tokens=[UNKNOWN],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    learnt = json.loads(tokenizer.to_str())["model"]["vocab"]
    return empty_tokenizer(with_numbers([(piece, round(score, 3)) for piece, score in learnt], pieces))


def with_numbers(learnt: Sequence[tuple[str, float]], pieces: int) -> list[tuple[str, float]]:
    """Two digits are one piece, which the trainer never learns: they take the places of the rarest pieces."""
    known = {piece for piece, _ in learnt}
    missing = [(number, NUMBER_SCORE) for number in (f"{n:02d}" for n in range(100)) if number not in known]
    return [*learnt[: max(0, pieces - len(missing))], *missing]


def sample_texts(articles: Sequence[str], everyday: Sequence[str], *, count: int, seed: int) -> list[str]:
    """What to learn the vocabulary from: ``count`` articles at random and every question, so that spoken words count."""
    return random.Random(seed).sample(list(articles), min(count, len(articles))) + list(everyday)
