"""The public check of a receipt in a real browser: what is true, forged, and known to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.installation import acting_as
from tests.servers.chromium import Visitors
from tests.web.driving import press
from tests.web.looks import SCREENS, barriers, on_screens
from tests.web.site import Site, running_site, sign_in
from workflow.services.history_log import place_events
from workflow.services.signing import make_key, signer_from
from workflow.services.tree_heads import sign_head

STORY = "opinion_request/straight_way"


@pytest.fixture(scope="module")
def signed(
    installed_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve an installation whose history is signed."""
    folder = tmp_path_factory.mktemp("signed")
    public = make_key(folder / "proof_key", "localhost").text()
    given = {"stories": {STORY: 0}, "TRAMITA_PROOF_PUBLIC_KEYS": public}
    with running_site(installed_sqlite_template, folder, **given) as site:
        for step in (place_events, lambda uow: sign_head(uow, signer_from(folder / "proof_key"))):
            step(acting_as(site.installation, "SCC", now=datetime.now(UTC)))
        yield site


@on_screens
def test_a_receipt_is_checked_without_a_barrier(signed: Site, visitors: Visitors, screen: str):
    page = visitors.page(**SCREENS[screen])
    sign_in(page, signed, "SCC")
    kept = f"{signed.url}/pedidos/{signed.cases[STORY]}/recibos/1"
    receipt = page.request.get(kept).text()
    forged = receipt.replace("case_opened", "case_closed")
    asking = f"{signed.url}/conferir-recibo/"

    for text, told in (
        (receipt, "O recibo é verdadeiro"),
        (forged, "O recibo foi alterado"),
        (receipt[:99], "Isto não é um recibo daqui"),
    ):
        page.goto(asking)
        page.fill("textarea[name=receipt]", text)
        press(page.locator("main form button[type=submit]"))
        page.get_by_text(told).wait_for()
        page.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert barriers(page) == [], told
    page.goto(f"{asking}?codigo=1-made-up")
    page.get_by_text("Nenhum registro assinado tem este código").wait_for()
    assert barriers(page) == [], "a code of nothing"

    foreseen = ("404", "422")
    assert [one for one in visitors.complaints if not any(n in one for n in foreseen)] == []
