"""The file of a log: what is written is read back, and nothing else is taken for it."""

import hashlib
import json
import re
import zlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from persistence.transfer.log_file import LogFileReader
from tests.support.log_files import LOG, SPOILT, STREAM, a_file, a_line, read

FILE = a_file(*(a_line(position) for position in range(1, 5)))
LINES = FILE.splitlines(keepends=True)

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
STATES = st.binary() | st.dictionaries(st.text(), ANY_JSON).map(lambda d: json.dumps(d).encode())
"""What a database may hold: any bytes, and mostly JSON."""


@given(STATES | ANY_JSON.map(lambda value: json.dumps(value, indent=1).encode()))
def test_any_state_comes_back_byte_for_byte(state: bytes) -> None:
    (event,) = read(a_file(a_line(1, state)))
    assert event.stored_state == state


@given(st.lists(STATES, max_size=3))
def test_every_line_is_json_whatever_the_states(states: list[bytes]) -> None:
    file = a_file(*(a_line(position, state) for position, state in enumerate(states, 1)))
    assert file.count(b"\n") == len(states) + 2
    for line in file.decode().split("\n")[:-1]:
        assert isinstance(json.loads(line), dict)


def test_the_lines_are_as_they_are_documented() -> None:
    header, first, *_, trailer = map(json.loads, LINES)
    assert header | {"crc32": ""} == {
        "kanal": "log", "format": 2, "log": str(LOG), "head": 4, "crc32": "",
        "epochs": [{"log": str(LOG), "first": 1, "began": "2026-01-31T00:00:00Z"}],
    }  # fmt: skip
    assert first | {"crc32": ""} == {
        "position": 1, "stream": str(STREAM), "version": 1, "topic": "topic",
        "workspace": "Отдел 7", "state": {"a": "é"}, "crc32": "",
    }  # fmt: skip
    sha256 = hashlib.sha256(b"".join(LINES[:-1])).hexdigest()
    assert trailer | {"crc32": ""} == {"events": 4, "sha256": sha256, "crc32": ""}
    for line in LINES:
        content, _, end = line.rpartition(b',"crc32":"')
        assert end == b'%08x"}\n' % zlib.crc32(content)


def test_a_state_that_no_line_can_hold_as_it_is_is_in_base64() -> None:
    for state in (b"", b"\xff", b"null", b'{"a":\n1}', b'{"a":"\xff"}', b'{"a":NaN}', b'{"a":1}}'):
        line = a_file(a_line(1, state)).splitlines()[1]
        assert b'"state_base64":' in line
        assert b'"state":' not in line


def a_header(line: bytes) -> bytes:
    """A header with these contents, and the checksum that goes with them."""
    content = line.partition(b',"crc32":"')[0].removesuffix(b"}")
    return content + b',"crc32":"%08x"}\n' % zlib.crc32(content)


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT)
def test_what_happens_to_files_is_noticed_with_the_line(spoil: Any, said: str) -> None:
    with pytest.raises(Invalid, match=said) as refusal:
        read(spoil(FILE))
    assert re.match(r"line \d+: expected ", refusal.value.message)
    assert "\n" not in refusal.value.message


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed_with_its_line(place: int, difference: int) -> None:
    spoilt = bytearray(FILE)
    spoilt[place] ^= difference
    line = FILE.count(b"\n", 0, place) + 1
    with pytest.raises(Invalid, match=f"^line {line}: "):
        read(bytes(spoilt))


@given(st.integers(0, len(FILE) - 1))
def test_a_file_that_is_cut_off_anywhere_is_noticed_with_the_line(length: int) -> None:
    line = FILE.count(b"\n", 0, length) + 1
    with pytest.raises(Invalid, match=f"^line {line}: "):
        read(FILE[:length])


@given(st.permutations(range(len(LINES))))
def test_lines_in_another_order_are_noticed(order: list[int]) -> None:
    if order != sorted(order):
        wrong = next(place for place, line in enumerate(order) if place != line)
        with pytest.raises(Invalid, match=f"^line {wrong + 1}: "):
            read(b"".join(LINES[line] for line in order))


def test_a_line_of_another_log_is_noticed_at_the_end() -> None:
    """It is whole in itself and in its place."""
    other = a_file(*(a_line(position, b'{"b":0}') for position in range(1, 5)))
    mixed = [*LINES[:2], other.splitlines(keepends=True)[2], *LINES[3:]]
    with pytest.raises(Invalid, match=r"^line 6: expected 4 events and the SHA-256 \w{64}, found"):
        read(b"".join(mixed))


def test_a_format_of_the_future_is_refused_by_name() -> None:
    header = a_header(LINES[0].replace(b'"format":2', b'"format":3'))
    with pytest.raises(Invalid, match=r"^line 1: expected .* format 2, found format 3$"):
        LogFileReader([header])


def test_a_file_from_before_there_were_epochs_has_one() -> None:
    header = a_header(b'{"kanal":"log","format":1,"log":"%s","head":0}' % str(LOG).encode())
    (epoch,) = LogFileReader([header]).header.lineage
    assert (epoch.log, epoch.first) == (LOG, 1)


@pytest.mark.parametrize(
    "epochs",
    [
        b"[]",
        b'[{"log":"3f0c4c6e-7c53-4a5e-9a53-0d9f6f6f4b51","first":1,"began":null}]',
        b'[{"log":"%(log)s","first":1,"began":null},{"log":"%(log)s","first":2,"began":null}]',
        b'[{"log":"%(log)s","first":0,"began":null}]',
    ],
    ids=["none", "ends with another log", "one twice", "begins before the log"],
)
def test_epochs_that_are_not_those_of_the_log_are_refused(epochs: bytes) -> None:
    log = str(LOG).encode()
    epochs = epochs.replace(b"%(log)s", log)
    header = a_header(b'{"kanal":"log","format":2,"log":"%s","head":0,"epochs":%s}' % (log, epochs))
    with pytest.raises(Invalid, match=r"^line 1: "):
        LogFileReader([header])


@pytest.mark.parametrize(
    "content",
    [
        b"[1",
        b'{"position":1',
        b'{"position":1,"stream":"x","version":1,"topic":"t","workspace":null,"state":{}',
        LINES[1].rpartition(b',"state"')[0],
        LINES[1].rpartition(b',"crc32"')[0] + b',"state_base64":"AA=="',
        LINES[1].replace(b'"version":1', b'"version":9223372036854775808').rpartition(b",")[0],
    ],
    ids=["no object", "a part", "no stream id", "no state", "two states", "no bigint"],
)
def test_a_line_that_is_no_event_is_refused_though_its_checksum_is_right(content: bytes) -> None:
    line = content + b',"crc32":"%08x"}\n' % zlib.crc32(content)
    with pytest.raises(Invalid, match=r"^line 2: expected the event at position 1 of 4, found "):
        read(b"".join([LINES[0], line]))


def test_a_file_that_cannot_be_read_on_is_refused_with_the_line() -> None:
    def lines() -> Any:
        yield from LINES[:3]
        raise OSError(5, "Input/output error")

    with pytest.raises(Invalid, match=r"^line 4: .* cannot be read: Input/output error"):
        list(LogFileReader(lines()).events())


def test_checksums_are_of_the_bytes_and_not_of_what_they_mean() -> None:
    line = json.dumps(json.loads(LINES[1]), ensure_ascii=False).encode() + b"\n"
    with pytest.raises(Invalid, match="does not match its checksum"):
        read(b"".join([LINES[0], line, *LINES[2:]]))
    assert msgspec.json.decode(line) == msgspec.json.decode(LINES[1])
