"""The settings: what the environment may say, and what stops the start in one line."""

import os
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from domain.actor import Role
from persistence.jetstream.credentials import NatsServers
from scripts.service.environment import load_settings
from scripts.service.service_links import passed_over
from scripts.service.settings import Settings, SettingsError
from tests.support.keys import EC, ODD_CURVE_PEM, RSA, Pair, private_pem, public_pem, rsa_key
from transport.auth.claim_place import ClaimPlace
from transport.auth.origins import Origins
from transport.limits.rate import Rate

SECRET = "a canary that sings to nobody, ever"


KEYS = {
    "KANAL_JWT_SECRET": SECRET,
    "KANAL_JWT_PUBLIC_KEY": public_pem(RSA),
    "KANAL_JWT_JWKS_URL": "https://issuer.example/jwks.json",
}


def refused(**environment: str) -> str:
    with pytest.raises(SettingsError) as error:
        load_settings(environment)
    message = str(error.value)
    assert "\n" not in message
    return message


def test_all_that_is_wrong_is_told_at_once_and_the_first_of_it_in_one_line() -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({"KANAL_PRT": "9000", "KANAL_PORT": "high", "KANAL_DRAIN": "no"})
    unknown, *values = error.value.problems
    assert unknown.startswith("unknown setting KANAL_PRT;")
    assert sorted(value.partition(":")[0] for value in values) == ["KANAL_DRAIN", "KANAL_PORT"]
    assert str(error.value) == f"{unknown} (and 2 more: see kanal doctor)"


