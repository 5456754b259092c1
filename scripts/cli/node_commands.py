"""The subcommands for the processes that serve a log: nodes, and doctor, for one that is to."""

from typing import Annotated

import typer

from scripts.cli.command import database_url, one_line_errors, run
from scripts.service.environment import load_settings

app = typer.Typer()


@app.command()
def nodes(
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
) -> None:
    """Print the nodes of the log: address, version, position, connections, since when.

    A node says of itself that it is there every two seconds. One that has not for six counts as
    gone, and is shown for a minute.

    Example: `kanal nodes`, `kanal nodes --json`
    """
    from scripts.cli.nodes import print_nodes  # noqa: PLC0415

    with one_line_errors(), database_url(load_settings()) as url:
        run(print_nodes(url, as_json=as_json))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
) -> None:
    """Say whether a service with these settings could run here, and what to do where it could not.

    A line for each check: versions, settings, open files, trusted proxies, disk, port, database,
    pooler, rights, durability, connections, clocks, keys, the address of the node. Each is `ok`, a
    `warning` or a `fault`, and says what to do. Nothing is changed. The exit status is 0 where
    there are no faults.

    Example: `KANAL_DATABASE_URL=postgresql://kanal@db/kanal kanal doctor`, `kanal doctor --json`
    """
    from scripts.cli.doctor.examine import examine  # noqa: PLC0415

    with one_line_errors():
        run(examine(as_json=as_json))
