"""The stack of docker-compose.yml: up, down, checked, upgraded and rolled back; needs Docker and nothing else."""

import argparse
import os
import subprocess
import sys
import time
from functools import partial

from tools import compose as docker
from tools import dotenv
from tools.address import answers
from tools.compose import PROCESSES, ROOT, Trouble, asked, compose, ended, environment, say, unready, until_ready
from tools.introduction import introduced
from tools.replacement import ALONE, in_step, side_by_side

ENV = ROOT / ".env"
KEPT = ROOT / ".data" / "stack" / os.environ.get("STACK_NAME", "cloud-inbox")
IMAGE = "cloud-inbox"
NOW, BEFORE, NEXT = "local", "previous", "next"


def told(name: str, default: str) -> str:
    """A setting of the stack: the environment, then .env."""
    return os.environ.get(name) or dotenv.read(ENV).get(name) or default


def gateway() -> str:
    """Where the gateway is from here."""
    return f"http{'s' if told('STACK_TLS_DIR', '') else ''}://127.0.0.1:{told('STACK_PORT', '8080')}"


def prepared(**more: str) -> dict[str, str]:
    """An engine that answers and a complete .env."""
    environ = environment(**more)
    docker.reachable(environ)
    if made := dotenv.completed(ENV):
        say(f"made in .env: {', '.join(made)}")
    return environ


def up(demo: bool, monitoring: bool, scale: str) -> None:
    """Build, start in the order of health, and return when everything is ready."""
    # A Meta that is not there has no certificate to trust either.
    environ = prepared(**({"INBOX_GRAPH_URL": "http://simulator:8090", "STACK_TLS_DIR": ""} if demo else {}))
    profiles = [f"--profile={name}" for name, wanted in (("demo", demo), ("monitoring", monitoring)) if wanted]
    scales = [f"--scale={each}" for each in scale.replace(",", " ").split()]
    built = ["api", *(["simulator"] if demo else [])]
    compose([*profiles, "build", "--quiet", *built], environ, "the image could not be built")
    if not demo:
        compose(["--profile=demo", "rm", "--stop", "--force", "simulator"], environ)
    waiting = ["up", "--detach", "--no-build", "--wait", f"--wait-timeout={docker.HEALTHY_S_MAX}"]
    compose([*profiles, *waiting, *scales], environ, "not everything became healthy; `make logs` says why")
    until_ready(environ)
    if not answers(gateway()):
        other = "a firewall, or what another container engine has left, may take what is meant for it"
        raise Trouble(f"everything is ready, but nothing answers at {gateway()}: {other}")
    say(f"everything is ready at {told('INBOX_PUBLIC_URL', gateway())}")
    if demo:
        simulator = f"http://127.0.0.1:{told('STACK_SIMULATOR_PORT', '8090')}"
        link = introduced(gateway(), simulator, told("INBOX_JOIN_KEY", ""), KEPT / "demo.session")
        say(f"open the inbox: {link}")
        say(f"be a customer:  {simulator}")
    else:
        say("open it and sign in with the join key (INBOX_JOIN_KEY in .env); then connect a number: docs/meta-setup.md")
        if not told("INBOX_PUBLIC_URL", ""):
            say("for Meta to reach it: INBOX_PUBLIC_URL in .env, and TLS: docs/deploying.md")
    say("make logs, make ps, make down (data stays)")


def down(forget: bool) -> None:
    """Stop and remove the containers; the volumes only when that is said."""
    environ = environment()
    docker.reachable(environ)
    dotenv.completed(ENV)
    profiles = ["--profile=demo", "--profile=monitoring"]
    compose([*profiles, "down", "--remove-orphans", *(["--volumes"] if forget else [])], environ)
    if forget:
        (KEPT / "demo.session").unlink(missing_ok=True)
    say(
        "everything that was stored is gone"
        if forget
        else "down; what was stored stays (`make down FORGET=1` drops it)"
    )


def check(tag: str = NOW) -> None:
    """Everything that can be known before anything is replaced; Trouble at the first that is not well."""
    environ = prepared(STACK_TAG=tag)
    compose(["config", "--quiet"], environ, "docker-compose.yml and .env do not fit together")
    tried = ["run", "--rm", "--no-deps", "-T", "gateway", "-t", "-q", "-c", _gateway_configuration()]
    compose(tried, environ, "the gateway refuses its configuration or certificate (uid 101 has to read the key)")
    preflight = ["run", "--rm", "--no-deps", "-T", "api", "python", "-m", "deploy.image.preflight"]
    compose(preflight, environ, "the image refuses the settings, or does not reach RabbitMQ or Redis")


