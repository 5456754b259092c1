"""The commands that wait: who is in the next batch, and how many of one user."""

from itertools import count

from persistence.log.waiting_commands import AT_WORK, SHARE, WaitingCommands


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def waiting(clock: Clock, *of_users: tuple[str, int], most: int = 10_000) -> WaitingCommands[str]:
    commands = WaitingCommands[str](most=most, clock=clock)
    for user_id, many in of_users:
        for number in range(many):
            commands.put(user_id, f"{user_id} {number}")
    return commands


def test_one_who_is_alone_has_the_whole_batch_in_order() -> None:
    commands = waiting(Clock(), ("alice", 300))
    assert commands.take(256) == [f"alice {number}" for number in range(256)]
    assert len(commands) == 44


def test_a_light_user_is_in_the_next_batch_however_much_another_has_waiting() -> None:
    commands = waiting(Clock(), ("noisy", 5_000), ("light", 1))
    batch = commands.take(256)
    assert "light 0" in batch
    assert len(batch) == SHARE + 1
    assert len(commands) == 5_000 - SHARE


def test_the_share_holds_until_the_others_have_been_away_for_a_while() -> None:
    clock = Clock()
    commands = waiting(clock, ("light", 1), ("noisy", 1_000))
    assert len(commands.take(256)) == SHARE + 1
    commands.put("noisy", "one more")
    assert len(commands.take(256)) == SHARE
    clock.now += AT_WORK + 0.1
    commands.put("noisy", "one more")
    assert len(commands.take(256)) == 256


def test_more_users_than_a_batch_holds_are_all_served_in_turns() -> None:
    commands = waiting(Clock(), *((f"user-{number}", 3) for number in range(100)))
    served = [command for _ in range(6) for command in commands.take(50)]
    assert sorted(served[:100]) == sorted(f"user-{number} 0" for number in range(100))
    assert len(set(served)) == 300
    assert not commands.take(50)


def test_what_one_user_has_waiting_leaves_room_for_others() -> None:
    commands, numbers = waiting(Clock(), most=10), count()
    while not commands.is_full_for("noisy"):
        commands.put("noisy", f"{next(numbers)}")
    assert len(commands) == 5
    assert not commands.is_full_for("light")
    for user_id in ("light", "other"):
        for _ in range(3):
            if not commands.is_full_for(user_id):
                commands.put(user_id, "")
    assert len(commands) == 10
    assert commands.is_full_for("anybody")
    assert len(commands.take_all()) == 10
    assert not commands.is_full_for("noisy")
