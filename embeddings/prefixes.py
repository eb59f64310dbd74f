"""Which pieces of a vocabulary begin at each place of a text, found for many places at once.

The vocabulary is a tree of characters. Each level of it is a perfect hash of its own by displacement (Tarjan and Yao, "Storing a
sparse table", 1979): two look-ups in small tables lead from a prefix and a character to the longer prefix, and the key kept there
says whether it is one. No step depends on how many prefixes share a slot, so whole arrays take it together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Characters = NDArray[np.uint32]  # the numbers of characters, from 1; 0 belongs to no piece
Places = NDArray[np.int64]

_GOLDEN = 0x9E3779B1  # 2^32 over the golden ratio
_TOGETHER = 4  # keys a group, about: they share a displacement
_SHIFTS = np.arange(1 << 12, dtype=np.uint32).reshape(-1, 64)  # displacements, tried so many at once
_FACTORS = 64  # tried before a vocabulary is given up


class NoPerfectHash(Exception):
    """Too many prefixes for tables of this size."""


@dataclass(frozen=True, slots=True)
class Level:
    """All prefixes of one length. A prefix is known by its slot."""

    factor: np.uint32
    displacements: NDArray[np.uint32]  # of each group of keys
    keys: NDArray[np.uint32]  # of each slot, 0 where it is empty
    pieces: NDArray[np.int32]  # of each slot, -1 where the prefix is no piece itself

    def slots(self, keys: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Where a key stands if it stands anywhere."""
        hashed = keys * self.factor
        slots = self.displacements.take(hashed >> _shift_to(len(self.displacements)))
        slots ^= hashed >> np.uint32(4)
        slots &= np.uint32(len(self.keys) - 1)
        return slots

    @classmethod
    def of(cls, keys: NDArray[np.uint32], pieces: NDArray[np.int32]) -> Level:
        """Raises NoPerfectHash."""
        size = 1 << int(2 * len(keys) - 1).bit_length()
        groups = max(2, size // 2 // _TOGETHER)
        for attempt in range(_FACTORS):
            factor = np.uint32(_GOLDEN * (2 * attempt + 1) & 0xFFFFFFFF)
            level = cls(factor, np.zeros(groups, np.uint32), np.zeros(size, np.uint32), np.full(size, -1, np.int32))
            if level._place(keys):
                level.pieces[level.slots(keys)] = pieces
                return level
        raise NoPerfectHash(len(keys))

    def _place(self, keys: NDArray[np.uint32]) -> bool:
        """Give each group of keys the first displacement that leads all of them to free slots, large groups first."""
        plain = self.slots(keys)
        group_of = (keys * self.factor) >> _shift_to(len(self.displacements))
        order = np.argsort(group_of, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(group_of[order])) + 1)
        for group in sorted(groups, key=len, reverse=True):
            slots = plain[group]
            shift = self._free_shift(slots) if len(np.unique(slots)) == len(slots) else None
            if shift is None:
                return False
            self.displacements[group_of[group[0]]] = shift
            self.keys[slots ^ shift] = keys[group]
        return True

    def _free_shift(self, slots: NDArray[np.uint32]) -> np.uint32 | None:
        size = np.uint32(len(self.keys) - 1)
        for shifts in _SHIFTS:
            free = ~(self.keys[(slots[:, None] ^ shifts) & size]).any(axis=0)
            if free.any():
                return np.uint32(shifts[free.argmax()] & size)
        return None


def _shift_to(size: int) -> np.uint32:
    """By how much a hash of 32 bits is moved so that it is below ``size``, a power of two."""
    return np.uint32(33 - size.bit_length())


@dataclass(frozen=True, slots=True)
class Prefixes:
    """A vocabulary. ``single[c]`` is the piece that is the character ``c`` alone, or -1."""

    single: NDArray[np.int32]
    levels: tuple[Level, ...]  # of 2, 3, 4… characters

    @classmethod
    def of(cls, pieces: Mapping[tuple[int, ...], int], characters: int) -> Prefixes:
        """Pieces by their characters, which are numbers from 1 to ``characters``. Raises NoPerfectHash."""
        single = np.full(characters + 1, -1, np.int32)
        slot_of: dict[tuple[int, ...], int] = {(character,): character for character in range(1, characters + 1)}
        levels = []
        for length in range(1, max(map(len, pieces), default=1) + 1):
            prefixes = {piece[:length]: -1 for piece in pieces if len(piece) >= length}
            prefixes |= {piece: number for piece, number in pieces.items() if len(piece) == length}
            if length == 1:
                for (character,), number in prefixes.items():
                    single[character] = number
                continue
            keys = [slot_of[prefix[:-1]] * (characters + 1) + prefix[-1] for prefix in prefixes]
            if max(keys) >> 32:
                raise NoPerfectHash(len(keys))
            as_array = np.array(keys, np.uint32)
            levels.append(Level.of(as_array, np.array(list(prefixes.values()), np.int32)))
            slot_of = dict(zip(prefixes, levels[-1].slots(as_array).tolist(), strict=True))
        return cls(single, tuple(levels))

    def found(self, text: Characters) -> Iterator[tuple[int, Places, NDArray[np.int32]]]:
        """Length from 2 on, the places of ``text`` where pieces of that length begin, and which they are."""
        characters = np.uint32(len(self.single))
        places = np.arange(max(0, len(text) - 1))
        keys = text[:-1] * characters + text[1:]
        for length, level in enumerate(self.levels, start=2):
            slots = level.slots(keys)
            known = np.flatnonzero(level.keys.take(slots) == keys)
            places = known if length == 2 else places.take(known)
            slots = slots.take(known)
            pieces = level.pieces.take(slots)
            whole = np.flatnonzero(pieces >= 0)
            yield length, places.take(whole), pieces.take(whole)
            within = np.searchsorted(places, len(text) - length)  # ascending: the rest has no character after it
            places, slots = places[:within], slots[:within]
            keys = slots * characters + text.take(places + length)
