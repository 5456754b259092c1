"""The settings, with what each may be and which go together; `environment.py` reads them."""

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from persistence.database.pool import CONNECTIONS, MIN_CONNECTIONS
from persistence.jetstream.credentials import NatsServers
from scripts.service.base_path_setting import BasePathSetting
from scripts.service.host_setting import HostSetting, SocketModeSetting, socket_path
from scripts.service.limit_settings import NetworksSetting, RateSetting, TrustedSetting
from scripts.service.log_lines import LogFormat
from scripts.service.nats_settings import NatsUrlSetting
from scripts.service.tls_settings import PemPathSetting
from scripts.service.token_settings import (
    BaseUrlSetting,
    ListSetting,
    PlaceSetting,
    RolesSetting,
    SecretsSetting,
    UrlSetting,
    check_discoverable,
    split_secrets,
)
from scripts.service.worker_settings import WorkersSetting
from transport.auth.claim_place import ClaimPlace
from transport.auth.keys import public_key
from transport.auth.origins import Origins
from transport.limits.client_address import ClientAddresses
from transport.limits.limits import Allowances
from transport.limits.rate import Rate

MAX_LEEWAY = 300.0
"""Seconds; RFC 7519, 4.1.4: usually no more than a few minutes."""

MIN_SEND_BUFFER = 65_536
"""Bytes; four times what delivery queues for one connection in one turn of the event loop."""


