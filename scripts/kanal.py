"""The command line `kanal`: declares serve, token and tail, and takes the subcommands about the log
and the read models from `scripts/cli`."""

import asyncio
import logging
import os
import sys
from contextlib import ExitStack
from importlib.metadata import version
from typing import Annotated

import typer

from domain.actor import Role
from scripts.cli import (
    feed_commands,
    log_commands,
    model_commands,
    node_commands,
    webhook_commands,
)
from scripts.cli.command import database_url, fail, one_line_errors, run
from scripts.cli.greeting import greeting, place
from scripts.service.development_secret import signing_secrets
from scripts.service.environment import load_settings
from scripts.service.listening.listener import listening, port_of
from scripts.service.log_lines import is_logging_json, log_to_standard_error
from scripts.service.service_links import passed_over
from scripts.service.signed_token import sign_token
from scripts.service.systemd_notice import READY, tell_systemd
from scripts.service.token_verifier import log_whose_tokens_are_good
from scripts.service.worker_settings import parse_workers
from scripts.service.workers.parent import Parent

logger = logging.getLogger(__name__)

app = typer.Typer(
    name="kanal",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Kanal: an event-sourced channel service. Configured by KANAL_* in the environment.",
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        print(f"kanal {version('kanal')}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


@app.command()
def serve(
    workers: Annotated[
        str | None,
        typer.Option(
            metavar="N|auto",
            help="Processes that share the port, auto for one a core; instead of KANAL_WORKERS.",
        ),
    ] = None,
) -> None:
    """Run the service.

    Without KANAL_DATABASE_URL it brings its own Postgres, kept in KANAL_DATA_DIR.

    SIGTERM and SIGINT stop it, after KANAL_DRAIN seconds. With several workers SIGHUP replaces them
    one by one, with settings that are read anew, and nobody is interrupted.

    It listens at KANAL_HOST and KANAL_PORT, or at a socket of the file system with
    KANAL_HOST=unix:/run/kanal/kanal.sock, or at the socket that systemd hands over. With
    KANAL_TLS_CERT and KANAL_TLS_KEY TLS ends here; SIGHUP then reads them again.

    Example: `KANAL_PORT=9000 kanal serve`

    Example: `kanal serve --workers auto`
    """
    with one_line_errors():
        settings = load_settings()
        try:
            count = settings.workers if workers is None else parse_workers(workers)
        except ValueError as error:
            fail(f"--workers {workers}: {error}")
        log_to_standard_error(settings.log_format, access_log=settings.access_log)
        if links := passed_over(os.environ):
            logger.info("passing over what Kubernetes sets for Services: %s", ", ".join(links))
        with ExitStack() as stack:
            listener, settings = stack.enter_context(listening(settings))
            if not settings.has_token_key:
                signing_secrets(settings)
            url = stack.enter_context(database_url(settings, nodes=count, may_create=True))

            def ready() -> None:
                log_whose_tokens_are_good(settings)
                if is_logging_json():  # all that it writes is to be read by programs
                    logger.info("Kanal listens on %s", place(settings, port_of(listener)))
                else:
                    print(greeting(settings, port_of(listener)), flush=True)
                tell_systemd(READY)

            if count > 1:
                try:
                    status = asyncio.run(Parent(count, listener).run(ready))
                except OSError as error:
                    fail(f"cannot start a worker: {error.strerror}")
                raise typer.Exit(status)
            # The import of Sanic is slow, and a parent of workers does not need it.
            from scripts.service.serve import serve as run_service  # noqa: PLC0415

            run(run_service(settings, url, listener, ready))


@app.command()
def token(
    user: Annotated[str | None, typer.Option(help="The user's id.")] = None,
    workspace: Annotated[
        list[str] | None,
        typer.Option(
            metavar="W[:ROLE]",
            help="A workspace and the role in it: admin, moderator, user (the default), guest.",
        ),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="SCOPE", help="What it is for besides: kanal:operate, say."),
    ] = None,
    ttl: Annotated[int, typer.Option(min=1, help="Seconds until it expires.")] = 3600,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="TOKEN",
            help="Say what the service makes of a token, - for that on standard input.",
        ),
    ] = None,
) -> None:
    """Print an access token, signed with KANAL_JWT_SECRET (the first, if there are several) or the
    development secret; or, with --explain, what the service with these settings makes of one.

    Its claims are where the service reads them: at KANAL_JWT_USER_CLAIM and
    KANAL_JWT_WORKSPACES_CLAIM, with the first of KANAL_JWT_ISSUER and KANAL_JWT_AUDIENCE.

    --explain shows each check, passed or failed with what was expected, the user and the
    workspaces. Its exit status is 0 only for a token that the service accepts.

    Example: `kanal token --user alice --workspace acme:admin --workspace demo --ttl 600`

    Example: `kanal token --user olga --scope kanal:operate`

    Example: `kanal token --explain - < token.txt`
    """
    if explain is not None:
        if user or workspace or scope:
            raise typer.BadParameter("--explain goes with none of --user, --workspace and --scope")
        from scripts.cli.explain_token import explain_token  # noqa: PLC0415

        with one_line_errors():
            if explain == "-":
                explain = sys.stdin.buffer.read().decode(errors="replace")
            run(explain_token(load_settings(), explain.strip()))
        return
    if user is None or not (workspace or scope):
        raise typer.BadParameter("--user and --workspace or --scope are needed, or --explain")
    with one_line_errors():
        roles = {}
        for text in workspace or []:
            workspace_id, colon, role = text.rpartition(":")
            if not colon:
                workspace_id, role = text, Role.USER.value
            if not workspace_id or role not in list(Role):
                fail(f"--workspace {text}: the role must be one of {', '.join(list(Role))}")
            roles[workspace_id] = Role(role)
        if not user:
            fail("--user must not be empty")
        for word in scope or []:
            if len(word.split()) != 1:
                fail(f"--scope {word}: a scope is one word; name the option once for each")
        settings = load_settings()
        if ttl > settings.jwt_max_lifetime:
            fail(f"--ttl {ttl}: KANAL_JWT_MAX_LIFETIME allows {settings.jwt_max_lifetime}")
        print(sign_token(settings, user, roles, ttl, scope or []))


@app.command()
def tail(
    after: Annotated[int, typer.Option(min=0, help="Begin after this position.")] = 0,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what is appended, until stopped.")
    ] = False,
) -> None:
    """Print the log as JSON lines, one event a line, in the order of positions.

    `log` in a line is the id of the log, which is another one from where the log has lost its end.
    With --follow it then says so on standard error, and goes on from what is left.

    Example: `kanal tail --after 100 --follow`
    """
    from scripts.cli.tail import print_events  # noqa: PLC0415

    with one_line_errors():
        settings = load_settings()
        with database_url(settings) as url:
            run(print_events(url, after=after, follow=follow))


app.add_typer(model_commands.app)
app.add_typer(log_commands.app)
app.add_typer(node_commands.app)
app.add_typer(webhook_commands.app)
app.add_typer(feed_commands.app)


def main() -> None:
    """The entry point of the `kanal` program."""
    app()
