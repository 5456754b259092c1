"""Fixtures of the benchmarks' own tests: the real Postgres of all tests."""

from tests.conftest import postgres_url

__all__ = ["postgres_url"]
