"""Caches bounded by bytes, safe for threads, in which each thing is made once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Kept = TypeVar("Kept")

__all__ = ["BoundedCache"]


class BoundedCache(Generic[Kept]):
    """The things used last, as many as fit; two threads that want the same thing make it once.

    Args:
        most_bytes: that all things together may take.
        size_of: bytes of one thing.
    """

    def __init__(self, most_bytes: int, size_of: Callable[[Kept], int]) -> None:
        """Begin empty."""
        self.most_bytes, self._size_of = most_bytes, size_of
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._making: dict[Hashable, tuple[Lock, int]] = {}
        self._lock = Lock()
        self.bytes = 0

    def __len__(self) -> int:
        """How many things are kept."""
        return len(self._kept)

    def find(self, key: Hashable) -> Kept | None:
        """What is kept under a key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """What is kept under a key, or made now. An error while making is raised and nothing is kept."""
        found = self.find(key)
        if found is not None:
            return found
        lock = self._enter(key)
        try:
            with lock:
                found = self.find(key)
                if found is None:
                    found = make()
                    self._put(key, found)
                return found
        finally:
            self._leave(key)

    def _enter(self, key: Hashable) -> Lock:
        with self._lock:
            lock, users = self._making.get(key, (Lock(), 0))
            self._making[key] = (lock, users + 1)
            return lock

    def _leave(self, key: Hashable) -> None:
        with self._lock:
            lock, users = self._making.pop(key)
            if users > 1:
                self._making[key] = (lock, users - 1)

    def _put(self, key: Hashable, thing: Kept) -> None:
        size = self._size_of(thing)
        if size > self.most_bytes:
            return
        with self._lock:
            self._kept[key] = thing
            self.bytes += size
            while self.bytes > self.most_bytes:
                _, old = self._kept.popitem(last=False)
                self.bytes -= self._size_of(old)
