"""Renders deploy/k8s, and holds it to Kubernetes' schemas and to our rules; needs kubectl or kustomize."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import yaml  # type: ignore[import-untyped]

from tools.policies import problems

ROOT = Path(__file__).resolve().parents[1]
K8S = ROOT / "deploy" / "k8s"
OVERLAYS = ("local", "production")
# Every component is rendered somewhere: those that no overlay has, in one that is made for it.
MORE = {
    "three nodes, scaled by processor time": ("rabbitmq", "redis", "autoscaling-hpa", "network-policies"),
    "three nodes, traced": ("rabbitmq", "redis", "network-policies", "traces"),
    "RabbitMQ and Redis elsewhere": ("outside-stores", "network-policies"),
}
# The oldest that has all that is used, and the newest whose schema is known here.
VERSIONS = ("1.27", kubernetes_validate.latest_version().rpartition(".")[0])
# Resources of operators: Kubernetes itself has no schema of them.
FOREIGN = ("rabbitmq.com/", "keda.sh/", "monitoring.coreos.com/")


class NoKustomize(Exception):
    """Neither of the two is here."""


def kustomize() -> list[str]:
    """The command that renders."""
    if shutil.which("kustomize"):
        return ["kustomize", "build"]
    if shutil.which("kubectl"):
        return ["kubectl", "kustomize"]
    raise NoKustomize("kubectl (1.27 or newer) or kustomize (5) is missing: https://kubernetes.io/docs/tasks/tools/")


def rendered(folder: Path) -> list[dict[str, Any]]:
    """What kubectl apply -k would send."""
    made = subprocess.run([*kustomize(), str(folder)], capture_output=True, text=True, check=False)
    if made.returncode:
        raise ValueError(made.stderr.strip())
    return [each for each in yaml.safe_load_all(made.stdout) if each]


def composed(components: tuple[str, ...]) -> list[dict[str, Any]]:
    """The base with these components."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder).resolve()

        def to(path: Path) -> str:
            return os.path.relpath(path, here)

        told = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": "cloud-inbox",
            "resources": [to(K8S / "base")],
            "components": [to(K8S / "components" / each) for each in components],
        }
        (here / "kustomization.yaml").write_text(yaml.safe_dump(told))
        return rendered(here)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Each rendering by its name."""
    found = {name: rendered(K8S / "overlays" / name) for name in OVERLAYS}
    return found | {name: composed(components) for name, components in MORE.items()}


def refused(manifests: list[dict[str, Any]], version: str) -> list[str]:
    """What Kubernetes of this version would not take; unknown fields count."""
    found = []
    for each in manifests:
        if each["apiVersion"].startswith(FOREIGN):
            continue
        name = f"{each['kind']} {each['metadata']['name']}"
        try:
            kubernetes_validate.validate(each, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            found.append(f"{name}: {'.'.join(map(str, error.path))}: {error.message[:200]}")
        except kubernetes_validate.SchemaNotFoundError:
            found.append(f"{name}: Kubernetes {version} does not know it")
    return found


def main() -> int:
    """Print what is wrong; the exit code says whether anything is."""
    try:
        renderings = everything()
    except (NoKustomize, ValueError) as error:
        print(f"k8s: {error}", file=sys.stderr)
        return 1
    failed = False
    for name, manifests in renderings.items():
        wrong = [f"schema {version}: {each}" for version in VERSIONS for each in refused(manifests, version)]
        wrong += problems(manifests)
        foreign = sum(each["apiVersion"].startswith(FOREIGN) for each in manifests)
        print(f"k8s: {name}: {len(manifests)} resources, {foreign} of operators; {len(wrong) or 'no'} problems")
        for each in wrong:
            print(f"  {each}")
        failed = failed or bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
