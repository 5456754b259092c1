"""The copies of the log that a node reads: the replica that the settings name, and the primary."""

from collections.abc import Coroutine, Mapping
from typing import Any

from persistence.database.pool import Database
from persistence.database.reading import Reading
from persistence.database.replica import Replica
from persistence.database.session_settings import InvalidDatabaseUrl
from persistence.log.epoch_check import EpochCheck
from persistence.log.replica_check import ReplicaCheck
from persistence.log.wakeup import Wakeup
from projections.channel_list.reader import REPLICA_POLL_INTERVAL, ChannelList
from scripts.service.settings import Settings, SettingsError


class Copies:
    """Without a replica, the primary answers all."""

    def __init__(
        self, settings: Settings, primary: Database, epochs: EpochCheck, wakeup: Wakeup
    ) -> None:
        self._primary = primary
        self._wakeup = wakeup
        self._is_notified = settings.feed_url is None
        """Whether Postgres notifies this node, always, of read models that have moved."""
        self._replica: Replica | None = None
        if settings.database_replica_url is not None:
            self._replica = Replica(
                settings.database_replica_url.get_secret_value(),
                primary,
                ReplicaCheck(lambda: epochs.lineage),
                head=lambda: wakeup.head,
                connections=settings.database_connections,
            )

    @property
    def reading(self) -> Reading:
        """Who answers whoever reads."""
        return self._replica or self._primary

    @property
    def away(self) -> Mapping[str, bool]:
        """Whether each of them is away, by name."""
        away = {"primary": self._primary.is_away}
        return away if self._replica is None else {**away, "replica": self._replica.is_away}

    def channel_list(self) -> ChannelList:
        if self._replica is None and self._is_notified:
            return ChannelList(self._primary, self._wakeup)
        return ChannelList(self.reading, self._wakeup, poll_interval=REPLICA_POLL_INTERVAL)

    async def begin(self) -> None:
        """Find out whether the replica can be used. Raises SettingsError where it never can."""
        if self._replica is not None:
            try:
                await self._replica.look()
            except InvalidDatabaseUrl as error:
                raise SettingsError(f"KANAL_DATABASE_REPLICA_URL: {error}") from None

    def tasks(self) -> dict[str, Coroutine[Any, Any, None]]:
        """What is to run in the background, by name."""
        return {"looking at the replica": self._replica.run()} if self._replica else {}

    def renew(self) -> None:
        """The log is in another epoch from here on."""
        if self._replica is not None:
            self._replica.renew()

    async def close(self) -> None:
        if self._replica is not None:
            await self._replica.close()
