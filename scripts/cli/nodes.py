"""`kanal nodes`: the nodes of the log, as a table or as JSON lines."""

import sys
from datetime import UTC

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from persistence.database.pool import Database
from persistence.nodes.node_list import NodeStatus, list_nodes


async def print_nodes(database_url: str, *, as_json: bool) -> None:
    """Print all nodes of the last minute, the oldest first. Raises Unavailable."""
    database = Database(database_url)
    await database.open()
    try:
        nodes = await list_nodes(database)
    finally:
        await database.close()
    if as_json:
        for node in nodes:
            print(msgspec.json.encode(node).decode())
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("node", "address", "version", "position", "connections", "since", "state"):
        right = heading in ("position", "connections")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for node in nodes:
        table.add_row(*map(Text, _cells(node)))
    # Outside a terminal lines are not wrapped.
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _cells(node: NodeStatus) -> tuple[str, ...]:
    return (
        node.id,
        node.address or "-",
        node.version,
        str(node.position),
        str(node.connections),
        f"{node.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "there" if node.is_there else f"silent for {node.silent:.0f} s",
    )
