"""The subcommands for what is derived from the log: replay, channels."""

from typing import Annotated

import typer

from scripts.cli.command import database_url, fail, one_line_errors, run
from scripts.service.environment import load_settings

app = typer.Typer()


@app.command()
def replay(
    projection: Annotated[
        str, typer.Argument(help="The projection: `channels`, `snapshots`, `revocations`.")
    ] = "channels",
    verify: Annotated[
        bool, typer.Option("--verify", help="Change nothing; compare the live model with the log.")
    ] = False,
    in_place: Annotated[
        bool,
        typer.Option(
            "--in-place", help="Remove the live model first: for a broken one, the service stopped."
        ),
    ] = False,
    list_all: Annotated[
        bool, typer.Option("--list", help="Show the projections, their versions and positions.")
    ] = False,
) -> None:
    """Rebuild a projection's read model from the first position of the log.

    It is built beside the live one and takes its place in one transaction, while the service runs:
    readers see the one or the other, and writing goes on. Stopped at any moment, it leaves the
    live one as it is. Nothing is ever sent to a socket.

    With `--verify` the exit status is 0 if the live model is what the log says, else 1, and the
    rows that differ are shown.

    Examples: `kanal replay channels`, `kanal replay channels --verify`, `kanal replay --list`
    """
    from scripts.cli.replay import (  # noqa: PLC0415
        ModelsDiffer,
        list_projections,
        replay_projection,
        verify_projection,
    )

    with one_line_errors():
        if verify + in_place + list_all > 1:
            fail("--verify, --in-place and --list do not go together")
        settings = load_settings()
        with database_url(settings) as url:
            try:
                if list_all:
                    run(list_projections(url))
                elif verify:
                    run(verify_projection(url, projection))
                else:
                    run(replay_projection(url, projection, in_place=in_place))
            except ModelsDiffer as found:
                fail(str(found))


@app.command()
def channels(
    workspace: Annotated[str, typer.Option(metavar="W", help="The workspace's id.")],
    at: Annotated[
        str | None,
        typer.Option(
            metavar="POSITION|TIME",
            help="As they were there: a position of the log, or a time with its zone (RFC 3339),"
            " which means the last position that was recorded until then. By default: now.",
        ),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(metavar="U", help="Those alone that this user could see; by default all."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON lines, also on a terminal.")
    ] = False,
) -> None:
    """Print a workspace's channels as they are or were: a table on a terminal, else JSON lines.

    They are computed from the log: nothing is changed, and nothing is sent to any socket.

    Examples: `kanal channels --workspace demo`,
    `kanal channels --workspace demo --at 1200 --user bob`,
    `kanal channels --workspace demo --at 2026-01-31T10:28:19+01:00 --json`
    """
    from scripts.cli.channels import print_channels  # noqa: PLC0415

    with one_line_errors():
        settings = load_settings()
        with database_url(settings) as url:
            run(print_channels(url, workspace, at=at, user_id=user, as_json=as_json))
