"""The window of a webhook: what waits, in the order of each channel, and how far that is."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from projections.feed.encoded import EncodedEvent
from transport.webhooks.window import MOST_BYTES, MOST_EVENTS, Window


def event(position: int, channel: str, size: int = 2) -> EncodedEvent:
    return EncodedEvent(position, "channel.updated", b"x" * size, f"log:{position}", channel)


@given(st.integers(0, 2**32))
def test_its_position_is_before_the_first_that_is_not_delivered(seed: int) -> None:
    """However events are delivered and the log is read, and whenever another goes on from there."""
    chance = Random(seed)
    log = [event(position, chance.choice("abc")) for position in range(2, 60, 2)]
    window, rest, sent = Window(0), list(log), list[int]()
    while len(sent) < len(log):
        firsts = window.firsts()
        if rest and (not firsts or chance.random() < 0.3):
            page, rest = rest[: (count := chance.randint(1, 5))], rest[count:]
            window.add(page, looked=page[-1].position + 1)
        elif firsts:
            waiting = chance.choice(firsts)
            sent.append(waiting.position)
            window.delivered(waiting)
        first = next((each.position for each in log if each.position not in sent), 999)
        assert window.position == min(first - 1, window.looked)
        assert window.ahead == sorted(each for each in sent if each > window.position)
        if chance.random() < 0.1:
            window = Window(window.position, window.ahead)
            rest = [each for each in log if each.position > window.position]
    for channel in "abc":
        positions = [each for each in sent if log[each // 2 - 1].subject == channel]
        assert positions == sorted(positions)


def test_it_is_bounded_in_events_and_in_bytes() -> None:
    window = Window(0)
    window.add([event(n, str(n)) for n in range(1, MOST_EVENTS + 1)], looked=MOST_EVENTS)
    assert window.room == 0
    for waiting in window.firsts()[1:]:
        window.delivered(waiting)
    assert window.room == 0, "what is delivered beyond the first that waits counts as well"
    window.delivered(window.firsts()[0])
    assert window.room == MOST_EVENTS
    large = Window(0)
    large.add([event(1, "a", size=MOST_BYTES)], looked=1)
    assert large.room == 0
