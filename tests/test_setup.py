"""The set-up as the README promises it, and the servers on which all other tests stand."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import smtplib
import sqlite3
import subprocess
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from tests.counts import count
from tests.servers.gunicorn import serving
from tests.servers.nodejs import axe, html_faults
from tests.servers.ports import StartError
from tests.servers.postgres import WHEEL, running
from web.commands import parts

ROOT = Path(__file__).parents[1]
# Put together here, so that this file does not accuse itself.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("crates", "io"),
    )
]
MOST_LINES = 350

HELLO = """
POLICY = "default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
def app(environ, start_response):
    headers = [("Content-Type", "text/html"), ("Content-Security-Policy", POLICY)]
    start_response("404 Not Found", headers)
    return [b"<!DOCTYPE html><title>Nothing</title><main><h1>nothing here</h1></main>"]
"""

PAGE = """<!DOCTYPE html>
<html lang="pt-BR">
  <head>
    <meta charset="utf-8">
    <title>Um protocolo</title>
    <meta name="viewport" content="width=device-width">
  </head>
  <body>
    <main><h1>Protocolo de intenções</h1></main>
  </body>
</html>
"""


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))


def letter(recipient: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "tramita@gov.test", recipient, subject
    message.set_content("Faltam três dias úteis.")
    return message


def test_no_file_names_a_package_registry():
    accused = [
        f"{path.relative_to(ROOT)} names {host}"
        for path in tracked()
        for host in REGISTRIES
        if host in text_of(path)
    ]
    assert accused == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_is_pinned_by_hash(name):
    lock = text_of(ROOT / name).replace("\\\n", " ")
    pins = [line for line in lock.splitlines() if line.strip() and not line.startswith("#")]

    assert pins
    assert [pin for pin in pins if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:", pin)] == []


def test_both_locks_agree_on_what_they_share():
    runtime, tests = (
        dict(re.findall(r"^([\w.-]+)==(\S+)", text_of(ROOT / name), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    shared = runtime.keys() & tests.keys()

    assert shared
    assert {name: runtime[name] for name in shared} == {name: tests[name] for name in shared}


def test_the_doctor_knows_when_the_packages_were_chosen():
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()
    assert digest.startswith(parts.LOCK), f"say in {parts.__file__}: today, and {digest[:16]!r}"


@pytest.mark.parametrize(
    ("wishes", "lock"),
    [("requirements.in", "requirements.lock"), ("requirements-dev.in", "requirements-dev.lock")],
)
def test_the_lock_holds_every_package_wished_for(wishes, lock):
    wished = re.findall(r"^([\w-]+)", text_of(ROOT / wishes), re.MULTILINE)
    locked = set(re.findall(r"^([\w.-]+)==", text_of(ROOT / lock), re.MULTILINE))

    assert {name.lower() for name in wished} - locked == set()


def test_no_file_of_code_is_too_long_to_read():
    lengths = {
        str(path.relative_to(ROOT)): text_of(path).count("\n")
        for path in tracked()
        if path.suffix in {".py", ".js"} and "vendor" not in path.parts
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_the_readme_sets_up_with_two_commands_that_exist():
    commands = set(re.findall(r"^ *make ([a-z]+)", text_of(ROOT / "README.md"), re.MULTILINE))

    assert commands == {"demo", "test"}
    assert commands <= targets()


def test_the_readme_gives_a_reason_for_each_package():
    wished = re.findall(r"^([\w-]+)", text_of(ROOT / "requirements.in"), re.MULTILINE)
    readme = text_of(ROOT / "README.md").lower()

    assert [name for name in wished if f"| {name.lower()} |" not in readme] == []


def test_the_pictures_and_files_that_the_readme_shows_exist():
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text_of(ROOT / "README.md"))

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_licence_is_apache_2():
    licence = text_of(ROOT / "LICENSE")

    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


def test_postgresql_answers(empty_postgresql_url):
    with psycopg.connect(empty_postgresql_url) as connection:
        assert connection.execute("SELECT 'ação'").fetchone() == ("ação",)


def test_a_database_from_the_template_is_the_tests_own(postgresql_url, postgres_server):
    other = postgres_server.create()
    with psycopg.connect(postgresql_url) as connection:
        connection.execute("CREATE TABLE only_here (id int)")
    with psycopg.connect(other) as connection:
        found = connection.execute("SELECT to_regclass('only_here')").fetchone()
    postgres_server.drop(other)

    assert found == (None,)


def test_an_sqlite_file_from_the_template_is_whole(sqlite_url):
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_postgresql_runs_from_the_wheel_where_the_machine_has_none():
    with running(WHEEL / "bin") as server, psycopg.connect(server.url) as connection:
        assert connection.info.server_version >= 180000


def test_a_database_server_that_cannot_start_says_why():
    with TemporaryDirectory() as folder:  # pytest's own are closed to the server's user
        Path(folder).chmod(0o755)
        initdb = Path(folder) / "initdb"
        initdb.write_text("#!/bin/sh\necho no room left >&2\nexit 3\n")
        initdb.chmod(0o755)

        with pytest.raises(StartError, match="ended with 3: no room left"), running(Path(folder)):
            pass


def test_the_mail_sink_keeps_what_it_gets(mail_sink):
    with smtplib.SMTP(mail_sink.host, mail_sink.port, timeout=5) as client:
        client.send_message(letter("seplag@gov.test", "Faltam 3 dias úteis"))

    (mail,) = mail_sink.wait_for(1)
    assert mail.recipients == ("seplag@gov.test",)
    assert mail.message["Subject"] == "Faltam 3 dias úteis"
    assert mail.message.get_content().strip() == "Faltam três dias úteis."
    assert mail_sink.to("casacivil@gov.test") == []


@pytest.mark.parametrize("answer", ["451 Try again later", "554 Refused for good"])
def test_the_mail_sink_refuses_when_told_and_then_accepts_again(mail_sink, answer):
    mail_sink.refuse(answer)
    with smtplib.SMTP(mail_sink.host, mail_sink.port, timeout=5) as client:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            client.send_message(letter("seplag@gov.test", "1"))
        mail_sink.accept()
        client.send_message(letter("seplag@gov.test", "2"))

    assert refusal.value.smtp_code == int(answer[:3])
    assert [mail.message["Subject"] for mail in mail_sink.wait_for(1)] == ["2"]


def test_the_mail_sink_hangs_when_told(mail_sink):
    mail_sink.hang()
    client = smtplib.SMTP(mail_sink.host, mail_sink.port, timeout=0.5)
    with closing(client), pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        client.send_message(letter("seplag@gov.test", "1"))
    assert mail_sink.mails == ()


def test_the_mail_sink_comes_back_on_its_port(mail_sink):
    mail_sink.stop()
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP(mail_sink.host, mail_sink.port, timeout=5)
    mail_sink.start()
    with smtplib.SMTP(mail_sink.host, mail_sink.port, timeout=5) as client:
        client.send_message(letter("seplag@gov.test", "back"))

    assert len(mail_sink.wait_for(1)) == 1


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_installation_that_is_broken_off_leaves_no_policy_behind(tmp_path, how):
    """With it no package would start a server on this machine any more."""
    policy, script, tools = (tmp_path / name for name in ("policy-rc.d", "provide", "bin"))
    script.write_text(text_of(ROOT / ".ci/provide").replace("/usr/sbin/policy-rc.d", str(policy)))
    tools.mkdir()
    for name in ("rm", "chmod", "sleep"):
        (tools / name).symlink_to(shutil.which(name) or name)
    for name, does in (("id", "echo 0"), ("apt-get", "echo begun; exec sleep 60")):
        (tools / name).write_text(f"#!/bin/sh\n{does}\n")
        (tools / name).chmod(0o755)
    # A run in the background is deaf to Ctrl-C, one under nohup to a hangup: so is what they start.
    hearing = shutil.which("env") or "env", "--default-signal=INT"
    with subprocess.Popen(
        [*hearing, "/bin/sh", script],
        env={"PATH": str(tools)},
        start_new_session=True,
        stdout=subprocess.PIPE,
    ) as installing:
        assert installing.stdout
        assert [installing.stdout.readline()[:5] for _ in range(2)] == [b"Insta", b"begun"]
        assert policy.exists()
        os.killpg(installing.pid, how)
        assert installing.wait(30)
    assert not policy.exists()


def test_gunicorn_serves_until_the_block_ends(tmp_path, page):
    (tmp_path / "hello.py").write_text(HELLO)
    with serving("hello:app", folder=tmp_path, environment={}, cwd=tmp_path) as server:
        answer = page.goto(f"{server.url}/missing")
        assert answer is not None
        assert answer.status == 404
        assert page.inner_text("h1") == "nothing here"
        assert "Listening at" in server.stderr


def test_axe_looks_at_a_page_whose_policy_lets_no_script_in(tmp_path, visitors):
    (tmp_path / "hello.py").write_text(HELLO)
    with serving("hello:app", folder=tmp_path, environment={}, cwd=tmp_path) as server:
        page = visitors.page()
        page.goto(server.url)
        assert [barrier.rule for barrier in axe(page)] == ["html-has-lang"]
        assert page.evaluate("1 + 1") == 2
        assert visitors.complaints == []


def test_gunicorn_that_cannot_start_says_why(tmp_path):
    with (
        pytest.raises(StartError, match="No module named 'absent'"),
        serving("absent:app", folder=tmp_path, environment={}, cwd=tmp_path),
    ):
        pass


def test_chromium_opens_a_page_as_the_visitor_likes_it(visitors):
    phone = visitors.page(scheme="dark", width=360, height=740)
    phone.set_content(PAGE)

    assert phone.inner_text("h1") == "Protocolo de intenções"
    assert phone.evaluate("navigator.language") == "pt-BR"
    assert phone.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert phone.evaluate("innerWidth") == 360
    assert visitors.complaints == []


def test_axe_finds_barriers_and_nothing_where_there_are_none(page):
    page.set_content(PAGE)
    assert axe(page) == []

    page.set_content(PAGE.replace("<h1>", '<img src="data:,"><h1>'))
    assert [barrier.rule for barrier in axe(page)] == ["image-alt"]


def test_html_validate_finds_bad_markup_and_nothing_in_good():
    assert html_faults(PAGE) == []
    assert html_faults(PAGE.replace("</main>", "")) == [
        "9:6 close-order: Unclosed element '<main>'",
        "10:4 close-order: End tag '</body>' seen but there were open elements",
        "11:2 close-order: End tag '</html>' seen but there were open elements",
    ]


@pytest.mark.exhaustive
def test_counts_grow_and_figures_are_printed(random, record_property):
    tries = count(10, exhaustive=1_000)
    record_property("different draws", len({random.getrandbits(64) for _ in range(tries)}))

    assert tries in {10, 1_000}
