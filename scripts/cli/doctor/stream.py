"""The stream that the log is followed from: whether NATS lets this node in, and has a log."""

from nats.js.errors import NotFoundError

from persistence.jetstream.connection import NATS_AWAY, connection_to, in_words
from persistence.jetstream.credentials import NatsServers
from persistence.jetstream.subjects import LOGS_STREAM
from scripts.cli.doctor.finding import Finding, fault, ok, warning


async def check_stream(servers: NatsServers) -> Finding:
    """The service goes on without it, so only what the settings name can be a fault."""
    without = "until then Postgres is followed"
    try:
        async with connection_to(servers, lambda: None) as connection:
            server = connection.connected_server_version
            version = f"nats-server {server.major}.{server.minor}.{server.patch}"
            await connection.jetstream().stream_info(LOGS_STREAM)
    except NotFoundError:
        found = f"{version} is there, and no relay has published a log to it"
        return warning("stream", found, f"run `kanal relay`; {without}")
    except NATS_AWAY as error:
        found = f"{servers} cannot be used: {in_words(error)}"
        return warning("stream", found, f"mend it, or what KANAL_FEED_* name; {without}")
    except ValueError as error:
        return fault("stream", f"what NATS is to be shown: {error}", "correct KANAL_FEED_*")
    return ok("stream", f"{version}, to which a relay has published")
