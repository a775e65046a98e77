"""The disk of an installation on SQLite is full: told, nothing lost, and well again with room."""

from __future__ import annotations

import io
import shutil
import uuid

from tests.counts import count
from tests.faults.crowd import at_work, signed_in
from tests.faults.ledger import hold_against, lines_of_history
from tests.faults.offices import offices, settings_of
from tests.servers.disks import small_disk
from tests.servers.supervised import supervised
from tests.services.rounds import OPENER
from tests.web.site import address
from tests.web.test_new_case import MINUTA

TIMES = count(1, exhaustive=10)
"""How often the disk becomes full and is given room again."""
MEGABYTES = 64
FULL = "Falta espaço para gravar"
PAPER = MINUTA + b"%" * 100_000
TYPED = "Um texto comprido que ninguém quer escrever duas vezes."


def test_a_full_disk_is_told_loses_nothing_and_is_overcome(
    installed_sqlite_template, tmp_path, random, record_property
):
    log = tmp_path / "gunicorn.log"
    with small_disk(megabytes=MEGABYTES) as disk:
        shutil.copyfile(installed_sqlite_template, disk.folder / "full.sqlite")
        url = f"sqlite:///{disk.folder / 'full.sqlite'}"
        made = offices(url, drafts=6)
        with made.installation.engine.connect() as connection:
            before = lines_of_history(connection)
        with supervised(settings_of(url, disk.folder), log=log) as server:
            browser = signed_in(server.url, address(OPENER))
            with at_work(server.url, made, random=random) as crowd:
                for n in range(TIMES):
                    crowd.await_acts(5)
                    disk.fill(server.process.pid)
                    crowd.await_trouble(8 * (n + 1))
                    _all_is_told(browser, made.numbers[0], crowd.ledger)
                    disk.free(server.process.pid)
                    crowd.await_acts(5)
            browser.session.close()
        assert crowd.ledger.shocks == []
        hold_against(crowd.ledger, made.installation, before=before)
        made.installation.engine.dispose()
        assert not list(disk.folder.glob("documents/**/*#*")), "half a document was left"
    record_property("times full", TIMES)
    record_property("acts acknowledged", len(crowd.ledger.acknowledged))
    record_property("acts acknowledged and lost", 0)
    record_property("told to come back later", crowd.ledger.unavailable)


def _all_is_told(browser, number, ledger):
    """Hold that pages are read, that forms and documents are refused, and say what to do."""
    assert browser.get(f"/pedidos/{number}").status_code == 200
    refused, once = _refused(browser, number, ledger)
    assert refused.headers["Retry-After"] == "30"
    assert FULL in refused.text
    assert "liberar espaço" in refused.text
    assert TYPED in refused.text
    assert f'action="/pedidos/{number}/comentarios"' in refused.text
    assert f'value="{once}"' in refused.text
    assert browser.token in refused.text
    document = {"document": ("minuta.pdf", io.BytesIO(PAPER), "application/pdf")}
    brought = browser.post(f"/pedidos/{number}/documentos", {"field": "paper"}, files=document)
    assert (brought.status_code, FULL in brought.text) == (503, True), brought.text
    assert "escolha-o outra vez" in brought.text


def _refused(browser, number, ledger):
    """Comment until there is no room for it; what has been written before may leave some."""
    for _ in range(200):
        once = str(uuid.uuid4())
        ledger.tried[f"form:{once}"] = "comment"
        fields = {"text": TYPED, "readers": "agencies", "once": once}
        answer = browser.post(f"/pedidos/{number}/comentarios", fields)
        if answer.status_code == 503:
            return answer, once
        assert answer.status_code == 303, answer.text
        ledger.acknowledge(f"form:{once}")
    raise AssertionError("there is room for everything")