def test_what_cannot_be_read_is_not_taken_for_missing_as_well(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    message = refused(KANAL_TLS_CERT_FILE=gone, KANAL_TLS_KEY="key.pem")
    assert message.startswith("KANAL_TLS_CERT_FILE: the file cannot be read")
    assert "more" not in message


def test_everything_has_a_default() -> None:
    settings = load_settings({})
    assert settings.database_url is None
    assert settings.database_connections == 16
    assert settings.database_replica_url is None
    assert (settings.feed_url, settings.feed_credentials, settings.nats_servers) == (None,) * 3
    assert (settings.feed_ca, settings.feed_cert, settings.feed_key) == (None,) * 3
    assert settings.data_dir == Path(".kanal")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.socket_mode == 0o660
    assert settings.base_path == ""
    assert (settings.tls_cert, settings.tls_key, settings.scheme) == (None, None, "http")
    assert settings.jwt_secret is None
    assert settings.jwt_public_key is None
    assert settings.jwt_jwks_url is None
    assert settings.jwt_issuer is None
    assert settings.jwt_audience is None
    assert settings.jwt_leeway == 10
    assert settings.jwt_user_claim == ClaimPlace.parse("sub")
    assert settings.jwt_workspaces_claim == ClaimPlace.parse("workspaces")
    assert settings.jwt_roles == {}
    assert settings.allowed_origins == Origins(with_loopback=True)
    assert settings.auth_timeout == 10
    assert (settings.resume_limit, settings.send_buffer) == (10_000, 2**20)
    assert settings.delivery == "direct"
    assert (settings.log_format, settings.access_log, settings.traces) == ("text", False, 0)
    assert settings.trusted_proxies == ()
    assert (settings.rate_commands, settings.rate_auth) == (Rate(50, 1), Rate(10, 1))
    assert (settings.max_connections, settings.max_connections_per_user) == (100_000, 100)
    assert settings.max_channels == 100_000
    assert settings.webhook_networks == ()
    assert settings.node_url is None
    assert (settings.workers, settings.drain) == (1, 0)
    assert settings.is_loopback
    assert not settings.has_token_key


def test_everything_can_be_set() -> None:
    settings = load_settings(
        {
            "KANAL_DATABASE_URL": "postgresql://kanal:secret@db:5432/kanal",
            "KANAL_DATA_DIR": "/var/lib/kanal",
            "KANAL_HOST": "0.0.0.0",
            "KANAL_PORT": "9000",
            "KANAL_SOCKET_MODE": "0600",
            "KANAL_BASE_PATH": "/kanal/eu/",
            "KANAL_TLS_CERT": "/etc/kanal/tls.pem",
            "KANAL_TLS_KEY": "/etc/kanal/tls.key",
            "KANAL_JWT_SECRET": SECRET,
            "KANAL_JWT_PUBLIC_KEY": public_pem(RSA),
            "KANAL_JWT_JWKS_URL": "https://issuer.example/jwks.json",
            "KANAL_JWT_ISSUER": "https://issuer.example, https://another.example/",
            "KANAL_JWT_AUDIENCE": "kanal,api://kanal",
            "KANAL_JWT_USER_CLAIM": "/ext/user",
            "KANAL_JWT_WORKSPACES_CLAIM": "https://app.example/workspaces",
            "KANAL_JWT_ROLES": "owner=admin, org:member = user",
            "KANAL_JWT_LEEWAY": "2.5",
            "KANAL_JWT_MAX_LIFETIME": "86400",
            "KANAL_CORS_ORIGINS": "https://a.example, https://b.example",
            "KANAL_AUTH_TIMEOUT": "2.5",
            "KANAL_RESUME_LIMIT": "500",
            "KANAL_SEND_BUFFER": "65536",
            "KANAL_DELIVERY": "direct",
            "KANAL_TRUSTED_PROXIES": "10.0.0.0/8, fd00::1,unix",
            "KANAL_RATE_COMMANDS": "5/minute",
            "KANAL_RATE_AUTH": "off",
            "KANAL_MAX_CONNECTIONS": "7",
            "KANAL_MAX_CONNECTIONS_PER_USER": "3",
            "KANAL_MAX_CHANNELS": "10",
            "KANAL_WEBHOOK_NETWORKS": "10.1.0.0/16, ::1",
            "KANAL_NODE_URL": "https://node-1.example/kanal",
            "KANAL_WORKERS": "2",
            "KANAL_DRAIN": "7.5",
            "KANAL_TRACES": "0.25",
            "KANAL_LOG_FORMAT": "json",
            "KANAL_ACCESS_LOG": "true",
            "KANAL_DATABASE_CONNECTIONS": "10",
            "KANAL_DATABASE_REPLICA_URL": "postgresql://kanal:secret@replica/kanal",
            "KANAL_FEED_URL": "tls://kanal:secret@a:4222, tls://b",
            "KANAL_FEED_CREDENTIALS": "/run/secrets/nats.creds",
            "KANAL_FEED_CA": "/etc/kanal/ca.pem",
            "KANAL_FEED_CERT": "/etc/kanal/relay.pem",
            "KANAL_FEED_KEY": "/etc/kanal/relay.key",
            "PATH": "/bin",
            "KANALISATION": "not ours",
        }
    )
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://kanal:secret@db:5432/kanal"
    assert settings.data_dir == Path("/var/lib/kanal")
    assert (settings.host, settings.port) == ("0.0.0.0", 9000)
    assert settings.socket_mode == 0o600
    assert settings.base_path == "/kanal/eu"
    assert (settings.tls_cert, settings.tls_key) == (
        Path("/etc/kanal/tls.pem"),
        Path("/etc/kanal/tls.key"),
    )
    assert settings.scheme == "https"
    assert settings.jwt_secret is not None
    assert settings.jwt_secret.get_secret_value() == SECRET
    assert settings.public_key_pem() == public_pem(RSA)
    assert settings.jwt_jwks_url == "https://issuer.example/jwks.json"
    assert settings.jwt_issuer == ["https://issuer.example", "https://another.example/"]
    assert settings.jwt_audience == ["kanal", "api://kanal"]
    assert settings.jwt_user_claim.steps == ("ext", "user")
    assert settings.jwt_workspaces_claim.steps == ("https://app.example/workspaces",)
    assert settings.jwt_roles == {"owner": Role.ADMIN, "org:member": Role.USER}
    assert settings.jwt_leeway == 2.5
    assert settings.jwt_max_lifetime == 86_400
    assert settings.allowed_origins == Origins(
        frozenset({"https://a.example", "https://b.example"})
    )
    assert settings.auth_timeout == 2.5
    assert (settings.resume_limit, settings.send_buffer) == (500, 65_536)
    assert settings.delivery == "direct"
    assert settings.trusted_proxies == (
        ip_network("10.0.0.0/8"),
        ip_network("fd00::1/128"),
        "unix",
    )
    assert (settings.rate_commands, settings.rate_auth) == (Rate(5, 60), None)
    assert (settings.max_connections, settings.max_connections_per_user) == (7, 3)
    assert settings.max_channels == 10
    assert settings.webhook_networks == (ip_network("10.1.0.0/16"), ip_network("::1/128"))
    assert settings.node_url == "https://node-1.example/kanal"
    assert (settings.workers, settings.drain) == (2, 7.5)
    assert (settings.log_format, settings.access_log, settings.traces) == ("json", True, 0.25)
    assert settings.database_connections == 10
    assert settings.database_replica_url is not None
    assert settings.nats_servers == NatsServers(
        "tls://kanal:secret@a:4222, tls://b",
        "/run/secrets/nats.creds",
        Path("/etc/kanal/ca.pem"),
        Path("/etc/kanal/relay.pem"),
        Path("/etc/kanal/relay.key"),
    )
    assert settings.nats_servers.places == ["tls://a:4222", "tls://b"]
    shown = f"{settings!r} {settings.nats_servers!r} {settings.nats_servers}"
    assert "kanal:secret" not in shown
    assert not settings.is_loopback


@pytest.mark.parametrize("url", ["http://nats", "nats://", "nats://a:x", "nats://a,", "a:4222"])
def test_what_is_no_nats_server_is_refused_without_being_quoted(url: str) -> None:
    message = refused(KANAL_FEED_URL=url.replace("//", "//kanal:secret@"))
    assert message.startswith("KANAL_FEED_URL: must be nats://HOST:PORT or tls://HOST:PORT")
    assert "secret" not in message


def test_a_certificate_for_nats_goes_with_its_key() -> None:
    assert "KANAL_FEED_CERT goes with KANAL_FEED_KEY" in refused(KANAL_FEED_CERT="/a.pem")
    assert "KANAL_FEED_KEY goes with KANAL_FEED_CERT" in refused(KANAL_FEED_KEY="/a.key")


def test_automatic_workers_are_as_many_as_the_cores_that_may_be_used() -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert load_settings({"KANAL_WORKERS": "auto"}).workers == cores


def test_every_setting_is_in_the_test_above() -> None:
    assert len(Settings.model_fields) == 43


def service_links(name: str, host: str = "10.96.0.17") -> dict[str, str]:
    """What Kubernetes sets in every pod of a namespace with a Service of that name, which has a
    TCP port with a name, and one for each other protocol."""
    links = {
        f"{name}_SERVICE_HOST": host,
        f"{name}_SERVICE_PORT": "80",
        f"{name}_SERVICE_PORT_HTTP_API": "80",
        f"{name}_PORT": f"tcp://{host}:80",
    }
    for protocol, port in (("tcp", 80), ("udp", 53), ("sctp", 2905)):
        link = f"{name}_PORT_{port}_{protocol.upper()}"
        links |= {
            link: f"{protocol}://{host}:{port}",
            f"{link}_PROTO": protocol,
            f"{link}_PORT": str(port),
            f"{link}_ADDR": host,
        }
    return links


@pytest.mark.parametrize("name", ["KANAL", "KANAL_WEB", "KANAL_2", "KANAL_SERVICE"])
@pytest.mark.parametrize("host", ["10.96.0.17", "[fd00::17]"])
def test_what_kubernetes_sets_beside_a_service_is_passed_over(name: str, host: str) -> None:
    links = service_links(name, host)
    settings = load_settings({**links, "KANAL_AUTH_TIMEOUT": "3"})
    assert settings == load_settings({"KANAL_AUTH_TIMEOUT": "3"})
    assert passed_over(links) == sorted(links)


def test_a_port_of_ones_own_stands_beside_a_service() -> None:
    """Kubernetes itself leaves out what the pod sets."""
    environment = {**service_links("KANAL"), "KANAL_PORT": "9000", "PATH": "/bin"}
    assert load_settings(environment).port == 9000
    assert "KANAL_PORT" not in passed_over(environment)
    assert "PATH" not in passed_over(environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KANAL_SERVICE_HOSTS", "10.0.0.1"),
        ("KANAL_SERVICE", "10.0.0.1"),
        ("KANAL_SERVICEPORT", "80"),
        ("KANAL_SERVICE_PORT_", "80"),
        ("KANAL_PORT_80", "tcp://10.0.0.1:80"),
        ("KANAL_PORT_HTTP_TCP", "tcp://10.0.0.1:80"),
        ("KANAL_PORT_80_HTTP", "http://10.0.0.1:80"),
        ("KANAL_PORT_80_TCP_HOST", "10.0.0.1"),
        ("KANAL_WEB_PORT", "80"),
        ("kanal_service_host", "10.0.0.1"),
    ],
)
def test_what_only_looks_like_it_stops_the_start(name: str, value: str) -> None:
    assert refused(**{**service_links("KANAL"), name: value}).startswith(f"unknown setting {name};")


