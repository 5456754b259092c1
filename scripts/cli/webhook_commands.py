"""The subcommands of `kanal webhooks`: where events of the log are sent, and how that goes."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.cli.command import database_url, one_line_errors, run
from scripts.service.environment import load_settings

if TYPE_CHECKING:
    from transport.operator.registrations import Registrations

app = typer.Typer(
    name="webhooks",
    no_args_is_help=True,
    help="Where events of the log are sent: register, watch, pause, resume, replay, remove.",
)

Id = Annotated[str, typer.Argument(metavar="ID", help="The webhook's, as `list` shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, with all fields.")]


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False) -> None:
    """Print all webhooks: state, position, how far behind that is, and what failed last.

    A webhook is `active`, `paused` by an operator, or `failing`: paused by the service because it
    had failed for too long.

    Example: `kanal webhooks list`, `kanal webhooks list --json`
    """
    from scripts.cli.webhooks import print_all  # noqa: PLC0415

    _run(lambda registrations: print_all(registrations, as_json=as_json))


@app.command()
def add(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="https://…; http:// too where KANAL_WEBHOOK_NETWORKS has its address.",
        ),
    ],
    workspace: Annotated[
        list[str] | None,
        typer.Option(metavar="W", help="Events of this workspace, or these; by default of all."),
    ] = None,
    type_: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            metavar="T",
            help="Events of this type, or these, such as channel.created; by default all.",
        ),
    ] = None,
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    after: Annotated[
        str | None,
        typer.Option(
            metavar="P",
            help="Begin behind this position, or the event with this id; by default with what"
            " happens from now on. 0 is the whole log.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Have events sent to a URL, and print the secret that they are signed with.

    The secret (Standard Webhooks, `whsec_…`) is shown this once; `new-secret` makes another.

    Example: `kanal webhooks add https://search.example/kanal --type channel.created --after 0`
    """
    from scripts.cli.webhooks import add  # noqa: PLC0415
    from transport.schemas.webhooks import NewWebhookBody  # noqa: PLC0415

    body = NewWebhookBody(
        url=url, workspaces=workspace, types=type_, description=description, after=after
    )
    _run(lambda registrations: add(registrations, body, as_json=as_json))


@app.command()
def show(webhook_id: Id, as_json: AsJson = False) -> None:
    """Print all that is known of a webhook, but its secret.

    Example: `kanal webhooks show 5f0c3a52-7f0e-4c57-a7ef-6c1c8f3ad7b1`
    """
    from scripts.cli.webhooks import show  # noqa: PLC0415

    _run(lambda registrations: show(registrations, webhook_id, as_json=as_json))


@app.command()
def pause(webhook_id: Id) -> None:
    """Send nothing to a webhook until it is resumed. Its position is kept.

    Example: `kanal webhooks pause 5f0c3a52-7f0e-4c57-a7ef-6c1c8f3ad7b1`
    """
    from scripts.cli.webhooks import pause  # noqa: PLC0415

    _run(lambda registrations: pause(registrations, webhook_id))


@app.command()
def resume(webhook_id: Id) -> None:
    """Send again to a webhook that was paused or is failing, at once and from where it was.

    Example: `kanal webhooks resume 5f0c3a52-7f0e-4c57-a7ef-6c1c8f3ad7b1`
    """
    from scripts.cli.webhooks import resume  # noqa: PLC0415

    _run(lambda registrations: resume(registrations, webhook_id))


@app.command()
def replay(
    webhook_id: Id,
    after: Annotated[
        str,
        typer.Option(metavar="P", help="A position, or an event's id; 0 is the whole log."),
    ],
) -> None:
    """Send all that lies behind a position, once more or leaving out what comes before.

    A webhook that was paused or is failing is resumed by it.

    Example: `kanal webhooks replay 5f0c3a52-7f0e-4c57-a7ef-6c1c8f3ad7b1 --after 1200`
    """
    from scripts.cli.webhooks import replay  # noqa: PLC0415

    _run(lambda registrations: replay(registrations, webhook_id, after))


@app.command("new-secret")
def new_secret(webhook_id: Id) -> None:
    """Give a webhook another secret and print it; the one until now signs beside it for 24 hours.

    Example: `kanal webhooks new-secret 5f0c3a52-7f0e-4c57-a7ef-6c1c8f3ad7b1`
    """
    from scripts.cli.webhooks import new_secret  # noqa: PLC0415

    _run(lambda registrations: new_secret(registrations, webhook_id))


@app.command()
def remove(webhook_id: Id) -> None:
    """Send nothing to a webhook any more, and forget it.

    Example: `kanal webhooks remove 5f0c3a52-7f0e-4c57-a7ef-6c1c8f3ad7b1`
    """
    from scripts.cli.webhooks import remove  # noqa: PLC0415

    _run(lambda registrations: remove(registrations, webhook_id))


def _run(act: "Callable[[Registrations], Awaitable[None]]") -> None:
    from scripts.cli.webhooks import with_registrations  # noqa: PLC0415

    with one_line_errors():
        settings = load_settings()
        with database_url(settings) as url:
            run(with_registrations(url, settings.webhook_networks, act))
