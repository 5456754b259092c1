"""The recorder: what the parts of a run write its history with, each note with its time."""

import time
from collections.abc import Callable

from tests.faults.history import History, Model


class Recorder:
    """Writes the notes of a history with their times, and tells them to whoever watches."""

    def __init__(self, watch: Callable[[str], None] = lambda _: None) -> None:
        self.history = History()
        self._models: dict[str, Model] = {}
        """By id: what was first heard of each channel."""
        self._watch = watch
        self._begin = time.monotonic()

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begin

    def once(self, model: Model) -> Model:
        """What was heard before of a channel, if it says the same: subscribers hear the same, and
        it is kept once."""
        known = self._models.setdefault(model["id"], model)
        return known if known == model else model

    def surprise(self, what: str) -> None:
        self.history.surprises.append(f"{what} (at {self.now:.3f} s)")
        self.note("surprise", what, aloud=True)

    def note(self, who: str, what: str, *, aloud: bool = False) -> None:
        line = f"{self.now:8.3f}  {who}: {what}"
        self.history.notes.append(line)
        if aloud:
            self._watch(line)