@pytest.mark.parametrize("name", ["KANAL_PROT", "KANAL_", "kanal_port", "Kanal_Port"])
def test_an_unknown_setting_is_named_with_those_that_are_known(name: str) -> None:
    message = refused(**{name: SECRET})
    assert message.startswith(f"unknown setting {name};")
    assert "KANAL_PORT" in message
    assert SECRET not in message


def test_an_empty_setting_is_not_set() -> None:
    environment = {f"KANAL_{name.upper()}": "" for name in Settings.model_fields}
    assert load_settings(environment) == load_settings({})


BAD = {
    "KANAL_DATABASE_URL": [
        SECRET,
        f"mysql://kanal:{SECRET}@db/kanal",
        f"postgresql:{SECRET}",
        f"postgresql://kanal:{SECRET}@db:port/kanal",
        f"postgresql://kanal:{SECRET}@db:5432,db2:99999/kanal",
        f"postgresql://kanal:{SECRET}@[::1/kanal",
    ],
    "KANAL_JWT_MAX_LIFETIME": [SECRET, "0", "-60", "59", "1e3", "30 days", "inf", "315360001"],
    "KANAL_TRUSTED_PROXIES": [SECRET, "10.0.0.1/8", "10.0.0.0/33", "*", "proxy.example"],
    "KANAL_WEBHOOK_NETWORKS": [SECRET, "10.0.0.1/8", "unix", "*", "receiver.example"],
    "KANAL_RATE_COMMANDS": [SECRET, "50", "0/second", "-1/second", "1.5/second", "50/day", "on"],
    "KANAL_RATE_AUTH": [SECRET, "10 / second", "10/seconds", "1000000000/second"],
    "KANAL_MAX_CONNECTIONS": [SECRET, "0", "-1", "off"],
    "KANAL_MAX_CONNECTIONS_PER_USER": [SECRET, "0", "1.5"],
    "KANAL_MAX_CHANNELS": [SECRET, "0", "10000001"],
    "KANAL_WORKERS": [SECRET, "0", "-1", "257", "1.5", "two", "²"],
    "KANAL_DRAIN": [SECRET, "-1", "3601", "nan", "5s"],
    "KANAL_BASE_PATH": [
        SECRET,
        "kanal",
        "//kanal",
        "/kanal//eu",
        "/a/../b",
        "/.",
        "/kanal?x=1",
        "/kan%61l",
        "/kanal\n",
        "/" + "k" * 200,
        "/workspaces",
        "/docs/kanal",
        "/socket.io",
    ],
    "KANAL_DATABASE_REPLICA_URL": [SECRET, f"mysql://kanal:{SECRET}@db/kanal"],
    "KANAL_DATABASE_CONNECTIONS": [SECRET, "9", "1001", "auto"],
    "KANAL_PORT": [SECRET, "-1", "65536", "80.5", "0x50", "http://10.0.0.1:80"],
    "KANAL_JWT_SECRET": [
        "short",
        "x" * 31,
        "é" * 15,
        SECRET + "\udcff",
        "x" * 32 + ",short",
        f"{'x' * 32},canary {'é' * 8},{'y' * 32}",
        public_pem(RSA),
    ],
    "KANAL_JWT_PUBLIC_KEY": [
        SECRET,
        SECRET * 200,
        "/",
        f"-----BEGIN PUBLIC KEY-----\n{SECRET}\n-----END PUBLIC KEY-----",
        private_pem(RSA),
        private_pem(RSA).replace("\n", ""),
        public_pem(ec.generate_private_key(ec.SECP256K1())),
        public_pem(rsa_key(1024)),
        ODD_CURVE_PEM,
    ],
    "KANAL_JWT_JWKS_URL": [
        SECRET,
        f"file:///{SECRET}",
        f"ftp://{SECRET}/",
        f"https://user:{SECRET}@issuer.example/",
        f"https:///{SECRET}",
        f"https://[{SECRET}/",
        f"https://[{SECRET}]/",
        f"https://issuer.example:{SECRET}/",
    ],
    "KANAL_NODE_URL": [
        SECRET,
        f"redis://{SECRET}/",
        f"http://user:{SECRET}@node/",
        f"http://node/?{SECRET}",
        f"http://node/#{SECRET}",
    ],
    "KANAL_JWT_ISSUER": [
        ",",
        SECRET,
        f"https://issuer.example,{SECRET}",
        f"https://issuer.example/?{SECRET}",
        f"https://issuer.example/#{SECRET}",
        f"https://{SECRET}@issuer.example/",
        f"https://[{SECRET}]/",
        f"https://issuer.example:{SECRET}/",
    ],
    "KANAL_JWT_AUDIENCE": [",", " , "],
    "KANAL_JWT_USER_CLAIM": [f"/{SECRET}~"],
    "KANAL_JWT_WORKSPACES_CLAIM": [f"/~2{SECRET}"],
    "KANAL_JWT_ROLES": [
        SECRET,
        f"{SECRET}=king",
        "=admin",
        "owner=",
        "owner=ADMIN",
        "owner=admin,",
        "owner=admin,owner=user",
    ],
    "KANAL_HOST": ["unix:", f"unix:{SECRET}", "unix:/", "unix://", f"unix:/{SECRET}\0"],
    "KANAL_SOCKET_MODE": [SECRET, "rw-rw----", "668", "1777", "-1"],
    "KANAL_TLS_CERT": [f"-----BEGIN CERTIFICATE-----\n{SECRET}", SECRET],
    "KANAL_TLS_KEY": [private_pem(RSA), SECRET],
    "KANAL_JWT_LEEWAY": [SECRET, "-1", "301", "nan", "inf", "10s"],
    "KANAL_SEND_BUFFER": [SECRET, "65535", "1073741825"],
    "KANAL_AUTH_TIMEOUT": [SECRET, "0", "-1", "3601", "nan", "inf"],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in BAD.items() for value in values],
    ids=[f"{name}-{number}" for name, values in BAD.items() for number in range(len(values))],
)
def test_a_bad_value_is_named_in_one_line_and_not_quoted(name: str, value: str) -> None:
    message = refused(**{name: value})
    assert message.startswith(name)
    assert "canary" not in message
    assert private_pem(RSA).splitlines()[1] not in message


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        (f"{'x' * 32},{'y' * 40}", ["x" * 32, "y" * 40]),
        (f" {'x' * 32} , {'y' * 32},", ["x" * 32, "y" * 32]),
        (SECRET, [SECRET]),
        (f"{'x' * 20},{'y' * 20}", [f"{'x' * 20},{'y' * 20}"]),
    ],
    ids=["two", "two with spaces", "one with a comma", "one of two short parts"],
)
def test_secrets_are_separated_by_commas_where_each_part_can_be_one(
    text: str, secrets: list[str]
) -> None:
    assert load_settings({"KANAL_JWT_SECRET": text}).jwt_secrets == secrets


