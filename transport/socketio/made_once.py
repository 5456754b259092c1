"""An attribute that is made at its first use, and kept: for packets, whose attributes are read once
for each connection that they are sent to."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class made_once(Generic[T]):  # noqa: N801  as functools names its own
    """functools.cached_property as it is from Python 3.12 on: it takes no lock."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, instance: object, _: type) -> T:
        made = instance.__dict__[self._name] = self._make(instance)
        return made
