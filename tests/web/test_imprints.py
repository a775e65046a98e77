"""Whatever would have an inbox written otherwise changes its imprint, which costs little to ask."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import (
    String,
    column,
    delete,
    insert,
    literal_column,
    null,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from tests.installation import acting_for
from tests.storage.counting import counted
from tests.web.filled import open_filled
from tests.web.test_foresight import asked, engine_of
from tests.web.test_inbox import Desk
from tests.web.test_kept_pages import look, looks_again, looks_anew
from workflow.services.inbox import Reader, View, Wanted, narrowed, read_glance, shelves_of, week_of
from workflow.services.inbox_imprints import Outline, imprint_asked
from workflow.services.register_lists import SOON
from workflow.storage.base import Base, decode
from workflow.storage.case import Case, TaskRow
from workflow.storage.desk import CaseFollower, InboxColumns, SavedFilter, TaskSnooze
from workflow.storage.direct import directly
from workflow.storage.labels import AgencyLabel
from workflow.storage.people import Officer
from workflow.storage.projections import CaseAgency, CaseDeadline, Relation
from workflow.storage.queries.counted import count_in
from workflow.storage.queries.glance import Asked, ask_glance
from workflow.storage.queries.imprint import tells_all
from workflow.storage.queries.inbox_pages import ask_page, read_page
from workflow.storage.registers import RegisterEntry

OTHERWISE = {
    "boolean": ["NOT {0}"],
    "integer": ["{0} + 1"],
    "bigint": ["{0} + 1"],
    "character varying": ["{0} || 'x'", "'waiting'"],
    "date": ["{0} - 400", "{0} + 400", "current_date"],
    "timestamp with time zone": ["{0} - interval '400 days'", "now()"],
}
"""What is written in the place of a value, by its type, besides nothing at all."""

_TIMES = 20
"""How often a row is written at most until it is back in a place where it was."""
BARE = {"task", "case", "queue_move", "definition"}
"""The tables whose rows an inbox tells of, and those of what is seldom there."""
FURNISHED = BARE - {"queue_move"} | {
    *("queue_tally", "queue_count", "inbox_columns", "agency_label", "officer"),
    *("task_snooze", "case_follower", "saved_filter", "relation", "register_entry"),
    "case_deadline",
}


@pytest.fixture
def desk(furnished_postgresql_url, tmp_path):
    made = open_filled(furnished_postgresql_url, tmp_path)
    yield Desk(made)
    made.leave()


class Inbox:
    """The inbox of the first officer of a desk, as a connection finds it."""

    def __init__(self, desk, connection, uow, *, limit=51, view=View.AGENCY):
        self.connection, self.limit = connection, limit
        officer = connection.execute(own_id()).scalar_one()
        self.uow = acting_for(uow, officer, desk.agency)
        self.reader = Reader(officer, desk.agency, keeps=frozenset({desk.agency}))
        self.wanted = Wanted(view)
        seen = read_glance(self.words()[0], self.reader)
        self.outline = Outline.of(seen, self.items())

    def words(self):
        """Return what the database tells of the glance and of the page."""
        reader, week = self.reader, week_of(self.uow)
        of = Asked(reader.officer, reader.agency, shelves_of(reader), keeps=reader.keeps)
        shown = narrowed(self.wanted, reader)
        glance = ask_glance(self.connection, of, powers=self.uow.powers, week=week, soon=SOON)
        page = {"week": week, "narrowed": shown, "after": None, "limit": self.limit}
        return glance, ask_page(self.connection, agency=reader.agency, **page)

    def items(self):
        """Return the tasks on the page."""
        return read_page(self.words()[1], week_of(self.uow), self.limit)

    def imprint(self):
        """Return the imprint of both."""
        views = self.wanted, self.wanted
        page = {"after": None, "limit": self.limit}
        asked = imprint_asked(self.uow, self.reader, views, self.outline, **page)
        return directly(self.connection).ask_written(*asked)


def seldom_there(desk, connection, *, other):
    """Return something of all that is seldom there, on a page and around it, as statements."""
    first, second, third = desk.numbers
    ids = dict(connection.execute(select(Case.number, Case.id)).all())
    own = connection.execute(own_id()).scalar_one()
    now, today = datetime.now(UTC), datetime.now(UTC).date()
    owned = {"officer_id": own, "agency": desk.agency, "name": "n", "query": "ver=agency"}
    question = {"key": "question:1", "agency": desk.agency, "due_on": today, "due_at": now}
    label = {"agency": desk.agency, "name": "n", "folded": "n", "colour": "blue"}
    snoozed = {"agency": desk.agency, "holder": 0, "until": today + timedelta(days=9)}
    at_first = {"case_id": ids[first], "no": desk.task(first).no, "officer_id": own, "at": now}
    rows = {
        TaskSnooze: snoozed | at_first,
        CaseFollower: {"officer_id": own, "case_id": ids[third], "since": now},
        SavedFilter: {"id": 1, **owned, "is_shared": True, "at": now},
        InboxColumns: {"officer_id": own, "columns": "state"},
        CaseDeadline: {"case_id": ids[third], **question, "status": "running", "generation": 1},
        Relation: {"case_id": ids[third], "other_number": first, "kind": "parent", "at": now},
        RegisterEntry: entry_due(desk.agency, today, now),
        AgencyLabel: {"id": 1, **label, "changed_by": own, "changed_at": now},
    }
    taken = update(TaskRow).where(TaskRow.case_id == ids[second])
    yield taken.values(assignee=other, status="claimed")
    yield from (insert(model).values(**row) for model, row in rows.items())


def entry_due(agency, today, now):
    """Return an entry of a register that an agency has to confirm today."""
    row = {one.name: "x" for one in RegisterEntry.__table__.c}
    row |= {"id": 1, "holder": agency, "status": "current", "data": {}, "revision": 1}
    row |= dict.fromkeys(("renewed_on", "due_on"), today)
    row |= dict.fromkeys(("ends_on", "ended_on", "wake_at", "replaced_by", "end_reason"))
    row |= dict.fromkeys(("created_at", "updated_at", "warned_until"), now)
    return row | {"before_the_system": False, "logged": 0, "case_number": None, "source": ""}


def own_id():
    """Select the id of the officer of a desk."""
    return select(Officer.id).where(Officer.email.startswith("officer@"))


def tables_in(statements):
    """Return the names of the tables that statements ask."""
    found = re.findall(r'(?:FROM|JOIN) "?(\w+)"?', " ".join(statements))
    return sorted(Base.metadata.tables.keys() & set(found))


def manipulations(connection, name):
    """Yield statements that each change one value of a row of a table, or take the row away."""
    kinds = connection.execute(
        text("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = :t"),
        {"t": name},
    ).all()
    of = table(name, *(column(one) for one, _ in kinds))
    quoted = literal_column(f'"{name}".ctid')
    for place in connection.execute(select(quoted).select_from(of).limit(4)).scalars().all():
        row = quoted == literal_column(f"'{place}'::tid")
        if name != "officer":  # who is gone is not recognised, by the same statement
            yield delete(of).where(row)
        for one, kind in kinds:
            values = [literal_column(how.format(f'"{one}"')) for how in OTHERWISE.get(kind, ())]
            yield from (update(of).where(row).values({one: v}) for v in (*values, null()))


@pytest.mark.parametrize("furnished", [False, True])
def test_whatever_is_written_otherwise_has_another_imprint(desk, furnished):
    owner = engine_of(desk)
    _, other = desk.filled.officer(desk.agency, role="focal_point")
    with desk.filled.work() as uow, owner.connect() as connection, counted(owner) as statements:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        if furnished:
            for statement in seldom_there(desk, connection, other=other):
                connection.execute(statement)
            count_in(connection)
        inbox = Inbox(desk, connection, uow)
        assert inbox.outline.beside == furnished
        statements.clear()
        words, imprint = inbox.words(), inbox.imprint()
        assert tells_all(imprint, beside=furnished)
        asked = tables_in(statements)
        moved = set()
        for name in asked:
            for statement in list(manipulations(connection, name)):
                step = connection.begin_nested()
                try:
                    connection.execute(statement)
                    otherwise = inbox.words() != words
                except DBAPIError:  # the database keeps no such thing
                    step.rollback()
                    continue
                if otherwise:
                    moved.add(name)
                    assert inbox.imprint() != imprint, f"{name}: {statement}"
                step.rollback()
    assert moved >= (FURNISHED if furnished else BARE)


def test_whatever_comes_to_an_inbox_changes_its_imprint(desk):
    _, other = desk.filled.officer(desk.agency, role="focal_point")
    with desk.filled.work() as uow, engine_of(desk).connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        inbox = Inbox(desk, connection, uow)
        words, imprint = inbox.words(), inbox.imprint()
        for statement in seldom_there(desk, connection, other=other):
            step = connection.begin_nested()
            connection.execute(statement)
            assert inbox.words() != words, statement
            assert inbox.imprint() != imprint, statement
            step.rollback()


def test_a_task_that_is_put_aside_for_longer_has_another_imprint(desk):
    _, other = desk.filled.officer(desk.agency, role="focal_point")
    with desk.filled.work() as uow, engine_of(desk).connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in seldom_there(desk, connection, other=other):
            connection.execute(statement)
        inbox = Inbox(desk, connection, uow, view=View.ASIDE)
        (glance, page), imprint = inbox.words(), inbox.imprint()
        connection.begin_nested()  # or it would be the same transaction
        connection.execute(update(TaskSnooze).values(until=TaskSnooze.until + 1))
        assert inbox.words()[0] == glance
        assert inbox.words()[1] != page
        assert inbox.imprint() != imprint


def test_who_looks_again_and_again_is_asked_for_the_imprint_alone(desk):
    """Each look is one statement: of words, of both, and then of the imprint for good."""
    asked(desk)
    pages, looks = zip(*(asked(desk) for _ in range(5)), strict=True)
    assert [len(statements) for statements in looks] == [1] * 5
    assert [("xmin" in one, "relation.other_number" in one) for (one,) in looks] == [
        (False, True),
        (True, True),
        *[(True, False)] * 3,
    ]
    assert all(one in page.text for page in pages for one in desk.numbers)


def test_a_change_is_found_by_the_imprint_and_told_by_one_statement_more(desk):
    before = looks_again(desk, desk.client)
    desk.numbers.append(desk.open(desk.filled, 9))
    page, statements = asked(desk)
    assert len(statements) == 2
    assert desk.numbers[-1] in page.text
    assert looks_anew(desk, desk.client) != before

    looks_again(desk, desk.client)
    with desk.filled.work() as uow, uow.writing() as connection:
        connection.execute(update(Case).values(subject=Case.subject))
    (page, statements), (_, later) = asked(desk), asked(desk)
    assert (len(statements), len(later)) == (2, 1)
    assert "other_number" in statements[1]
    assert "xmin" in later[0]


def test_what_is_there_unseen_is_asked_for_itself(desk):
    """Somebody follows a case that is none of theirs to know: nothing of it is counted.

    No task of it is on the page, so that its row is in no imprint.
    """
    looks_again(desk, desk.client, "ver=mine")
    with desk.filled.work() as uow, uow.writing() as connection:
        reader = connection.execute(own_id()).scalar_one()
        case = connection.execute(select(Case.id).limit(1)).scalar_one()
        row = {"officer_id": reader, "case_id": case, "since": datetime.now(UTC)}
        connection.execute(update(Case).values(announced=False))
        connection.execute(delete(CaseAgency).where(CaseAgency.case_id == case))
        connection.execute(insert(CaseFollower).values(**row))
    looks_again(desk, desk.client, "ver=mine")
    with counted(engine_of(desk)) as statements:
        page = look(desk.client, "ver=mine")
    (one,) = statements
    assert "xmin" in one
    with desk.filled.work() as uow, uow.writing() as connection:
        connection.execute(update(Case).values(announced=True))
    assert looks_anew(desk, desk.client, "ver=mine") != page


def test_a_page_that_ends_elsewhere_has_another_imprint_though_no_row_is_newer(desk):
    """All tasks were written at once: only their places tell them apart."""
    with desk.filled.work() as uow, uow.writing() as connection:
        connection.execute(update(TaskRow).values(order_at=TaskRow.order_at))
        connection.execute(update(Case).values(subject=Case.subject))
        inbox = Inbox(desk, connection, uow, limit=2)
        before, (first, *_) = inbox.imprint(), inbox.items()
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        gone = TaskRow.case_id == first.case_id
        connection.execute(delete(TaskRow).where(gone))
        assert len(inbox.items()) == 2
        assert inbox.imprint() != before


def test_a_task_that_is_written_again_in_the_same_place_has_another_imprint(desk):
    """What VACUUM freed is taken again, so that a place tells of no version by itself."""
    engine = engine_of(desk).execution_options(isolation_level="AUTOCOMMIT")
    with desk.filled.work() as uow, engine.connect() as connection:
        first, *_ = Inbox(desk, connection, uow).items()
        task = TaskRow.case_id == first.case_id, TaskRow.no == first.no
        place = select(literal_column("task.ctid", String)).select_from(TaskRow).where(*task)
        found = {}
        for day in range(_TIMES):
            on = first.due_on + timedelta(days=day)
            connection.execute(update(TaskRow).where(*task).values(due_on=on))
            connection.execute(text("VACUUM task"))
            inbox = Inbox(desk, connection, uow)
            there = connection.execute(place).scalar_one(), inbox.imprint()
            assert there[1] not in found.values()
            if there[0] in found:
                return
            found |= [there]
    raise AssertionError("no place was taken again")


def test_another_server_is_told_from_the_one_before(desk):
    with desk.filled.work() as uow, uow.reading() as connection:
        started = connection.execute(text("SELECT pg_postmaster_start_time()")).scalar_one()
        told, *_ = decode(Inbox(desk, connection, uow).imprint())
    assert datetime.fromisoformat(told) == started
