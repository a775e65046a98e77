"""Three hosts of a Patroni 4 cluster, each a network namespace with etcd, Patroni and PostgreSQL.

The hosts hang on a bridge in a fourth namespace, where the clients are: nothing of it is seen
from outside. Needs root, Debian's `etcd-server` and `postgresql`; Patroni comes from the package
index into an environment of its own. Programs die here, machines do not, so that the disks
need not be waited for.
"""

from __future__ import annotations

import ctypes
import http.client
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.servers.ports import StartError
from tests.servers.postgres import binaries

PATRONI: Final = "patroni[psycopg3,etcd3]==4.1.5"
SYSTEM_PYTHON: Final = "/usr/bin/python3"
"""The server's user may not enter the folders of the tests' own Python."""
HUB: Final = "tramita-hub"
BRIDGE: Final = "tramita-br"
_CLONE_NEWNET: Final = 0x40000000
_FORMED_WITHIN: Final = 300.0

_CONFIGURATION = """
scope: tramita
name: {name}
restapi: {{listen: "{address}:8008", connect_address: "{address}:8008"}}
etcd3: {{hosts: [{etcds}]}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 5
    retry_timeout: 5
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters: {{max_connections: 60, wal_keep_size: 256MB, fsync: "off"}}
  initdb: [{{encoding: UTF8}}, {{locale: C.UTF-8}}, data-checksums]
postgresql:
  listen: "{address}:5432"
  connect_address: "{address}:5432"
  data_dir: {home}/data
  bin_dir: {programs}
  remove_data_directory_on_rewind_failure: true
  basebackup: [{{checkpoint: fast}}]
  pgpass: {home}/pgpass
  authentication:
    superuser: {{username: postgres, password: only-for-tests}}
    replication: {{username: replicator, password: only-for-tests}}
    rewind: {{username: rewinder, password: only-for-tests}}
  pg_hba: [host all all all trust, host replication all all trust]
  parameters: {{unix_socket_directories: "", wal_log_hints: "on"}}
"""


@dataclass
class Host:
    """One of the three machines."""

    number: int
    home: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"tramita-{self.number}"

    @property
    def address(self) -> str:
        return f"10.77.0.{self.number}"


@dataclass
class Cluster:
    """Three hosts, of which one leads."""

    hosts: list[Host]
    patroni: Path

    @property
    def url(self) -> str:
        """The address that names every host and wants the one that writes."""
        named = ",".join(host.address for host in self.hosts)
        return f"postgresql://postgres@{named}/postgres?port=5432,5432,5432&connect_timeout=2"

    def primary(self) -> Host | None:
        """Find who says that it leads."""
        return next((host for host in self.hosts if _answers(host, "/primary")), None)

    def whole(self) -> bool:
        """Say whether one leads and a synchronous and an asynchronous one follow."""
        leader = self.primary()
        others = [host for host in self.hosts if host is not leader]
        follow = leader is not None and all(_answers(host, "/replica") for host in others)
        return follow and any(_answers(host, "/synchronous") for host in others)

    def await_whole(self, patience: float = _FORMED_WITHIN) -> float:
        """Wait until all three are well; return how many seconds it took."""
        return _await(self.whole, patience, self.said)

    def said(self) -> str:
        """Tell what the hosts wrote last."""
        logs = ((host.name, host.home / "patroni.log") for host in self.hosts)
        return "\n".join(f"{name}: {log.read_text()[-12_000:]}" for name, log in logs)

    def await_other(self, than: Host, patience: float = 60.0) -> float:
        """Wait until another host leads; return how many seconds it took."""
        others = [host for host in self.hosts if host is not than]
        return _await(
            lambda: any(_answers(host, "/primary") for host in others),
            patience,
            self.said,
        )

    def start(self, host: Host) -> None:
        """Start etcd and Patroni on a host."""
        peers = ",".join(f"{h.name}=http://{h.address}:2380" for h in self.hosts)
        etcd = [
            *("etcd", "--name", host.name, "--data-dir", str(host.home / "etcd")),
            *("--listen-peer-urls", f"http://{host.address}:2380"),
            *("--initial-advertise-peer-urls", f"http://{host.address}:2380"),
            *("--listen-client-urls", f"http://{host.address}:2379"),
            *("--advertise-client-urls", f"http://{host.address}:2379"),
            *("--initial-cluster", peers, "--initial-cluster-state", "new"),
        ]
        host.processes = [
            _within(host, etcd, "etcd"),
            _within(host, [str(self.patroni), str(host.home / "patroni.yaml")], "patroni"),
        ]

    def kill(self, host: Host) -> None:
        """End everything on a host at once, as a power cut does."""
        listed = _ip("netns", "pids", host.name).split()
        for pid in map(int, listed):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in host.processes:
            process.wait(10)

    def cut(self, host: Host) -> None:
        """Take a host off the network; it goes on by itself."""
        _ip("-n", HUB, "link", "set", f"v{host.number}", "down")

    def heal(self, host: Host) -> None:
        """Put a host back on the network."""
        _ip("-n", HUB, "link", "set", f"v{host.number}", "up")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a cluster, with the calling thread and those it starts on the clients' network."""
    with tempfile.TemporaryDirectory(prefix="tramita-cluster-") as name:
        home = Path(name)
        home.chmod(0o755)
        made = Cluster([Host(n, home / f"host{n}") for n in (1, 2, 3)], _install(home))
        _lay_network(made.hosts)
        here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _enter(os.open(f"/run/netns/{HUB}", os.O_RDONLY))
            for host in made.hosts:
                _configure(host, made.hosts)
                made.start(host)
            made.await_whole()
            yield made
        finally:
            _enter(here)
            for host in made.hosts:
                made.kill(host)
            _clear_network()


