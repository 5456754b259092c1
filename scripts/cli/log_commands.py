"""The subcommands for the log: export, import and check all of it, and revoke, which appends to
it."""

from typing import Annotated

import typer

from scripts.cli.command import database_url, one_line_errors, run
from scripts.service.environment import load_settings

app = typer.Typer()


@app.command()
def export(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Where to; `-` is standard output.")
    ] = "-",
) -> None:
    """Write the whole log as JSON lines with checksums, one event a line.

    It is the log as of the moment when the command starts, with its epochs; the service may go on
    meanwhile. The same log is the same bytes each time. A FILE gets its name once it is whole. The
    format is described in docs/export.md. With KANAL_DATABASE_REPLICA_URL it reads the replica.

    Example: `kanal export backup.jsonl`, `kanal export | zstd > backup.jsonl.zst`
    """
    from scripts.cli.export import export_to  # noqa: PLC0415

    with one_line_errors():
        settings = load_settings()
        with database_url(settings) as url:
            replica = settings.database_replica_url
            run(export_to(url, file, replica.get_secret_value() if replica else None))


@app.command("import")
def import_(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="What `kanal export` wrote; `-` is standard input."),
    ],
) -> None:
    """Read an exported log into an empty database: the same log, its epochs and positions too.

    All of it or nothing: a file that is not as it was written (cut off, changed, a line missing,
    repeated or elsewhere) is refused with the number of the line. No service may run meanwhile.
    The projections are not built by it: a service builds them when it starts, or `kanal replay`.

    Example: `kanal import backup.jsonl`, `zstd -dc backup.jsonl.zst | kanal import -`
    """
    from scripts.cli.import_log import import_from  # noqa: PLC0415

    with one_line_errors(), database_url(load_settings(), may_create=True) as url:
        run(import_from(url, file))


@app.command()
def check() -> None:
    """Read the whole log and print what is wrong with it, a line a fault; exit status 1 if any.

    Positions and each stream's versions go 1, 2, 3, …; every event decodes; a name belongs to one
    channel at a time, and the streams of names say the same as the channels; `workspace_id` is that
    of the stream; no checkpoint is beyond the head, and no epoch begins beyond the end. Where
    nothing is wrong the epochs are printed: the ids that the log has had, from which position.

    It changes nothing, and the service may go on meanwhile. It needs about 1 KB of memory for each
    channel that ever was.

    Example: `kanal check`
    """
    from scripts.cli.check import check_log  # noqa: PLC0415

    with one_line_errors(), database_url(load_settings()) as url:
        run(check_log(url))


@app.command()
def revoke(
    user: Annotated[
        list[str],
        typer.Option(
            metavar="U",
            help="The user's id: the value of the claim KANAL_JWT_USER_CLAIM, which"
            " `kanal token --explain` prints; or several.",
        ),
    ],
    workspace: Annotated[
        list[str] | None,
        typer.Option(metavar="W", help="Only to this workspace, or these; by default to all."),
    ] = None,
) -> None:
    """Take back what a user was granted until now: it ends within a second on every node.

    Tokens that were issued before are refused (in that workspace), over HTTP and on sockets, and
    open sockets end, or lose the workspace. Tokens that are issued later are good: the issuer must
    not give any to a user who is to stay out. It is recorded in the log of KANAL_DATABASE_URL,
    or else of KANAL_DATA_DIR, whether or not a service runs. Kanal keeps no list of users: it is
    recorded for an id that nobody has as well.

    Example: `kanal revoke --user alice --workspace acme`
    """
    from scripts.cli.revoke import revoke_access  # noqa: PLC0415

    with one_line_errors(), database_url(load_settings()) as url:
        run(revoke_access(url, user, workspace or []))
