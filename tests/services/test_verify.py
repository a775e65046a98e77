"""A case that was tampered with is found, and what was changed is named."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, event, insert, select, text, update

from tests.installation import acting_as
from tests.stories import SCENARIOS, play_through
from workflow.catalogue.scenarios import read_scenario
from workflow.core.change import Bucket
from workflow.core.errors import UnknownCase
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify, verify_all
from workflow.storage.case import Case, EventRow, PrivateValue, TaskRow
from workflow.storage.dialect import is_sqlite
from workflow.storage.projections import CaseAgency, CaseDeadline, DocumentRow, QueueCount
from workflow.storage.queries.counted import count_in
from workflow.storage.search import Passage

NOW = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
STORY = next(p for p in SCENARIOS if p.stem == "acts_on_the_way")


@pytest.fixture
def number(installed):
    return play_through(read_scenario(STORY, zone=installed.zone), installed)


@pytest.fixture
def uow(installed):
    return acting_as(installed, "SCC", now=NOW)


def tamper(uow, *statements):
    with uow.writing() as connection:
        for statement in statements:
            connection.execute(statement)


def event_of(uow, kind):
    with uow.reading() as connection:
        wanted = select(EventRow.seq, EventRow.body).where(EventRow.kind == kind)
        return connection.execute(wanted.order_by(EventRow.seq)).first()


def on(table, *conditions):
    return update(table).where(*conditions)


def test_a_case_nobody_touched_is_sound(uow, number):
    found = verify(uow, number)
    assert found.is_sound
    assert found.events >= 30
    assert verify_all(uow).is_sound


def test_what_is_asked_of_every_case_is_made_once(uow, installed, number):
    made = []
    event.listen(installed.engine, "before_execute", lambda _c, asked, *_: made.append(asked))
    verify(uow, number)
    before = {id(asked) for asked in made}
    of_one = len(made)
    verify(uow, number)
    anew = [asked for asked in made[of_one:] if id(asked) not in before]
    assert len(made) == 2 * of_one
    assert len(anew) <= 1, "by its number it is found by a statement of its own"


def test_a_case_that_there_is_not_cannot_be_verified(uow):
    with pytest.raises(UnknownCase):
        verify(uow, "2026-999999-00")


def test_a_word_changed_in_history_breaks_the_chain_there(uow, number):
    seq, body = event_of(uow, "task_completed")
    changed = {**body, "outcome": "refuse"}
    tamper(uow, on(EventRow, EventRow.seq == seq).values(body=changed))
    assert verify(uow, number).broken == seq


def test_every_part_of_a_line_is_sealed(uow, number):
    parts = {"officer": 1, "agency": "SEF", "guest": "requester", "kind": "case_announced"}
    parts |= {"at": datetime(2025, 1, 1, tzinfo=UTC), "hash": "0" * 64}
    parts |= {"on_behalf_of": 2, "body": {}}
    for seq, (column, value) in enumerate(parts.items(), 2):
        with uow.reading() as connection:
            kept = connection.execute(select(EventRow.__table__).filter_by(seq=seq)).one()
        tamper(uow, on(EventRow, EventRow.seq == seq).values({column: value}))
        assert verify(uow, number).broken == seq, column
        restored = {column: getattr(kept, column)}
        tamper(uow, on(EventRow, EventRow.seq == seq).values(restored))
    tamper(uow, on(EventRow, EventRow.seq == 3).values(kind="never_heard_of"))
    assert verify(uow, number).broken == 3


def test_a_line_left_out_breaks_the_chain_behind_it(uow, number):
    tamper(uow, delete(EventRow).where(EventRow.seq == 7))
    assert verify(uow, number).broken == 8


def test_two_lines_exchanged_break_the_chain_at_the_first(uow, number):
    moves = [(7, -1), (8, 7), (-1, 8)]
    tamper(uow, *(on(EventRow, EventRow.seq == a).values(seq=b) for a, b in moves))
    assert verify(uow, number).broken == 7


def test_the_last_line_left_out_is_missed_by_the_case(uow, number):
    last = verify(uow, number).events
    tamper(uow, delete(EventRow).where(EventRow.seq == last))
    found = verify(uow, number)
    assert found.broken is None
    assert {"case.seq", "case.head"} <= set(found.differs)


def test_no_history_at_all_is_broken_from_the_start(uow, number):
    tamper(uow, delete(EventRow))
    assert (verify(uow, number).events, verify(uow, number).broken) == (0, 1)


def data_of(uow):
    with uow.reading() as connection:
        return connection.execute(select(Case.data)).scalar_one()


def test_whatever_was_changed_beside_history_is_named(uow, number):
    changed = {**data_of(uow), "tax_treatment": True}
    whole = CaseDeadline.key == "case:whole"
    tamper(
        uow,
        on(Case).values(data=changed, subject="Outra coisa", closed_at=NOW),
        on(TaskRow, TaskRow.no == 1).values(outcome="refuse"),
        on(TaskRow, TaskRow.no == 2).values(agency="SEF"),
        delete(TaskRow).where(TaskRow.no == 3),
        on(DocumentRow, DocumentRow.field == "draft").values(sha256="0" * 64),
        insert(CaseAgency).values(case_id=1, agency="AGE-X"),
        delete(CaseAgency).where(CaseAgency.agency == "SEE"),
        on(CaseDeadline, whole).values(due_on=date(2030, 1, 1)),
    )
    found = verify(uow, number)
    assert found.broken is None
    assert set(found.differs) == {
        *("case.data.tax_treatment", "case.subject", "case.closed_at"),
        *("task.1.outcome", "task.2.agency", "task.3"),
        *("document.draft.1.sha256", "case_agency.AGE-X", "case_agency.SEE"),
        "case_deadline.case:whole.due_on",
    }
    assert [unsound.number for unsound in verify_all(uow).unsound] == [number]


@pytest.mark.parametrize("instead", [{}, {"suspensiom": None}])
def test_an_empty_value_is_missed_where_its_name_is_gone(uow, number, instead):
    with uow.reading() as connection:
        kept = connection.execute(select(Case.memory)).scalar_one()
    assert kept["suspension"] is None
    left = {name: value for name, value in kept.items() if name != "suspension"}
    tamper(uow, on(Case).values(memory=left | instead))
    wrong = [f"case.memory.{name}" for name in sorted({"suspension", *instead})]
    assert list(verify(uow, number).differs) == wrong


def test_a_case_put_into_another_state_is_found(uow, number):
    tamper(uow, on(Case).values(state="triage"))
    assert verify(uow, number).differs == ("case.state",)


def test_bytes_that_are_no_letters_are_told_like_any_others(uow, number):
    no_letter = is_sqlite(uow.installation.engine)
    value = "CAST(x'ff' AS TEXT)" if no_letter else "NOT announced"
    tamper(uow, text(f'UPDATE "case" SET announced = {value}'))
    assert verify(uow, number).differs == ("case.announced",)
    if no_letter:
        same = (
            "CAST(CAST(substr(opened_at, 1, 10) AS BLOB) || x'ff' || substr(opened_at, 12) AS TEXT)"
        )
        tamper(uow, text(f'UPDATE "case" SET announced = 0, opened_at = {same}'))
        assert verify(uow, number).differs == ("case.opened_at",)


def test_a_personal_value_that_is_not_the_one_committed_to_is_found(uow, number):
    seq, body = event_of(uow, "information_answered")
    sealed = PrivateValue.commitment == body["answer"]["commitment"]
    tamper(uow, on(PrivateValue, sealed).values(value="Treze equipes."))
    found = set(verify(uow, number).differs)
    told_of_it = {f"passage.event.{seq}.text", f"passage.event.{seq}.words"}
    assert found == {f"private_value.{seq}", *told_of_it}


def test_a_wrong_count_of_an_inbox_is_found(uow, number):
    with uow.writing() as connection:
        count_in(connection)
    tamper(uow, on(QueueCount, QueueCount.n == 1).values(n=4))
    found = verify_all(uow)
    assert found.unsound == ()
    assert [type(bucket) for bucket in found.miscounted] == [Bucket]
    assert not found.is_sound


def test_what_is_left_of_a_case_that_is_gone_is_found(uow, number):
    tamper(uow, on(EventRow, EventRow.seq == 1).values(case_id=777))
    tamper(uow, on(CaseDeadline).values(case_id=778))
    tamper(uow, on(Passage, Passage.place == "subject").values(case_id=779))
    found = verify_all(uow)
    assert found.strays == ("event.777", "case_deadline.778", "passage.779")
    assert not found.is_sound


def test_progress_is_told(uow, number):
    told = []
    verify_all(uow, lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


def test_an_empty_installation_is_sound(installed):
    assert verify_all(UnitOfWork(installed, now=NOW)).is_sound
