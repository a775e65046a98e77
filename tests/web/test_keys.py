"""Keys of acts: what a browser sends is no key of the clock; a task handed on is received anew."""

from __future__ import annotations

import pytest

from web.security import ONCE_KEY, once_key


@pytest.fixture
def tax(office):
    return office.task("tax_review")


def test_what_a_browser_sends_is_no_key_of_a_job(office):
    with office.app.test_request_context(method="POST", data={ONCE_KEY: "2026-000001-16:wake"}):
        assert once_key() == "form:2026-000001-16:wake"


def test_a_form_without_a_key_has_one_of_its_own(office):
    with office.app.test_request_context(method="POST"):
        assert once_key() != once_key()


def test_a_task_handed_on_is_received_by_the_other_agency_too(office, tax):
    office.visit("SEF").get(f"/tarefas/{tax}")
    office.visit("SEF").post(f"/tarefas/{tax}/orgao", {"agency": "SEE", "reason": "É dela."})
    assert office.case().task(tax).received_at is None

    office.visit("SEE").get(f"/tarefas/{tax}")

    assert office.case().task(tax).received_at
