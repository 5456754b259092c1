"""Nodes: all that serve the log, and what they complain of, in plain words."""

from tests.support.operating import Operator
from tests.support.service import RunningService


async def test_all_are_listed_the_oldest_first_with_what_they_say_of_themselves(
    nodes: list[RunningService], olga: Operator
) -> None:
    answer = await olga.get("/nodes")
    first, second = answer["nodes"]
    assert first["since"] < second["since"]
    assert (first["isAsked"], second["isAsked"]) == (True, False)
    for node in answer["nodes"]:
        assert node["isThere"]
        assert (node["missing"], node["building"], node["alarms"]) == ([], [], [])
        assert node["alarmsDropped"] == 0
        assert node["address"].endswith(".sock") or node["address"].startswith("http")
    page = await olga.get("/log", limit=1)
    assert (answer["head"], answer["log"]) == (page["position"], page["log"])
