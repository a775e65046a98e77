"""Those who watch are told how the installation stands, and others are told nothing."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.servers.ports import LOOPBACK
from tests.servers.scanner import scanner
from web import create_app
from web.commands.antivirus import TEST_VIRUS
from web.db import db, unit_of_work
from web.settings import load_settings
from web.stores import store_of
from workflow.services import clock
from workflow.services.watching import stand
from workflow.storage.deployed import open_cases

TOKEN = "a token of the tests, which is long enough"
FIGURE = re.compile(r"^(tramita_\w+)(?:\{[^}]*\})? ([\d.e+-]+|NaN)$", re.MULTILINE)


def hear_of_clock(app, *, ago=timedelta()):
    with app.test_request_context(), unit_of_work() as uow:
        uow.now -= ago
        clock.beat(uow, "host:1:x")


def test_all_is_well_while_a_clock_beats(app, client):
    silent = client.get("/saude")
    assert (silent.status_code, silent.json["parts"]["clock"]) == (503, "silent")
    assert client.get("/saude/paginas").status_code == 200

    hear_of_clock(app)
    well = client.get("/saude")
    assert (well.status_code, well.json["status"]) == (200, "ok")
    assert set(well.json["parts"]) == {"process", "database", "tables", "clock"}
    assert well.headers["Cache-Control"] == "no-store"

    hear_of_clock(app, ago=timedelta(minutes=3))
    told = client.get("/saude", headers={"Accept": "text/plain"})
    assert told.status_code == 503
    assert told.text.splitlines() == [
        *("failing", "process: ok", "database: ok", "tables: ok", "clock: silent")
    ]


def test_tables_of_another_revision_are_told(app, client):
    hear_of_clock(app)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    told = client.get("/saude/paginas")

    assert told.status_code == 503
    assert told.json["parts"] == {"process": "ok", "database": "ok", "tables": "other revision"}


def test_a_database_out_of_reach_is_told_without_its_address(settings):
    away = {"TRAMITA_DATABASE_URL": "postgresql://someone:hush@127.0.0.1:1/secret"}
    app = create_app(
        load_settings(
            {
                **away,
                "TRAMITA_SECRET_KEY": settings.secret_key,
                "TRAMITA_BASE_URL": "http://localhost",
            }
        )
    )

    told = app.test_client().get("/saude")

    assert told.status_code == 503
    assert told.json["parts"]["database"] == "unreachable"
    assert not any(word in told.text for word in ("someone", "hush", "127.0.0.1", "secret"))


def test_figures_are_for_this_machine_alone(client):
    assert client.get("/metricas").status_code == 200
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.get("/metricas", environ_overrides=elsewhere).status_code == 404
    through_a_proxy = {"X-Forwarded-For": "203.0.113.7"}
    assert client.get("/metricas", headers=through_a_proxy).status_code == 404


@pytest.mark.parametrize(
    "behind", [{"proxy_hops": 1}, {"base_url": "https://tramita.example.gov.br"}]
)
def test_behind_a_proxy_figures_are_for_nobody_without_a_token(app, client, behind):
    app.extensions["settings"] = replace(app.extensions["settings"], **behind)
    assert client.get("/metricas").status_code == 404
    app.extensions["settings"] = replace(app.extensions["settings"], metrics_token=TOKEN)
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metricas", headers=right).status_code == 200


def test_figures_are_for_whoever_has_the_token(sqlite_url):
    app = create_app(
        load_settings(
            {
                "TRAMITA_DATABASE_URL": sqlite_url,
                "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
                "TRAMITA_BASE_URL": "http://localhost",
                "TRAMITA_METRICS_TOKEN": TOKEN,
            }
        )
    )
    ask = app.test_client().get
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}}

    assert ask("/metricas").status_code == 404
    for given in ("Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x"):
        assert ask("/metricas", headers={"Authorization": given}).status_code == 404
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert ask("/metricas", headers=right, **elsewhere).status_code == 200


def test_the_figures_are_those_of_the_installation(office):
    visitor = office.visit("SEF")
    visitor.case()
    page = office.app.test_client().get("/metricas").text

    found = {name: float(value) for name, value in FIGURE.findall(page)}
    with office.acting("SEDE").reading() as connection:
        assert found["tramita_open_cases"] == sum(open_cases(connection).values()) == 1
    assert found["tramita_jobs_waiting"] == office_jobs(office)
    assert found["tramita_clock_processes"] == 0
    assert 'tramita_requests_total{method="GET",route="/pedidos/<number>",status="200"}' in page
    assert 'tramita_request_seconds_bucket{le="0.5",route="/pedidos/<number>"}' in page
    assert 'tramita_acts_total{kind="case_opened"}' in page
    for name in ("log_head_age_seconds", "clock_lag_seconds", "mails_delayed", "jobs_late_seconds"):
        assert f"tramita_{name} " in page
    assert office.number not in page


def test_documents_that_are_held_are_counted(app, client):
    settings = app.extensions["settings"]
    assert "tramita_documents_held 0.0" in client.get("/metricas").text
    with socket.create_server((LOOPBACK, 0)) as shut:
        away = f"{LOOPBACK}:{shut.getsockname()[1]}"
    guarded = replace(settings, clamd_address=away, clamd_seconds=1)
    for content in (b"one", TEST_VIRUS):
        assert store_of(guarded).put([content]).held
    assert "tramita_documents_held 2.0" in client.get("/metricas").text
    with scanner() as address:
        store_of(replace(settings, clamd_address=address)).look_again(datetime.now(UTC))
    told = client.get("/metricas").text
    assert "tramita_documents_held 0.0" in told
    assert "tramita_documents_infected 1.0" in told
    app.extensions["settings"] = replace(settings, documents=__file__)
    told = client.get("/metricas")
    assert (told.status_code, "tramita_documents_held" in told.text) == (200, False)


def office_jobs(office):
    return stand(office.acting("SEDE")).clock.backlog.jobs


def test_refused_sign_ins_are_counted(client):
    def counted():
        page = client.get("/metricas").text
        told = re.search(r'tramita_sign_in_refusals_total\{why="not recognised"\} (\S+)', page)
        return float(told[1]) if told else 0.0

    before = counted()
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/entrar").text)[1]
    client.post("/entrar", data={"email": "a@b.example", "password": "x", "csrf": token})
    assert counted() == before + 1


COUNTING = """
import os
from web.watch.counts import count_refused_sign_in, counted

def count(times):
    for _ in range(times):
        count_refused_sign_in("x")

count(2)
for times in (3, 1):
    if not os.fork():
        count(times)
        os._exit(0)
    os.wait()
print(counted().get_sample_value("tramita_sign_in_refusals_total", {"why": "x"}))
"""


def test_processes_count_together_and_leave_their_place_to_the_next(tmp_path):
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    told = subprocess.check_output([sys.executable, "-c", COUNTING], env=environment, text=True)

    assert float(told) == 6
    assert {path.name for path in tmp_path.glob("slot_*")} == {"slot_0.lock", "slot_1.lock"}
