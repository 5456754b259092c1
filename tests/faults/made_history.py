"""Histories made by hand, for tests of what the checker makes of them."""

from collections.abc import Sequence
from copy import deepcopy
from itertools import takewhile

from tests.faults.checker import RESERVED
from tests.faults.history import (
    LIVE,
    Create,
    Entry,
    Hearing,
    History,
    Model,
    Rewind,
    Shown,
    Sight,
    Spell,
)
from tests.faults.models import CREATED, is_visible

RED, BLUE = "red", "blue"
LOG, NEW_LOG = "log", "log after the loss"
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


def create(model: Model, *, at: float | None = None) -> Create:
    """The request that it answers, at a time that is its position unless another is said."""
    at = float(model["position"]) if at is None else at
    return Create(
        key=f"key of {model['name']}",
        user=model["creatorId"],
        workspace=model["workspaceId"],
        name=model["name"],
        is_private=model["isPrivate"],
        attempts=1,
        status=201,
        model=model,
        node="node",
        asked_at=at - 0.5,
        answered_at=at,
    )


def seen(name: str, user: str, workspace: str, *states: tuple[int, Sequence[Model]]) -> Sight:
    """What a kanal-client has shown, live: positions, and the list at each."""
    sight = Sight(name, user, workspace)
    sight.states += [Shown(0.0, status, 0, None, 0, []) for status in ("connecting", "catching-up")]
    for position, models in states:
        show(sight, models, position)
    return sight


def show(
    sight: Sight, models: Sequence[Model], position: int, *, log: str = LOG, status: str = LIVE
) -> None:
    """Let it show another state, at a time that is its position."""
    before = shown_by(sight)
    pairs = zip(before, models, strict=False)
    kept = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    rest = deepcopy(list(models[kept:]))
    sight.states.append(Shown(float(position), status, position, log, kept, rest))


def shown_by(sight: Sight) -> list[Model]:
    """The channels that it shows in the end."""
    shown: list[Model] = []
    for state in sight.states:
        shown[state.kept :] = state.rest
    return shown


def tell(history: History, model: Model) -> None:
    """Let everybody hear of a channel who may see it."""
    for hearing in history.hearings:
        if model["workspaceId"] in hearing.workspaces and is_visible(model, hearing.user):
            hearing.heard.append(deepcopy(model))
    for sight in history.sights:
        if model["workspaceId"] == sight.workspace and is_visible(model, sight.user):
            shown = [*shown_by(sight), model]
            show(sight, shown, model["position"], log=history.epochs[-1])


def growing(models: Sequence[Model]) -> list[tuple[int, Sequence[Model]]]:
    """The states of somebody who is told of one after the other."""
    return [(0, []), *((one["position"], models[: n + 1]) for n, one in enumerate(models))]


def spell(begins: int, heard: Sequence[Model], *, at: float = 0.0) -> Spell:
    """What a stock client saw that has heard of these, and of nothing since."""
    place = max([begins, *(model["position"] for model in heard)])
    return Spell(at, begins, place, deepcopy(list(heard)))


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
        epochs=(LOG,),
        sights=[
            seen("kanal-0", ALICE, RED, *growing([models[n] for n in (0, 2, 3, 5)])),
            seen("kanal-1", BOB, RED, *growing([models[n] for n in (0, 3, 5)])),
        ],
        hearings=[
            Hearing("javascript-0", ALICE, (RED, BLUE), [spell(0, models)]),
            Hearing("python-1", BOB, (RED,), [spell(2, [models[n] for n in (3, 5)])]),
        ],
        lists={
            (ALICE, RED): [model for model in models if model["workspaceId"] == RED],
            (BOB, RED): [model for model in public if model["workspaceId"] == RED],
            (BOB, BLUE): [model for model in public if model["workspaceId"] == BLUE],
        },
    )


FORK = 6
"""The last position that the replica had: that of the third channel's name."""


def rewound() -> History:
    """One in which the last three channels were lost at 20 s, two others took their positions, and
    all promises were kept. `alice` had seen the lost ones and is told so, `bob` had not, and so it
    is with their kanal-clients."""
    history = kept_promises()
    kept, lost = history.creates[:3], history.creates[3:]
    old, gone = ([create.model for create in creates if create.model] for creates in (kept, lost))
    new = [
        channel(6, ALICE, RED, is_private=False) | {"position": 7},
        channel(7, BOB, BLUE, is_private=False) | {"position": 9},
    ]
    alice, bob = history.hearings
    alice.spells.append(spell(FORK, new, at=21.0))
    bob.spells[:] = [spell(2, new[:1])]
    one, other = history.sights
    for status in ("away", "catching-up"):
        show(one, shown_by(one), 11, status=status)
    show(one, [old[0], old[2]], FORK, log=NEW_LOG)
    other.states[-2:] = []
    for sight in history.sights:
        show(sight, [*shown_by(sight), new[0]], 7, log=NEW_LOG)
    history.creates += [create(model, at=22.0) for model in new]
    lost_entries = [each for model in gone for each in entries(model)]
    history.rewinds.append(Rewind(20.0, FORK, lost_entries, history.epochs))
    history.epochs = (LOG, NEW_LOG)
    history.log[FORK:] = [entry for model in new for entry in entries(model)]
    history.lists = {
        (ALICE, RED): [old[0], old[2], new[0]],
        (BOB, RED): [old[0], new[0]],
        (BOB, BLUE): [old[1], new[1]],
    }
    return history
