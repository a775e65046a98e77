"""Work of the installation that is under way: its pages are there for few."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, insert

from tests.installation import acting_as
from tests.web.matrix.accounts import NOW, TODAY, officer_of
from tests.web.matrix.people import BY_NAME, PEOPLE
from workflow.core.deadlines.calendar import CalendarDay, DayKind
from workflow.core.reform import Reform, Rename
from workflow.services.installation import Installation
from workflow.services.planning import plan_days
from workflow.services.reforms import plan_reform
from workflow.storage.batches import ImportBatch
from workflow.storage.engine import writing
from workflow.storage.identities import Identity
from workflow.storage.staff import Departure
from workflow.storage.work import JobRow

GIVEN_UP, BATCH, DEPARTURE = 7001, 7002, 7003


def begin_all(installation: Installation) -> dict[str, str]:
    """Begin one of each; return their numbers by name."""
    uow = acting_as(installation, "SCC", now=NOW)
    day = CalendarDay(
        "MG-EXEC", TODAY + timedelta(days=1), DayKind.OPTIONAL_HOLIDAY, "Luto oficial", "x"
    )
    plan = plan_days(uow, added=[day], key="matrix plan", source="x")
    renamed = Reform(TODAY, (Rename("SES", "Secretaria da Saúde"),))
    reform = plan_reform(uow, renamed, key="matrix reform", source="x")
    with writing(installation.engine) as connection:
        _leave_undone(connection)
    return {
        "plan": str(plan.id),
        "reform": str(reform.id),
        "job": str(GIVEN_UP),
        "batch": str(BATCH),
        "departure": str(DEPARTURE),
    }


def _leave_undone(connection: Connection) -> None:
    """Keep a job that was given up, an import, a departure, and ties to a provider."""
    leaver, head = officer_of(BY_NAME["foreign officer"]), officer_of(BY_NAME["foreign head"])
    given_up = {"kind": "matrix", "key": "matrix", "payload": {}, "attempt": 9, "failed_at": NOW}
    connection.execute(insert(JobRow).values(id=GIVEN_UP, created_at=NOW, run_at=NOW, **given_up))
    connection.execute(
        insert(ImportBatch).values(
            id=BATCH,
            key="matrix",
            kind="cases",
            type="agreement_review",
            version=1,
            file_name="acordos.csv",
            phase="ready",
            agency="SCC",
            created_at=NOW,
            total=0,
            faulty=0,
            faults=[],
        )
    )
    connection.execute(
        insert(Departure).values(
            id=DEPARTURE,
            key="matrix",
            officer_id=leaver,
            agency="SES",
            reason="x",
            moves=[],
            gone=0,
            failures=[],
            created_at=NOW,
            created_by=head,
        )
    )
    ties = [
        {
            "id": officer_of(person),
            "officer_id": officer_of(person),
            "issuer": "https://login.example.org",
            "subject": str(officer_of(person)),
            "linked_at": NOW,
        }
        for person in PEOPLE
        if person.signed_in
    ]
    connection.execute(insert(Identity), ties)
