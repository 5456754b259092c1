"""A clock for what must not wait in tests: it passes when told to."""


class Clock:
    """In place of the `time` module where only `monotonic` is used."""

    def __init__(self) -> None:
        self._now = 1_000.0

    def monotonic(self) -> float:
        return self._now

    def forward(self, seconds: float) -> None:
        self._now += seconds
