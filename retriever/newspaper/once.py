"""A property that is worked out once for each record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - read as a decorator, like property
    """``functools.cached_property`` without its lock, which is most of the cost of a small property."""

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    @overload
    def __get__(self, record: None, owner: type) -> once[T]: ...
    @overload
    def __get__(self, record: object, owner: type) -> T: ...
    def __get__(self, record: object | None, owner: type) -> T | once[T]:
        if record is None:
            return self
        # From now on the attribute is found on the record itself.
        found = record.__dict__[self._name] = self._find(record)
        return found