def preflight() -> None:
    """The same of what runs now."""
    check()
    say("the pre-flight check found nothing")


def _gateway_configuration() -> str:
    return f"/etc/nginx/inbox/{'tls-' if told('STACK_TLS_DIR', '') else ''}server.conf"


def backup() -> None:
    """Settings and credentials, encrypted, into .data/stack."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / time.strftime("settings-%Y%m%d-%H%M%S.backup", time.gmtime())
    there = "python -m services.api backup /tmp/backup >&2 && cat /tmp/backup; code=$?; rm -f /tmp/backup; exit $code"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        made = subprocess.run(
            ["docker", "compose", "exec", "-T", "api", "sh", "-c", there],
            cwd=ROOT, env=environment(), stdout=file, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    if made.returncode or not path.stat().st_size:
        path.unlink()
        raise Trouble("the settings could not be backed up; nothing was replaced")
    say(f"backed up settings to {path.relative_to(ROOT)}; it opens with the first of INBOX_SECRET_KEYS")


def upgrade() -> None:
    """The tree as it is now: built and tried beside what runs, then process by process; back by itself if one fails."""
    environ = prepared()
    if missing := unready(environ):
        raise Trouble(f"not ready before the upgrade: {', '.join(missing)}; mend that first (`make logs`)")
    say("building")
    compose(["build", "--quiet", "api"], environment(STACK_TAG=NEXT), "the image could not be built")
    say("checking the new image")
    check(NEXT)
    backup()
    asked(["tag", f"{IMAGE}:{NOW}", f"{IMAGE}:{BEFORE}"], environ)
    asked(["tag", f"{IMAGE}:{NEXT}", f"{IMAGE}:{NOW}"], environ)
    try:
        _replaced(environ)
    except Trouble as trouble:
        say(f"{trouble}: going back")
        asked(["tag", f"{IMAGE}:{BEFORE}", f"{IMAGE}:{NOW}"], environ)
        _replaced(environ)
        raise Trouble("the upgrade was taken back; what runs is what ran before") from None
    say("upgraded; `make rollback` goes back to what ran before")


def rollback() -> None:
    """What ran before the last upgrade; a second time leads forward again."""
    environ = prepared()
    try:
        before = asked(["image", "inspect", "--format={{.Id}}", f"{IMAGE}:{BEFORE}"], environ)
    except Trouble:
        raise Trouble("there is nothing to go back to: nothing was upgraded") from None
    check(BEFORE)
    now = asked(["image", "inspect", "--format={{.Id}}", f"{IMAGE}:{NOW}"], environ)
    asked(["tag", now, f"{IMAGE}:{BEFORE}"], environ)
    asked(["tag", before, f"{IMAGE}:{NOW}"], environ)
    _replaced(environ)
    say("rolled back; `make rollback` again leads forward")


def _replaced(environ: dict[str, str]) -> None:
    """One process after another, as many of each as there were; whoever is asked is there all the time."""
    environ = {**environ, **_graph(environ)}
    for service in (*PROCESSES, "gateway"):
        say(f"replacing {service}")
        (in_step if service in ALONE else side_by_side)(service, environ)
    until_ready(environ)


def _graph(environ: dict[str, str]) -> dict[str, str]:
    """A demo stays one."""
    return {"INBOX_GRAPH_URL": "http://simulator:8090"} if docker.containers("simulator", environ) else {}


def main() -> int:
    """The exit code of the command that is named."""
    parser = argparse.ArgumentParser(prog="stack")
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("up")
    start.add_argument("--demo", action="store_true")
    start.add_argument("--monitoring", action="store_true")
    start.add_argument("--scale", default="")
    commands.add_parser("down").add_argument("--forget", action="store_true")
    for name in ("check", "backup", "upgrade", "rollback"):
        commands.add_parser(name)
    told = parser.parse_args()
    known = {
        "up": lambda: up(told.demo, told.monitoring, told.scale),
        "down": lambda: down(told.forget),
        "check": preflight,
        "backup": backup,
        "upgrade": upgrade,
        "rollback": rollback,
    }
    return ended(partial(known[told.command]))


if __name__ == "__main__":
    sys.exit(main())
