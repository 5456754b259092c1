"""Histories made by hand, for tests of what the checker makes of them."""

from copy import deepcopy

from tests.faults.checker import CREATED, RESERVED
from tests.faults.history import Create, Entry, History, Model, Sight

RED, BLUE = "red", "blue"
ALICE, BOB = "alice", "bob"

CHANNELS = [
    (ALICE, RED, False),
    (BOB, BLUE, False),
    (ALICE, RED, True),
    (BOB, RED, False),
    (ALICE, BLUE, False),
    (ALICE, RED, False),
]
"""Who creates where, and whether it is private. Each takes two positions: 1 and 2, 3 and 4, …"""


def channel(number: int, user: str, workspace: str, *, is_private: bool) -> Model:
    return {
        "id": f"00000000-0000-0000-0000-{number:012}",
        "workspaceId": workspace,
        "name": f"channel {number}",
        "description": None,
        "isPrivate": is_private,
        "creatorId": user,
        "createdAt": "2026-01-31T10:28:19.123456Z",
        "updatedAt": "2026-01-31T10:28:19.123456Z",
        "version": 1,
        "position": 2 * number + 1,
    }


def entries(model: Model) -> list[Entry]:
    """What a create puts into the log."""
    state = {
        "timestamp": "2026-01-31T10:28:19.123456+00:00",
        "actor_id": model["creatorId"],
        "workspace_id": model["workspaceId"],
        "name": model["name"],
        "description": model["description"],
        "is_private": model["isPrivate"],
    }
    name = {"channel_id": model["id"].replace("-", ""), "key": model["name"]}
    return [
        Entry(model["position"], model["id"], CREATED, state),
        Entry(model["position"] + 1, f"name of {model['id']}", RESERVED, name),
    ]


def create(model: Model) -> Create:
    """The request that it answers."""
    return Create(
        key=f"key of {model['name']}",
        user=model["creatorId"],
        workspace=model["workspaceId"],
        name=model["name"],
        is_private=model["isPrivate"],
        attempts=1,
        status=201,
        model=model,
        answered_at=float(model["position"]),
    )


def kept_promises() -> History:
    """One in which all promises were kept. `alice` sees all, `bob` is in one workspace."""
    models = [
        channel(number, user, workspace, is_private=is_private)
        for number, (user, workspace, is_private) in enumerate(CHANNELS)
    ]
    public = [model for model in models if not model["isPrivate"]]
    return History(
        creates=[create(model) for model in models],
        log=[entry for model in models for entry in entries(model)],
        sights=[
            Sight("javascript-0", ALICE, (RED, BLUE), begins=0, heard=deepcopy(models)),
            Sight("python-1", BOB, (RED,), begins=2, heard=[deepcopy(models[n]) for n in (3, 5)]),
        ],
        lists={
            (ALICE, RED): [model for model in models if model["workspaceId"] == RED],
            (BOB, RED): [model for model in public if model["workspaceId"] == RED],
            (BOB, BLUE): [model for model in public if model["workspaceId"] == BLUE],
        },
    )
