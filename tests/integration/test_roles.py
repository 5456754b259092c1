"""Kanal as a role that an administrator has made: with settings of its own, and without rights."""

import logging
import re
import traceback
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import asyncpg
import pytest

from domain.errors import Unavailable
from persistence.database.pool import Database
from persistence.log.stored_events import StoredEvents
from tests.support.background import eventually, running
from tests.support.events import channel_created
from tests.support.node import open_node
from tests.support.postgres import ask

SETTINGS = {
    "default_transaction_isolation": "serializable",
    "default_transaction_read_only": "on",
    "idle_in_transaction_session_timeout": "2s",
    "idle_session_timeout": "2s",
    "jit": "on",
    "lock_timeout": "2s",
    "statement_timeout": "2s",
    "synchronous_commit": "off",
    "transaction_timeout": "2s",
}


@pytest.fixture
async def role(admin: asyncpg.Connection) -> AsyncIterator[str]:
    """One that may log in and nothing more; with a name that has to be quoted."""
    name = f"rôle {uuid4().hex}"
    await admin.execute(f'CREATE ROLE "{name}" LOGIN')
    yield name
    await admin.execute(f'DROP OWNED BY "{name}"; DROP ROLE "{name}"')


@pytest.fixture
def role_url(role: str, database_url: str) -> str:
    return urlsplit(database_url)._replace(netloc=f"{quote(role)}@").geturl()


@pytest.fixture
async def may_create(admin: asyncpg.Connection, role: str, database_url: str) -> None:
    await admin.execute(f'GRANT CREATE ON SCHEMA public TO "{role}"')
    await admin.execute(f'GRANT CREATE ON DATABASE {urlsplit(database_url).path[1:]} TO "{role}"')


async def open_and_close(url: str) -> None:
    database = Database(url)
    await database.open()
    await database.close()


@pytest.mark.usefixtures("may_create")
async def test_what_is_set_for_a_role_does_not_hold_for_a_session_of_ours(
    admin: asyncpg.Connection, role: str, role_url: str
) -> None:
    for name, value in SETTINGS.items():
        await admin.execute(f"ALTER ROLE \"{role}\" SET {name} = '{value}'")
    async with open_node(role_url) as node:
        runner = node.runner()
        async with running(runner.run()):
            await node.list_reached(await node.log.append([channel_created()], "demo"))
        async with node.database.acquire() as pooled, node.database.dedicated() as dedicated:
            for connection in (pooled, dedicated):
                held = {name: await connection.fetchval(f"SHOW {name}") for name in SETTINGS}
                assert held == {
                    **dict.fromkeys(SETTINGS, "0"),
                    "default_transaction_isolation": "read committed",
                    "default_transaction_read_only": "off",
                    "jit": "off",
                    "synchronous_commit": "on",
                }


async def test_a_role_is_told_which_rights_to_be_granted_and_nothing_is_made_before(
    admin: asyncpg.Connection, role_url: str
) -> None:
    with pytest.raises(Unavailable, match="cannot be used: a right is missing: GRANT") as refused:
        await open_and_close(role_url)
    grants = re.findall(r"GRANT [^;]+", refused.value.message)
    assert len(grants) == 2
    for grant in grants:
        with pytest.raises(Unavailable, match=re.escape(grant)):
            await open_and_close(role_url)
        assert await admin.fetchval("SELECT to_regclass('kanal_migrations')") is None
        await admin.execute(grant)
    await open_and_close(role_url)


@pytest.mark.usefixtures("may_create")
async def test_rights_that_are_taken_back_make_the_database_unavailable_until_they_are_given_again(
    admin: asyncpg.Connection, role: str, role_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(role_url)
    await database.open()
    await admin.execute(f'REVOKE ALL ON log_head FROM "{role}"')
    with pytest.raises(Unavailable) as refused:
        await StoredEvents(database).head()
    assert caplog.messages == ["database away: permission denied for table log_head"]
    assert "log_head" not in refused.value.message
    await admin.execute(f'GRANT ALL ON log_head TO "{role}"')
    assert await StoredEvents(database).head() == 0
    await database.close()


@pytest.mark.usefixtures("may_create")
async def test_a_role_that_is_let_in_no_more_is_waited_for_and_the_reason_is_logged(
    admin: asyncpg.Connection, role: str, role_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with open_node(role_url) as node:
        await admin.execute(f'ALTER ROLE "{role}" NOLOGIN')
        await admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1", role
        )

        async def is_logged() -> bool:
            return "is not permitted to log in" in caplog.text

        await eventually(is_logged)
        with pytest.raises(Unavailable) as refused:
            await node.stored.head()
        assert role not in refused.value.message
        await admin.execute(f'ALTER ROLE "{role}" LOGIN')

        async def is_back() -> bool:
            try:
                return await node.stored.head() == 0 and node.wakeup.is_listening
            except Unavailable:
                return False

        await eventually(is_back)


@pytest.fixture
async def asked_for_password(
    admin: asyncpg.Connection, role: str, role_url: str
) -> AsyncIterator[None]:
    """The server lets in the role, unlike others, by its password."""
    await admin.execute(f"ALTER ROLE \"{role}\" PASSWORD 'r1ght-word'")
    file = Path(await admin.fetchval("SHOW hba_file"))
    before = file.read_text()
    file.write_text(f'local all "{role}" scram-sha-256\n{before}')
    await admin.execute("SELECT pg_reload_conf()")

    async def asks() -> bool:
        """It reads its files a moment after it was told to."""
        try:
            await (await asyncpg.connect(role_url, password="none")).close()
        except asyncpg.InvalidPasswordError:
            return True
        return False

    await eventually(asks)
    yield
    file.write_text(before)
    await admin.execute("SELECT pg_reload_conf()")


@pytest.mark.usefixtures("may_create", "asked_for_password")
@pytest.mark.parametrize("source", ["url", "passfile", "PGPASSWORD"])
async def test_a_password_that_is_refused_is_not_told(
    role_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
) -> None:
    wrong, url = "wr0ng-word", role_url
    passfile = tmp_path / "passfile"
    passfile.write_text(f"*:*:*:*:{wrong}")
    passfile.chmod(0o600)
    match source:
        case "url":
            url = role_url.replace("@", f":{wrong}@")
        case "passfile":
            url = f"{role_url}&passfile={passfile}"
        case "PGPASSWORD":
            monkeypatch.setenv("PGPASSWORD", wrong)
    with pytest.raises(Unavailable, match="refuses: password authentication failed") as refused:
        await open_and_close(url)
    told = "".join(traceback.format_exception(refused.value)) + caplog.text
    assert wrong not in told
    await open_and_close(role_url.replace("@", ":r1ght-word@"))


@pytest.mark.parametrize(("encoding", "keeps_all"), [("LATIN1", False), ("SQL_ASCII", True)])
async def test_a_database_that_cannot_keep_every_text_is_refused(
    postgres_url: str, encoding: str, *, keeps_all: bool
) -> None:
    """Before an event is recorded that no read model could take in."""
    name = f"test_{uuid4().hex}"
    await ask(
        postgres_url,
        f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0",
    )
    url = urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    if keeps_all:
        await open_and_close(url)
    else:
        with pytest.raises(Unavailable, match=f"its encoding, {encoding}, cannot keep every text"):
            await open_and_close(url)
