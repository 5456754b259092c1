"""A rate: so many in so much time, as the settings write it, `50/second`."""

import re
from dataclasses import dataclass

_SECONDS = {"second": 1, "minute": 60, "hour": 3_600}
_RATE = re.compile(rf"([1-9][0-9]{{0,8}})/({'|'.join(_SECONDS)})")


@dataclass(frozen=True, slots=True)
class Rate:
    """`quota` in `window` seconds: at once, or spread over them."""

    quota: int
    window: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Read `N/second`, `N/minute` or `N/hour`. Raises ValueError for anything else."""
        found = _RATE.fullmatch(text)
        if found is None:
            raise ValueError("must be like 50/second, 50/minute or 50/hour, or off")
        return cls(int(found[1]), _SECONDS[found[2]])

    def over(self, windows: int) -> "Rate":
        """The same on average, with so many times as much at once."""
        return Rate(self.quota * windows, self.window * windows)
