"""Fixtures of the relay's tests."""

from tests.support.nats_fixtures import nats_program, nats_server

__all__ = ["nats_program", "nats_server"]