def test_a_network_may_be_written_as_version_6_writes_version_4() -> None:
    written = "::ffff:10.0.0.0/104, 64:ff9b::192.0.2.0/120, ::ffff:198.51.100.7, fd00::/8"
    settings = load_settings({"KANAL_TRUSTED_PROXIES": written})
    meant = ("10.0.0.0/8", "192.0.2.0/24", "198.51.100.7/32", "fd00::/8")
    assert settings.trusted_proxies == tuple(map(ip_network, meant))


@pytest.mark.parametrize("name", KEYS)
def test_issuers_are_discovered_where_no_key_is_configured(name: str) -> None:
    issuers = {"KANAL_JWT_ISSUER": "https://a.example,http://127.0.0.1:8080/realms/b"}
    settings = load_settings(issuers)
    assert settings.discovered_issuers == issuers["KANAL_JWT_ISSUER"].split(",")
    assert settings.has_token_key
    assert load_settings({**issuers, name: KEYS[name]}).discovered_issuers == []
    assert load_settings({"KANAL_JWT_ISSUER": "kanal", name: KEYS[name]}).jwt_issuer == ["kanal"]


@pytest.mark.parametrize("secret", ["x" * 32, "é" * 16])
def test_a_secret_of_32_bytes_is_long_enough(secret: str) -> None:
    assert load_settings({"KANAL_JWT_SECRET": secret}).has_token_key


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://postgres@/kanal?host=/run/postgresql",
        "postgres://db/kanal",
        "postgresql://a:5432,b:5433/kanal",
        "postgresql://kanal:p%40ss@[::1]:5432/kanal",
    ],
)
def test_a_database_url_may_be_any_of_postgres(url: str) -> None:
    settings = load_settings({"KANAL_DATABASE_URL": url})
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == url