def _install(home: Path) -> Path:
    """Make an environment with Patroni; return its program."""
    subprocess.run([SYSTEM_PYTHON, "-m", "venv", str(home / "venv")], check=True)
    pip = [str(home / "venv/bin/pip"), "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--prefer-binary", PATRONI], check=True, capture_output=True)
    return home / "venv/bin/patroni"


def _lay_network(hosts: list[Host]) -> None:
    _clear_network()
    _ip("netns", "add", HUB)
    _ip("-n", HUB, "link", "add", BRIDGE, "type", "bridge")
    _ip("-n", HUB, "addr", "add", "10.77.0.254/24", "dev", BRIDGE)
    for name in ("lo", BRIDGE):
        _ip("-n", HUB, "link", "set", name, "up")
    for host in hosts:
        outer = f"v{host.number}"
        _ip("netns", "add", host.name)
        _ip("-n", HUB, "link", "add", outer, "type", "veth", "peer", "eth0", "netns", host.name)
        _ip("-n", HUB, "link", "set", outer, "master", BRIDGE)
        _ip("-n", HUB, "link", "set", outer, "up")
        _ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", "eth0")
        for name in ("lo", "eth0"):
            _ip("-n", host.name, "link", "set", name, "up")


def _clear_network() -> None:
    known = _ip("netns", "list")
    for name in (HUB, *(f"tramita-{n}" for n in (1, 2, 3))):
        if name in known.split():
            _ip("netns", "del", name)


def _configure(host: Host, hosts: list[Host]) -> None:
    host.home.mkdir()
    written = _CONFIGURATION.format(
        name=host.name,
        address=host.address,
        etcds=", ".join(f'"{h.address}:2379"' for h in hosts),
        home=host.home,
        programs=binaries(),
    )
    (host.home / "patroni.yaml").write_text(written, encoding="utf-8")
    shutil.chown(host.home, "postgres", "postgres")


def _within(host: Host, command: list[str], name: str) -> subprocess.Popen[bytes]:
    """Start a program on a host, as the server's user."""
    as_user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"]
    with (host.home / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            ["ip", "netns", "exec", host.name, *as_user, *command],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=host.home,
            env={"PATH": os.environ["PATH"], "HOME": str(host.home), "LANG": "C.UTF-8"},
        )


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


def enter(host: Host) -> None:
    """Move this thread to the network of a host."""
    _enter(os.open(f"/run/netns/{host.name}", os.O_RDONLY))


def _enter(network: int) -> None:
    """Move this thread to a network, and whatever threads it starts."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(network, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
    os.close(network)


def _answers(host: Host, path: str) -> bool:
    with closing(http.client.HTTPConnection(host.address, 8008, timeout=1)) as line:
        try:
            line.request("GET", path)
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def _await(true: Callable[[], bool], patience: float, said: Callable[[], str]) -> float:
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > patience:
            raise StartError(said())
        time.sleep(0.2)
    return time.monotonic() - began
