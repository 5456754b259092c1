"""The subcommands for those to whom the log goes: relay, which publishes it to NATS JetStream."""

from typing import Annotated

import typer

from scripts.cli.command import database_url, fail, one_line_errors, run
from scripts.service.environment import load_settings
from scripts.service.log_lines import log_to_standard_error

app = typer.Typer()


@app.command()
def relay(
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="URL",
            help="nats://HOST:PORT, or several, comma-separated; instead of KANAL_FEED_URL, where"
            " a password is better kept.",
        ),
    ] = None,
    replicas: Annotated[
        int, typer.Option(min=1, max=5, help="Copies that a cluster keeps of what it makes.")
    ] = 1,
    metrics: Annotated[
        str | None,
        typer.Option(
            metavar="[HOST:]PORT", help="Serve metrics to Prometheus there, on loopback by itself."
        ),
    ] = None,
) -> None:
    """Publish every position of the log to a stream of NATS JetStream, and follow the log.

    One message a position: its sequence in the stream is the position, its body the CloudEvent of
    `GET /log`. It goes on from the end of the stream, whatever has ended on either side; several
    relays do no harm, one publishes and the others stand by. SIGTERM stops it, with exit status 0,
    once what is on its way is stored. The database is only read. docs/feed.md says how the stream
    is consumed, and who must not be let near it: it holds private channels.

    With KANAL_FEED_CREDENTIALS (a .creds file), KANAL_FEED_CA, KANAL_FEED_CERT and KANAL_FEED_KEY
    it shows NATS who it is. Pages are read from KANAL_DATABASE_REPLICA_URL where that is set.

    Example: `kanal relay nats://127.0.0.1:4222`

    Example: `KANAL_FEED_URL_FILE=/run/secrets/nats kanal relay --replicas 3 --metrics 9464`
    """
    from scripts.cli.relay import MetricsPlace, relay_log  # noqa: PLC0415

    with one_line_errors():
        settings = load_settings()
        log_to_standard_error(settings.log_format)
        if url is not None:
            try:
                settings = settings.with_feed_url(url)
            except ValueError as error:
                fail(f"URL {error}")
        servers = settings.nats_servers
        if servers is None:
            fail("where to? Name an URL, or set KANAL_FEED_URL")
        try:
            place = None if metrics is None else MetricsPlace.parse(metrics)
        except ValueError as error:
            fail(f"--metrics {metrics}: {error}")
        with database_url(settings) as database:
            replica = settings.database_replica_url
            run(
                relay_log(
                    database,
                    servers,
                    replica_url=replica.get_secret_value() if replica else None,
                    replicas=replicas,
                    metrics=place,
                )
            )
