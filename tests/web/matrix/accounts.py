"""The accounts of everybody who asks, their sessions, and what is their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert

from tests.installation import DAY_ONE
from tests.web.matrix.people import BY_NAME, PEOPLE, Person
from tests.world import world
from workflow.core.playing import powers_of
from workflow.services.sign_in import digest
from workflow.storage.desk import AgencyLabel, SavedFilter
from workflow.storage.factors import TOTP, add_factor
from workflow.storage.feeds import Feed
from workflow.storage.officers import add_invitation, add_memberships, add_officer
from workflow.storage.people import Session, Substitution
from workflow.storage.projections import Draft
from workflow.storage.work import NoticeRow

NOW: Final = datetime.now(UTC)
TODAY: Final = NOW.astimezone(world().zone).date()
OWN: Final = "zqo{}x"
"""Stands in what is somebody's own, or of their agency alone."""
FIRST_OFFICER: Final = 5000


def employ_all(connection: Connection) -> None:
    """Give everybody an account, a session and something of their own."""
    for agency in ("SEDE", "SES"):
        employed = powers_of(agency, "second").officer or 0
        add_factor(connection, id=employed, name="app", **_factor_of(employed))
    for person in PEOPLE:
        if not person.signed_in:
            continue
        officer = officer_of(person)
        add_officer(
            connection,
            id=officer,
            email=address_of(person),
            name=person.name.title(),
            administrator=person.administrator,
            created_at=NOW,
        )
        _place(connection, person, officer)
        _belongings(connection, person, officer)
    labels = [
        {
            "id": n,
            "agency": agency,
            "name": OWN.format(agency.lower()),
            "folded": OWN.format(agency.lower()),
            "colour": "blue",
            "changed_by": officer_of(BY_NAME["foreign head"]),
            "changed_at": NOW,
        }
        for agency, n in LABELS.items()
    ]
    connection.execute(insert(AgencyLabel), labels)


LABELS: Final = {"SEDE": 1, "SES": 2}
"""The label that an agency keeps."""


def _factor_of(officer: int) -> dict[str, object]:
    return {
        "officer_id": officer,
        "kind": TOTP,
        "secret": "sealed",
        "counter": 0,
        "created_at": NOW,
    }


def officer_of(person: Person) -> int:
    """Return the id of somebody's account, and of what is theirs."""
    return FIRST_OFFICER + PEOPLE.index(person)


def address_of(person: Person) -> str:
    """Return the address of somebody's account."""
    return f"{officer_of(person)}@example.org"


def _place(connection: Connection, person: Person, officer: int) -> None:
    yesterday = TODAY - timedelta(days=1)
    if person.post:
        membership = {
            "officer_id": officer,
            "agency": person.at,
            "role": person.post.value,
            "valid_from": DAY_ONE,
            "valid_to": yesterday if person.former else None,
        }
        add_memberships(connection, [membership])
    if person.instead_of:
        connection.execute(
            insert(Substitution).values(
                absent_id=powers_of(person.instead_of, "second").officer,
                substitute_id=officer,
                valid_from=DAY_ONE,
                valid_to=yesterday if person.late else TODAY + timedelta(days=9),
                reason="vacation",
                created_by=officer,
            )
        )
    connection.execute(
        insert(Session).values(
            token_hash=digest(token_of(person)),
            officer_id=officer,
            csrf=f"csrf {officer}",
            agency=person.at or None,
            created_at=NOW + timedelta(days=1),  # what wants a fresh proof has it to the end
            seen_at=NOW + timedelta(days=1),
            expires_at=NOW + timedelta(days=2),
        )
    )


def token_of(person: Person) -> str:
    """Return what the cookie of somebody's session holds."""
    return f"session-{officer_of(person)}"


def feed_of(person: Person) -> str:
    """Return what is secret in the address of somebody's calendar."""
    return f"feed-{officer_of(person)}"


def invitation_of(person: Person) -> str:
    """Return what is secret in the link by which somebody sets a password."""
    return f"invitation-{officer_of(person)}"


def _belongings(connection: Connection, person: Person, officer: int) -> None:
    """Give somebody a draft, a saved filter, a notice and a second factor of their account's id."""
    mark = OWN.format(officer)
    add_factor(connection, id=officer, name=mark, **_factor_of(officer))
    invited = digest(invitation_of(person))
    add_invitation(connection, invited, officer_id=officer, expires_at=NOW + timedelta(days=7))
    data = {"agency": person.at, "key": "k", "typed": {"sobre": [["data.subject", mark]]}}
    data["documents"] = {}
    connection.execute(
        insert(Draft).values(
            id=officer, officer_id=officer, kind="grant_application", data=data, saved_at=NOW
        )
    )
    connection.execute(
        insert(Feed).values(
            officer_id=officer, agency=person.at, token_hash=digest(feed_of(person)), created_at=NOW
        )
    )
    connection.execute(
        insert(SavedFilter).values(
            id=officer,
            officer_id=officer,
            agency=person.at,
            name=mark,
            query="ver=agency",
            is_shared=False,
            at=NOW,
        )
    )
    connection.execute(
        insert(NoticeRow).values(
            id=officer,
            clock_key="mark",
            generation=1,
            rung="mark",
            occurrence=officer,
            officer_id=officer,
            channel="app",
            kind="membership_begun",
            params={"agency": "SES", "role": "officer", "by": mark},
            issued_at=NOW,
        )
    )
