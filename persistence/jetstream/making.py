"""Making a stream: what a server answers who is to make one, sorted by who can do something about
it."""

from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import APIError

from domain.errors import Conflict

_NAME_TAKEN = (10058, 10065)
"""JetStream: a stream of this name, or of these subjects, is there with another configuration."""

_NO_PEERS = 10005
"""JetStream: too few servers of the cluster are there. They may be about to come."""


async def make_stream(streams: JetStreamContext, config: StreamConfig) -> bool:
    """Make it; False where another one has its name or its subjects. Raises Conflict where the
    server will not make it, NATS_AWAY."""
    try:
        await streams.add_stream(config)
    except APIError as error:
        if error.err_code in _NAME_TAKEN:
            return False
        if error.code is None or error.code >= 500 or error.err_code == _NO_PEERS:
            raise
        raise Conflict(f"the server makes no stream {config.name}: {error.description}") from None
    return True
