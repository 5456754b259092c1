"""A server that may be started as a standby; it has nobody to follow."""

import shutil

from tests.support.postgres import StoppableServer, ask


class Standby(StoppableServer):
    """A Postgres of the tests' own, a primary at first."""

    def demote(self) -> None:
        """Start it anew, in recovery."""
        self.stop()
        signal = self.data / "standby.signal"
        signal.touch()
        owner = self.data.stat()
        shutil.chown(signal, owner.st_uid, owner.st_gid)
        self.start()

    async def promote(self) -> None:
        assert await ask(self.url, "SELECT pg_promote()")
