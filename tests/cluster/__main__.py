"""`make cluster`: seeded faults against three nodes behind a balancer without affinity."""

from typing import Annotated

import typer

from tests.cluster.breaking import CLUSTER, KINDS
from tests.faults.console import perform, refuse_unknown
from tests.faults.run import Plan

app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def main(
    seed: Annotated[int, typer.Option(help="The same seed gives the same faults.")] = 1,
    faults: Annotated[int, typer.Option(min=0, help="How many.")] = 25,
    writers: Annotated[int, typer.Option(min=1)] = 3,
    subscribers: Annotated[
        int, typer.Option(min=1, help="kanal-clients; four stock clients listen beside them.")
    ] = 6,
    only: Annotated[
        list[str] | None, typer.Option(help=f"A kind of fault; any of: {', '.join(KINDS)}.")
    ] = None,
) -> None:
    """Break nodes, and the ways between them, and check every promise from what writers and
    subscribers saw.

    Example: `python -m tests.cluster --seed 7 --faults 200`
    """
    refuse_unknown(only or (), CLUSTER)
    perform(Plan(seed, faults, writers, subscribers, tuple(only or ())), CLUSTER)


if __name__ == "__main__":
    app()