class SettingsError(Exception):
    """Settings that are refused. Each problem is one line that names its setting; the message is
    the first, and says how many others there are."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        first, *others = self.problems
        return f"{first} (and {len(others)} more: see kanal doctor)" if others else first


class Settings(BaseModel):
    """All settings, with their defaults. Secrets are not in the repr."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    database_url: SecretStr | None = None
    database_replica_url: SecretStr | None = None
    database_connections: Annotated[int, Field(ge=MIN_CONNECTIONS, le=1_000)] = CONNECTIONS
    feed_url: NatsUrlSetting | None = None
    feed_credentials: SecretStr | None = None
    feed_ca: PemPathSetting | None = None
    feed_cert: PemPathSetting | None = None
    feed_key: PemPathSetting | None = None
    data_dir: Path = Path(".kanal")
    host: HostSetting = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    socket_mode: SocketModeSetting = 0o660
    tls_cert: PemPathSetting | None = None
    tls_key: PemPathSetting | None = None
    base_path: BasePathSetting = ""
    jwt_secret: SecretsSetting | None = None
    jwt_public_key: str | None = None
    jwt_jwks_url: UrlSetting | None = None
    jwt_issuer: ListSetting | None = None
    jwt_audience: ListSetting | None = None
    jwt_user_claim: PlaceSetting = ClaimPlace.parse("sub")
    jwt_workspaces_claim: PlaceSetting = ClaimPlace.parse("workspaces")
    jwt_roles: RolesSetting = Field(default_factory=dict)
    jwt_leeway: Annotated[float, Field(ge=0, le=MAX_LEEWAY)] = 10.0
    jwt_max_lifetime: Annotated[int, Field(ge=60, le=315_360_000)] = 2_592_000
    cors_origins: list[str] | None = None
    auth_timeout: Annotated[float, Field(gt=0, le=3600)] = 10.0
    resume_limit: Annotated[int, Field(ge=0, le=1_000_000)] = 10_000
    delivery: Literal["direct"] = "direct"
    log_format: LogFormat = "text"
    access_log: bool = False
    send_buffer: Annotated[int, Field(ge=MIN_SEND_BUFFER, le=2**30)] = 1_048_576
    trusted_proxies: TrustedSetting = ()
    rate_commands: RateSetting = Rate(50, 1)
    rate_auth: RateSetting = Rate(10, 1)
    max_connections: Annotated[int, Field(ge=1, le=10_000_000)] = 100_000
    max_connections_per_user: Annotated[int, Field(ge=1, le=10_000_000)] = 100
    max_channels: Annotated[int, Field(ge=1, le=10_000_000)] = 100_000
    webhook_networks: NetworksSetting = ()
    node_url: BaseUrlSetting | None = None
    workers: WorkersSetting = 1
    traces: Annotated[float, Field(ge=0, le=1)] = 0.0
    drain: Annotated[float, Field(ge=0, le=3600)] = 0.0

    @model_validator(mode="before")
    @classmethod
    def _prepare(cls, values: dict[str, Any]) -> dict[str, Any]:
        if isinstance(origins := values.get("cors_origins"), str):
            parts = (part.strip().rstrip("/") for part in origins.split(","))
            values["cors_origins"] = [part for part in parts if part]
        return values

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name, url in (
            ("KANAL_DATABASE_URL", self.database_url),
            ("KANAL_DATABASE_REPLICA_URL", self.database_replica_url),
        ):
            if url and not _is_postgres_url(url.get_secret_value()):
                raise ValueError(f"{name} must be a postgresql:// URL")
        if (self.tls_cert is None) != (self.tls_key is None):
            given, other = ("CERT", "KEY") if self.tls_cert else ("KEY", "CERT")
            raise ValueError(f"KANAL_TLS_{given} goes with KANAL_TLS_{other}: set both, or none")
        if (self.feed_cert is None) != (self.feed_key is None):
            given, other = ("CERT", "KEY") if self.feed_cert else ("KEY", "CERT")
            raise ValueError(f"KANAL_FEED_{given} goes with KANAL_FEED_{other}: set both, or none")
        if self.tls_cert and self.node_url and not self.node_url.startswith("https:"):
            raise ValueError("KANAL_NODE_URL must be https where KANAL_TLS_CERT is set")
        if self.jwt_public_key is not None:
            try:
                public_key(self.public_key_pem())
            except (ValueError, OSError) as error:
                # Without the path of an OSError, which may be a key that is not in PEM.
                why = error.strerror if isinstance(error, OSError) else error
                raise ValueError(
                    f"KANAL_JWT_PUBLIC_KEY must be a PEM public key or a path to one: {why}"
                ) from None
        for issuer in self.discovered_issuers:
            try:
                check_discoverable(issuer)
            except ValueError as error:
                raise ValueError(
                    f"KANAL_JWT_ISSUER: with no key configured, each issuer {error}"
                ) from None
        return self

    def public_key_pem(self) -> str:
        """The public key as PEM text. Raises OSError where its file cannot be read."""
        assert self.jwt_public_key is not None
        text = self.jwt_public_key
        return text if text.lstrip().startswith("-----BEGIN") else Path(text).read_text()

    @property
    def is_loopback(self) -> bool:
        """Whether the service is bound to loopback, or to a socket of the file system, and so
        reachable from this machine alone."""
        if socket_path(self.host):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def with_feed_url(self, url: str) -> Self:
        """With other NATS servers. Raises ValueError."""
        NatsServers(url)
        return self.model_copy(update={"feed_url": SecretStr(url)})

    @property
    def nats_servers(self) -> NatsServers | None:
        """The NATS servers, and what they are shown."""
        if self.feed_url is None:
            return None
        credentials = self.feed_credentials.get_secret_value() if self.feed_credentials else None
        return NatsServers(
            self.feed_url.get_secret_value(),
            credentials=credentials,
            ca=self.feed_ca,
            certificate=self.feed_cert,
            key=self.feed_key,
        )

    @property
    def scheme(self) -> str:
        """Of the URLs at which the service listens."""
        return "https" if self.tls_cert else "http"

    @property
    def jwt_secrets(self) -> list[str]:
        """The HS256 secrets, of which the first signs."""
        return split_secrets(self.jwt_secret.get_secret_value()) if self.jwt_secret else []

    @property
    def discovered_issuers(self) -> list[str]:
        """The issuers whose keys are discovered: all, where no key is configured."""
        return [] if self._has_own_key else self.jwt_issuer or []

    @property
    def has_token_key(self) -> bool:
        return self._has_own_key or bool(self.jwt_issuer)

    @property
    def _has_own_key(self) -> bool:
        return any((self.jwt_secret, self.jwt_public_key, self.jwt_jwks_url))

    @property
    def allowed_origins(self) -> Origins:
        """Whose pages may call; with the development secret also those of this machine."""
        is_development = self.is_loopback and not self.has_token_key
        return Origins(frozenset(self.cors_origins or ()), with_loopback=is_development)

    @property
    def allowances(self) -> Allowances:
        """How much users, addresses and the node may have."""
        return Allowances(
            commands=self.rate_commands,
            authentications=self.rate_auth,
            connections=self.max_connections,
            connections_of_user=self.max_connections_per_user,
            addresses=ClientAddresses(self.trusted_proxies),
        )


def _is_postgres_url(url: str) -> bool:
    """Whether a URL is one of Postgres, which may name several hosts, each with its port."""
    try:
        for host in urlsplit(url).netloc.rpartition("@")[2].split(","):
            urlsplit(f"//{host}").port  # noqa: B018  raises where it is no port
    except ValueError:
        return False
    return url.startswith(("postgresql://", "postgres://"))
