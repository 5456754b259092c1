"""What makes a log another one, row by row: what a promotion, a restart or a lost end leaves."""

from tests.support.node import Node

LOSE_THE_END = """
DELETE FROM stored_events WHERE notification_id > {0};
UPDATE log_head SET position = {0}
"""

PROMOTE = "UPDATE log_epochs SET timeline = '00000000'"
"""What was recorded of where the log is, is not where it is now."""

RESTART = "UPDATE log_epochs SET server_started_at = server_started_at - interval '1 hour'"


async def look_again(node: Node) -> None:
    """What each new connection is asked."""
    async with node.database.dedicated():
        pass
