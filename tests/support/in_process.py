"""The service in the test's own process, for what cannot be seen from outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sanic import Sanic

from scripts.service.environment import load_settings
from scripts.service.listening.tcp_socket import bind_port
from scripts.service.serve import create_server
from scripts.service.service import Service
from tests.support.service import limit_settings, token_settings


@asynccontextmanager
async def service_in_process(
    database_url: str, **settings: str
) -> AsyncIterator[tuple[Service, str]]:
    """A service and its URL; `settings` are KANAL_* names in lower case without it."""
    loaded = load_settings(
        {"KANAL_PORT": "0", **token_settings(), **limit_settings()}
        | {f"KANAL_{name.upper()}": value for name, value in settings.items()}
    )
    service = Service(loaded, database_url)
    # Sanic would rewrite its own classes for the app, which it can do once in a process.
    service.app.config.TOUCHUP = False
    with bind_port(loaded.host, loaded.port) as listener:
        try:
            await service.start(failed=lambda: None)
            server = await create_server(service, listener, None)
            await server.startup()
            await server.start_serving()
            try:
                yield service, "http://{}:{}".format(*listener.getsockname())
            finally:
                server.close()
                for connection in list(server.connections):
                    connection.abort()
                await server.wait_closed()
        finally:
            await service.stop()
            Sanic.unregister_app(service.app)
