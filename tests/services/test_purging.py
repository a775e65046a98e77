"""What is left of what was typed and sent is forgotten in time; what was not sent is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.services.purging import SENT_DRAFTS_KEPT, purge
from workflow.storage.queries.drafts import drafts_of, start_draft

WRITING = {"typed": {}, "documents": {}, "agency": "SEDE", "key": "k", "sent": None}
SEEN = {**WRITING, "sent": {"number": "2026-000001-01", "code": None, "seen": True}}
UNSEEN = {**WRITING, "sent": {"number": "2026-000002-02", "code": "BCDF-GHJK"}}


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def left(office):
    with office.uow().reading() as connection:
        rows = drafts_of(connection, office.opener)
    return [row.data for row in sorted(rows, key=lambda row: row.id)]


def test_what_is_left_of_requests_sent_long_ago_is_forgotten(office):
    with office.uow().writing() as connection:
        for data in (SEEN, WRITING, UNSEEN):
            start_draft(connection, office.opener, type_key="errand", data=data, at=NOON)

    office.now = NOON + SENT_DRAFTS_KEPT
    purge(office.uow())
    assert left(office) == [SEEN, WRITING, UNSEEN]

    office.now += timedelta(seconds=1)
    purge(office.uow())
    assert left(office) == [WRITING]
