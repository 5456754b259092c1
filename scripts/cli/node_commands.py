"""The subcommand for the processes that serve a log: nodes."""

from typing import Annotated

import typer

from scripts.cli.command import database_url, one_line_errors, run
from scripts.service.settings import load_settings

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
