"""Codes for whoever has lost the second factor: each serves once, and none can be guessed."""

from __future__ import annotations

from math import log2

import pytest

from tests.services.proving import EMAIL, KEPT, enter, show, with_app
from workflow.services import factors
from workflow.services.factors import FactorRefused
from workflow.services.passwords import hash_password
from workflow.storage import factors as storage
from workflow.storage.officers import add_officer

pytestmark = pytest.mark.at_work


@pytest.fixture
def ana(uow):
    with uow.writing() as connection:
        return add_officer(
            connection, email=EMAIL, name="Ana", password_hash=KEPT, created_at=uow.now
        )


def test_a_recovery_code_serves_once_however_it_is_typed(uow, ana):
    _, codes = with_app(uow, ana)
    assert len(set(codes)) == factors.CODES
    assert show(uow, enter(uow), codes[3].lower().replace("-", " "))
    assert factors.proofs_of(uow, ana).codes_left == factors.CODES - 1
    with pytest.raises(FactorRefused):
        show(uow, enter(uow), codes[3])


def test_a_recovery_code_cannot_be_guessed_and_shorter_ones_of_before_serve_still(uow, ana):
    _, codes = with_app(uow, ana)
    letters = [code.replace("-", "") for code in codes]
    assert all(len(one) * log2(len(factors.LETTERS)) >= 128 for one in letters)
    assert {*"".join(letters)} <= {*factors.LETTERS}

    with uow.writing() as connection:
        storage.replace_codes(connection, ana, [hash_password("ABCDEFGHJKLM")])
    assert show(uow, enter(uow), "abcd-efgh-jklm")
    assert factors.proofs_of(uow, ana).codes_left == 0
