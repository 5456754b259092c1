"""What is between the log and a consumer of JetStream: the relay, and a nats-server."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.recorder import Recorder
from tests.support.nats_server import NatsServer, programs, running_nats
from tests.support.relay_process import RelayProcess, running_relay


@dataclass(frozen=True)
class Relayed:
    """Both, for the nemesis to kill."""

    server: NatsServer
    relay: RelayProcess


@contextmanager
def relayed(
    database_url: str,
    directory: Path,
    recorder: Recorder,
    *,
    seed: int,
    command: Sequence[str] | None,
) -> Iterator[Relayed | None]:
    """A relay of a database to one of the servers of this machine; None where there is none."""
    found = sorted(programs().items())
    if not found:
        recorder.note("world", "without a nats-server nobody consumes JetStream", aloud=True)
        yield None
        return
    version, program = found[seed % len(found)]
    recorder.note("world", f"the log is relayed to nats-server {version}", aloud=True)
    with (
        running_nats(program, directory / "jetstream") as server,
        running_relay(database_url, server.url, command=command) as relay,
    ):
        yield Relayed(server, relay)
        status = relay.process.poll()
        if status is not None:
            recorder.surprise(f"the relay ended by itself, with status {status}: {relay.output}")
