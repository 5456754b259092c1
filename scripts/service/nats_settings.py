"""The type of the setting KANAL_FEED_URL: one or several NATS servers. It may hold a password."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, SecretStr

from persistence.jetstream.credentials import NatsServers


def _checked(value: SecretStr) -> SecretStr:
    NatsServers(value.get_secret_value())
    return value


NatsUrlSetting: TypeAlias = Annotated[SecretStr, AfterValidator(_checked)]
"""`nats://kanal:…@nats.internal:4222`, or several of them, separated by commas."""
