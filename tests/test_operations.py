"""The guide for those who run an installation names only what exists, and what works."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click
import pytest
import yaml

from web.commands import main
from web.commands.exposure import look_at_exposure
from web.settings import load_settings
from web.settings_schema import SECRETS, describe_settings
from web.watch import counts
from web.watch.gauges import Gauges
from workflow.catalogue.providers import read_providers
from workflow.services.clock import Health
from workflow.services.watching import Standing
from workflow.storage.dialect import options
from workflow.storage.documents import HeldCount
from workflow.storage.queries.health import Backlog

GUIDE = (Path(__file__).parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
TRIED = ("checked by the tests", "run by hand", "not tried")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the guide to be copied: its language, first line and text."""

    language: str
    text: str

    @property
    def first(self):
        return self.text.partition("\n")[0]

    @property
    def file(self):
        return self.first.lstrip("# ").partition(",")[0]


BLOCKS = [Block(*found) for found in re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.M | re.S)]
UNITS = {Path(one.file).name: one.text for one in BLOCKS if one.language == "ini"}


def block(file):
    return next(one.text for one in BLOCKS if one.file.endswith(file))


def test_the_file_of_identities_can_be_read(tmp_path):
    file = tmp_path / "identities.toml"
    file.write_text(block("identities.toml"), encoding="utf-8")
    (govbr,) = read_providers(file, {"GOVBR_SECRET": "known to both"})
    assert govbr.least_for(("officer", "administrator")) == "gold"


def commands():
    """Return every command of the guide that begins with the program's name, as words."""
    blocks = "\n".join(one.text for one in BLOCKS).replace("\\\n", " ")
    lines = re.findall(r"(?:^|/bin/|exec )(tramita [^'#\n]*)", blocks, re.M)
    spoken = re.findall(r"`(tramita [^`…]*)`", GUIDE)
    return sorted({line.strip() for line in (*lines, *spoken)})


def test_each_block_says_how_it_was_tried():
    assert len(BLOCKS) > 15
    assert [one.first for one in BLOCKS if not any(how in one.first for how in TRIED)] == []


@pytest.mark.parametrize("line", commands())
def test_every_command_exists_with_its_options(line):
    words = shlex.split(line)[1:]
    command = main
    while isinstance(command, click.Group) and words:
        command = command.commands[words.pop(0)]
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= {*options, "--help"}
    demanded = [p for p in command.params if isinstance(p, click.Argument) and p.required]
    values = [word for word in words if not word.startswith("-")]
    assert (
        isinstance(command, click.Group)
        or "`" + line + "`" in GUIDE
        or len(values) >= len(demanded)
    )


def test_every_setting_exists():
    known = {setting.variable for setting in describe_settings()} | {"TRAMITA_SETTINGS"}
    known |= {f"TRAMITA_{name}_file".upper() for name in SECRETS}

    assert set(re.findall(r"TRAMITA_[A-Z_]+", GUIDE)) - known == set()


def test_the_settings_of_the_guide_are_fit_for_work(tmp_path):
    file = tmp_path / "tramita.toml"
    file.write_text(block("tramita.toml"), encoding="utf-8")
    file.chmod(0o640)
    environ = {"TRAMITA_SETTINGS": str(file)}

    chosen = load_settings(environ)

    assert "127.0.0.1" in chosen.trusted_hosts
    assert chosen.second_factor == "everybody"
    line = options(chosen.database_url)["connect_args"]
    assert (line["sslmode"], line["sslrootcert"]) == ("verify-full", "/etc/tramita/db-ca.pem")
    told = [finding.what for finding in look_at_exposure(chosen, environ)]
    assert told == ["Nobody signs for the history"]  # the key is named in the unit of the clock


def test_every_figure_exists():
    backlog = Backlog(0, timedelta(), 0, 0, None, 0)
    health = Health(None, None, timedelta(), backlog, (), 0, ())
    gauges = Gauges(Standing(health, 0, 0, None, None, None, HeldCount())).collect()
    known = {family.name for family in (*gauges, *counts.OWN.collect())}
    endings = r"_(?:total|bucket|sum|count)$"

    named = {re.sub(endings, "", name) for name in re.findall(r"\btramita_[a-z_]+", GUIDE)}

    assert named - known == {"tramita_owner", "tramita_work"}
    assert known <= named


def test_the_other_files_can_be_read():
    for one in BLOCKS:
        if one.language == "yaml":
            assert yaml.safe_load(one.text)
    patroni = yaml.safe_load(block("patroni.yml"))
    assert "etcd3" in patroni
    shared = patroni["bootstrap"]["dcs"]
    assert shared["synchronous_mode"] is True
    by_tls = [line.startswith("hostssl") for line in patroni["bootstrap"]["pg_hba"]]
    assert any(by_tls) <= (shared["postgresql"]["parameters"].get("ssl") == "on")


def test_the_units_are_units(tmp_path):
    assert set(UNITS) == {
        *("tramita-web.service", "tramita-clock.service"),
        *("tramita-backup.service", "tramita-backup.timer", "patroni.service"),
    }
    for name, text in UNITS.items():
        here = re.sub("/opt/[a-z]+/bin/[a-z]+", sys.executable, text)
        (tmp_path / name).write_text(here)
    if verify := shutil.which("systemd-analyze"):
        files = [str(path) for path in tmp_path.iterdir()]
        done = subprocess.run(
            [verify, "verify", *files], capture_output=True, text=True, check=False
        )
        assert [line for line in done.stderr.splitlines() if "tramita" in line] == []


def test_the_proxy_keeps_what_is_not_for_everybody(tmp_path):
    proxy = block("sites-enabled/tramita")
    assert "location = /metricas { return 404; }" in proxy
    assert "location ~ ^/(metricas|prazos/ical|saude) { return 404; }" in proxy
    for server in re.findall(r"^server .*?^}", proxy, re.M | re.S):
        assert "access_log off;" in server or "ssl_reject_handshake on;" in server
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in proxy
    assert "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;" in proxy
    for header in ("X-Forwarded-For $remote_addr", "X-Forwarded-Host $host", "X-Request-Id"):
        assert f"proxy_set_header {header}" in proxy
    if nginx := shutil.which("nginx"):
        certificate(tmp_path)
        here = re.sub(r"/etc/letsencrypt/live/[^/]+|/var/log/nginx", str(tmp_path), proxy)
        kept = "".join(f"{what}_temp_path {tmp_path}/{what}; " for what in TEMPORARY)
        whole = f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {kept} {here} }}"
        (tmp_path / "nginx.conf").write_text(whole)
        done = subprocess.run(
            [nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def certificate(folder):
    """Make a certificate that nobody trusts."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x"),
            *("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")),
        ],
        check=True,
        capture_output=True,
    )
