"""`make faults`: seeded faults against the real service, and what the checker says of it all."""

import sys
from typing import Annotated

import typer

from tests.faults.breaking import KINDS
from tests.faults.console import perform, refuse_unknown
from tests.faults.planted import PLANTED
from tests.faults.run import FAULTS, Plan

app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def main(
    seed: Annotated[int, typer.Option(help="The same seed gives the same faults.")] = 1,
    faults: Annotated[int, typer.Option(min=0, help="How many.")] = 35,
    writers: Annotated[
        int, typer.Option(min=1, help="Fewer for a long run: its log is published anew, and again.")
    ] = 4,
    subscribers: Annotated[
        int,
        typer.Option(
            min=1, help="kanal-clients, besides four stock clients, four readers of the feed."
        ),
    ] = 6,
    only: Annotated[
        list[str] | None, typer.Option(help=f"A kind of fault; any of: {', '.join(KINDS)}.")
    ] = None,
    plant: Annotated[
        str | None,
        typer.Option(help=f"A fault of the service itself, to be found: {', '.join(PLANTED)}."),
    ] = None,
) -> None:
    """Break things for a while and check every promise from what writers and subscribers saw.

    Subscribers are kanal-clients of both languages over each transport, stock clients, and services
    that read the feed.

    Example: `python -m tests.faults --seed 7 --faults 200 --writers 2`
    """
    refuse_unknown(only or (), FAULTS)
    if plant is not None and plant not in PLANTED:
        sys.exit(f"nothing to plant is called {plant!r}; there are: {', '.join(PLANTED)}")
    perform(Plan(seed, faults, writers, subscribers, tuple(only or ()), plant), FAULTS)


if __name__ == "__main__":
    app()
