"""The commands that wait to be appended: taken in turns by user, so that one who asks for many
things at once waits for them alone.

While others are at work too, a batch holds only a few commands of one user. A large batch takes the
service longer, and all that is in it is answered together: the next ones of the same user come only
then, and so they set the pace for nobody else.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Command = TypeVar("Command")

SHARE = 4
"""Commands of one user in a batch, while others are at work."""

AT_WORK = 1.0
"""Seconds after a user's latest command in which the user counts as being at work."""


class WaitingCommands(Generic[Command]):
    """A queue for each user who has commands waiting."""

    def __init__(self, *, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`most` is how many may wait; those of one user, half as many."""
        self._most = most
        self._clock = clock
        self._queues: dict[str, deque[Command]] = {}
        """By user, in the order of their turns."""
        self._size = 0
        self._latest_user = ""
        self._latest_at = self._other_at = float("-inf")
        """When the user of the latest command asked for it, and when anybody else last did."""

    def __len__(self) -> int:
        return self._size

    def is_full_for(self, user_id: str) -> bool:
        """Whether no more commands of a user may wait."""
        queue = self._queues.get(user_id)
        return self._size >= self._most or (queue is not None and len(queue) * 2 >= self._most)

    def put(self, user_id: str, command: Command) -> None:
        if user_id != self._latest_user:
            self._latest_user, self._other_at = user_id, self._latest_at
        self._latest_at = self._clock()
        queue = self._queues.get(user_id)
        if queue is None:
            queue = self._queues[user_id] = deque()
        queue.append(command)
        self._size += 1

    def take(self, most: int) -> Sequence[Command]:
        """The next commands, at most `most`: one of each user, and so on in turns."""
        is_alone = self._clock() - self._other_at > AT_WORK and len(self._queues) < 2
        taken: list[Command] = []
        rounds = 0
        while self._queues and len(taken) < most and (is_alone or rounds < SHARE):
            rounds += 1
            for user_id in list(self._queues)[: most - len(taken)]:
                queue = self._queues.pop(user_id)
                taken.append(queue.popleft())
                if queue:
                    self._queues[user_id] = queue  # behind the others
        self._size -= len(taken)
        return taken

    def take_all(self) -> Sequence[Command]:
        """All that wait, which nobody is going to append."""
        taken = [command for queue in self._queues.values() for command in queue]
        self._queues.clear()
        self._size = 0
        return taken
