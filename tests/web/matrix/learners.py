"""What a practice installation is made with: an account for each exercise, and its first case."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from tests.installation import DAY_ONE
from tests.web.matrix.accounts import NOW
from tests.web.matrix.oracle import LEARNS_AS
from web.demo.people import PASSWORD
from web.demo.preparing import PREPARED
from workflow.services.passwords import hash_password
from workflow.storage.imports import keep_setting
from workflow.storage.officers import add_memberships, add_officer

FIRST: Final = 7000
POSTS: Final = {"officer": "SEF", "head": "AGE", "coordinator": "SCC", "requester": "SEDE"}
"""The agency of each account; that of the administrator has none."""


def let_learn(connection: Connection, number: str) -> None:
    """Employ those in whose place one learns, on the case of a number."""
    password = hash_password(PASSWORD)
    for officer, (person, email) in enumerate(LEARNS_AS.items(), start=FIRST):
        add_officer(
            connection,
            id=officer,
            email=email,
            name=person.title(),
            administrator=person not in POSTS,
            password_hash=password,
            fictional=True,
            created_at=NOW,
        )
        if person in POSTS:
            post = {"officer_id": officer, "agency": POSTS[person], "role": "head"}
            add_memberships(connection, [{**post, "valid_from": DAY_ONE, "valid_to": None}])
    story = "agreement_review/jiangsu_protocol"
    made = {"cases": 1, "shown": [number], "at": NOW.isoformat(), "numbers": {story: number}}
    keep_setting(connection, PREPARED, made)