@pytest.mark.parametrize("key", [RSA, EC], ids=["RSA", "P-256"])
def test_a_public_key_is_pem_or_a_path_to_it(key: Pair, tmp_path: Path) -> None:
    pem = public_pem(key)
    file = tmp_path / "key.pem"
    file.write_text(pem)
    for value in (pem, f"\n  {pem}", str(file)):
        settings = load_settings({"KANAL_JWT_PUBLIC_KEY": value})
        assert settings.public_key_pem().strip() == pem.strip()
        assert settings.has_token_key


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("*", {"*"}),
        ("https://a.example,*", {"https://a.example", "*"}),
        ("https://a.example", {"https://a.example"}),
        ("https://a.example/", {"https://a.example"}),
        (" https://a.example ,, https://b.example,", {"https://a.example", "https://b.example"}),
    ],
)
def test_origins_are_a_list_or_all(text: str, origins: set[str]) -> None:
    assert load_settings({"KANAL_CORS_ORIGINS": text}).allowed_origins.listed == origins


@pytest.mark.parametrize(
    ("name", "value"), [*KEYS.items(), ("KANAL_HOST", "0.0.0.0")], ids=[*KEYS, "KANAL_HOST"]
)
def test_pages_of_the_same_machine_may_call_with_the_development_secret_on_loopback_alone(
    name: str, value: str
) -> None:
    listed = {"KANAL_CORS_ORIGINS": "https://a.example"}
    assert load_settings(listed).allowed_origins.with_loopback
    assert not load_settings({**listed, name: value}).allowed_origins.with_loopback


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("unix:/run/kanal/kanal.sock", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("localhost.example.org", False),
        ("kanal.example.org", False),
    ],
)
def test_loopback_is_this_machine_alone(host: str, is_loopback: bool) -> None:
    assert load_settings({"KANAL_HOST": host}).is_loopback is is_loopback


def test_printed_settings_show_no_secret() -> None:
    settings = load_settings(
        {
            "KANAL_JWT_SECRET": SECRET,
            "KANAL_DATABASE_URL": f"postgresql://kanal:{SECRET}@db/kanal",
            "KANAL_DATABASE_REPLICA_URL": f"postgresql://kanal:{SECRET}@replica/kanal",
        }
    )
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert "canary" not in text


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings({}).port = 1
