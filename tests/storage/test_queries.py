"""What lists show is what is there, page by page, and only to those for whom it exists."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, text

from tests.storage.cases import (
    NOW,
    attaching,
    change,
    claiming,
    completing,
    entering,
    load,
    opening,
    opening_task,
)
from tests.storage.counting import counted
from workflow.core.events import Kind, Private
from workflow.core.history import broken_seal, rebuild
from workflow.core.playing import powers_of
from workflow.storage.apply import write
from workflow.storage.case import TaskRow
from workflow.storage.engine import acting, reading, writing
from workflow.storage.people import Officer
from workflow.storage.placing import waiting
from workflow.storage.queries import (
    around,
    cases,
    drafts,
    events,
    inbox,
    inbox_pages,
    shelves,
)
from workflow.storage.queries.counted import count_in

OF_PAGE = {"agency": "", "with_data": "loan", "kinds": None, "before": None, "limit": 60}
TODAY = date(2026, 3, 20)
WEEK = inbox.Week.on(TODAY, ZoneInfo("America/Sao_Paulo"))


def number(n):
    return f"2026-{n:06}-00"


def save(engine, decided, case_id=None):
    key = f"{decided.number}:{decided.after.revision}"
    with acting(engine) as connection:
        assert write(connection, decided, case_id=case_id, key=key)
        return load(connection, decided.number)


def page_of(engine, case_id, of):
    return ask(engine, around.around, case_id, of, powers=powers_of("SCC"), **OF_PAGE)


def person(engine, officer_id, name):
    with writing(engine) as connection:
        address = f"{name.lower()}@example.org"
        row = {"id": officer_id, "name": name, "email": address, "created_at": NOW}
        connection.execute(insert(Officer).values(row))


def ask(engine, function, *args, **kwargs):
    with reading(engine) as connection:
        return function(connection, *args, **kwargs)


@pytest.fixture
def full(engine):
    """Nine cases with a task of SEF each, due on different days, and one undated."""
    for n in range(1, 10):
        data = {"subject": f"Loan 100% of painting {n}"}
        steps = (opening(data=data), entering(), opening_task(1, day=10 + (n * 7) % 20))
        save(engine, change(None, *steps, number=number(n)))
    found = ask(engine, load, number(9))
    kind, body = opening_task(2)
    save(engine, change(found.snapshot, (kind, {**body, "clock": None}), number=number(9)), 9)
    return engine


def test_the_inbox_is_read_page_by_page_without_gaps(full):
    pages, after = [], None
    while page := ask(full, inbox_pages.inbox_page, week=WEEK, agency="SEF", after=after, limit=3):
        pages.append(page)
        after = page[-1].cursor
    lines = [line for page in pages for line in page]

    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert len({(line.number, line.no) for line in lines}) == 10
    days = [line.due_on for line in lines[:-1]]
    assert days == sorted(days)
    assert lines[-1].due_on is None
    assert ask(full, inbox_pages.inbox_page, week=WEEK, agency="AGE") == []


def test_the_inbox_is_narrowed(full):
    person(full, 7, "Ada")
    found = ask(full, load, number(3))
    save(full, change(found.snapshot, claiming(1), number=number(3)), found.case_id)

    def numbers(agency="SEF", **to):
        narrowed = inbox.InboxFilter(**to)
        return {
            i.number
            for i in ask(full, inbox_pages.inbox_page, week=WEEK, agency=agency, narrowed=narrowed)
        }

    assert numbers(assignee=7) == numbers(None, assignee=7) == {number(3)}
    assert len(numbers(assignee="nobody")) == 8
    assert numbers(type="other") == set()
    assert len(numbers(type="loan", opener="SCC")) == 9
    groups = [numbers(group=group) for group in inbox.GROUPS]
    assert [len(group) for group in groups] == [6, 0, 3, 0, 1]
    (mine,) = ask(
        full, inbox_pages.inbox_page, week=WEEK, agency=None, narrowed=inbox.InboxFilter(assignee=7)
    )
    assert mine.assignee_name == "Ada"


def queue_counts(connection, *, agency, officer):
    given = {"agency": agency, "whose": officer, **shelves.days_of(TODAY)}
    row = connection.execute(shelves.queue_sums(), given).one()
    return shelves.QueueCounts(**row._mapping)


def test_counts_agree_with_the_inbox(full):
    with writing(full) as connection:
        assert count_in(connection) > 0
    found = ask(full, load, number(3))
    save(full, change(found.snapshot, claiming(1), number=number(3)), found.case_id)
    lines = ask(full, inbox_pages.inbox_page, week=WEEK, agency="SEF")
    counts = ask(full, queue_counts, agency="SEF", officer=7)
    with writing(full) as connection:
        assert count_in(connection) == 1
        assert count_in(connection) == 0
    assert ask(full, queue_counts, agency="SEF", officer=7) == counts

    days = [line.due_on for line in lines]
    assert counts.all == 10
    assert counts.undated == days.count(None) == 1
    assert counts.late == sum(bool(d and d < TODAY) for d in days)
    assert counts.today == days.count(TODAY)
    assert counts.late + counts.today + counts.week + counts.later + counts.undated == 10
    assert (counts.mine, counts.unassigned) == (1, 9)
    nobody = ask(full, queue_counts, agency="AGE", officer=7)
    assert (nobody.all, nobody.mine) == (0, 0)
    with writing(full) as connection:
        assert shelves.forget_empty_counts(connection, before=date(2027, 1, 1)) == 1


def test_a_page_of_the_inbox_follows_its_index(full):
    with counted(full) as statements:
        ask(full, inbox_pages.inbox_page, week=WEEK, agency="SEF", limit=3)
    assert len(statements) == 1
    plain = "SELECT * FROM task WHERE agency = 'SEF' AND rank = 1 AND ended_at IS NULL"
    plain += " ORDER BY order_at, case_id, no LIMIT 3"
    assert "task.ended_at IS NULL" in statements[0]
    with writing(full) as connection:
        if full.dialect.name == "sqlite":
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {plain}"))
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = connection.execute(text(f"EXPLAIN {plain}"))
        told = str(plan.all())
    assert "ix_task_inbox" in told
    assert "Sort" not in told
    assert "TEMP B-TREE" not in told


def test_open_tasks_are_those_that_have_not_ended(full):
    with acting(full) as connection:
        first, second = (load(connection, number(n)) for n in (1, 2))
    save(full, change(first.snapshot, claiming(1)), first.case_id)
    save(full, change(second.snapshot, completing(1)), second.case_id)

    told = select(TaskRow.case_id).where(TaskRow.status.in_(["open", "claimed"]))
    with reading(full) as connection:
        told_open = set(connection.scalars(told))
        assert (
            set(connection.scalars(select(TaskRow.case_id).where(TaskRow.is_open()))) == told_open
        )
    assert first.case_id in told_open
    assert second.case_id not in told_open


def test_the_tasks_of_a_case_are_found_by_it_even_while_there_are_none(postgresql_url, make):
    engine = make(postgresql_url)
    plain = "SELECT * FROM task WHERE case_id = 1 AND ended_at IS NULL"
    with reading(engine) as connection:
        plan = str(connection.exec_driver_sql(f"EXPLAIN {plain}").all())

    assert "ix_task_open" in plan


def test_acts_without_a_place_in_the_log_are_found_by_their_index(sqlite_url, make):
    engine = make(sqlite_url)
    with reading(engine) as connection, counted(engine) as statements:
        waiting(connection, limit=10)
        (plan, *_) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statements[0]}", (10, 0))

    assert plan.detail == "SEARCH act_key USING INDEX ix_act_key_waits (waits=?)"


def test_a_case_exists_for_its_agencies_only_where_it_must(engine):
    kinds = {1: {}, 2: {"access": "restricted"}, 3: {"announced": False}}
    for n, parts in kinds.items():
        steps = (opening(**parts), entering(), opening_task(1))
        save(engine, change(None, *steps, number=number(n)))

    def seen(agencies, **more):
        page = ask(engine, cases.cases_page, visible=cases.visible_to(agencies), **more)
        return [row.number for row in page]

    assert seen(["AGE"]) == [number(1)]
    assert seen([]) == []
    assert seen(["SEF", "AGE"]) == [number(3), number(2), number(1)]
    assert seen(["SEF"], before_id=3, limit=1) == [number(2)]
    everything = cases.visible_to([], everything=True)
    assert len(ask(engine, cases.cases_page, visible=everything)) == 3
    stranger = cases.visible_to(["AGE"])
    assert ask(engine, cases.find_case, number(2), visible=stranger) is None
    assert ask(engine, cases.find_case, number(1), visible=stranger).subject == "Loan of a painting"


def test_cases_are_narrowed_and_tied(full):
    tie = (Kind.CASE_RELATED, {"number": number(1), "relation": "amends"})
    found = ask(full, load, number(2))
    closing = (Kind.CASE_CLOSED, {"result": "completed"})
    second = change(found.snapshot, tie, attaching("draft", 1), completing(1), closing)
    save(full, second, found.case_id)
    all_of_it = cases.visible_to(["SCC"])

    def count(**to):
        narrowed = cases.CaseFilter(**to)
        return len(ask(full, cases.cases_page, visible=all_of_it, narrowed=narrowed))

    assert (count(), count(is_open=True), count(is_open=False)) == (9, 8, 1)
    assert (count(type="loan"), count(opener="SEF"), count(part_of="SEF")) == (9, 0, 9)
    assert count(text="LOAN painting") == 9
    first = ask(full, load, number(1)).case_id
    (forth,) = page_of(full, found.case_id, number(2)).ties
    (back,) = page_of(full, first, number(1)).ties
    assert (forth["number"], forth["kind"], bool(forth["inward"])) == (number(1), "amends", False)
    assert (back["number"], back["kind"], bool(back["inward"])) == (number(2), "amends", True)
    assert [t["status"] for t in ask(full, cases.tasks_of, found.case_id)] == ["completed"]
    assert [d.name for d in ask(full, cases.documents_of, found.case_id)] == ["minuta.pdf"]
    assert ask(full, cases.find_document, found.case_id, field="draft").version == 1
    assert ask(full, cases.find_document, found.case_id, field="draft", version=2) is None


def test_a_case_is_rebuilt_from_the_events_that_are_kept(engine):
    first = change(
        None,
        opening(data={"parties": {"commitment": "c1"}}),
        entering(),
        opening_task(1),
        private={"c1": Private("salt", [{"name": "Ada"}])},
    )
    found = save(engine, first)
    after = save(engine, change(found.snapshot, completing(1)), found.case_id)

    told = ask(engine, events.events_of, found.case_id)
    rebuilt = rebuild(after.snapshot.number, after.snapshot.definition, told)

    assert broken_seal(after.snapshot.number, told) is None
    assert rebuilt.data == after.snapshot.data
    assert rebuilt.data["parties"] == [{"name": "Ada"}]
    assert (rebuilt.seq, rebuilt.head) == (after.snapshot.seq, after.snapshot.head)
    pick = [
        [e.seq for e in ask(engine, events.events_of, found.case_id, **page)]
        for page in ({"limit": 2}, {"before": 3, "limit": 1}, {"from_seq": 3})
    ]
    assert pick == [[3, 4], [2], [3, 4]]
    assert ask(engine, events.last_event, found.case_id).kind is Kind.TASK_COMPLETED
    assert ask(engine, events.case_id_of, number(1)) == found.case_id


def test_what_is_typed_is_kept_until_it_is_sent(engine):
    person(engine, 7, "Ada")
    place = {"case_number": number(1), "task_no": 1}
    with writing(engine) as connection:
        for words in ("a", "ab"):
            data = {"data": {"opinion": words}, "revision": 1, "at": NOW}
            drafts.save_task_draft(connection, 7, **place, **data)
        started = drafts.start_draft(connection, 7, type_key="loan", data={}, at=NOW)
        assert drafts.save_draft(connection, 7, started, data={"subject": "x"}, at=NOW)
        assert not drafts.save_draft(connection, 8, started, data={}, at=NOW)
    assert ask(engine, drafts.task_draft, 7, **place).data == {"opinion": "ab"}
    assert [d.data for d in ask(engine, drafts.drafts_of, 7)] == [{"subject": "x"}]
    with writing(engine) as connection:
        drafts.forget_task_drafts(connection, **place)
        drafts.forget_draft(connection, 7, started)
    assert ask(engine, drafts.task_draft, 7, **place) is None
    assert ask(engine, drafts.draft, 7, started) is None


def test_what_stands_around_a_case_comes_in_one_statement_as_it_does_in_several(full):
    found = ask(full, load, number(2))
    save(full, change(found.snapshot, attaching("draft", 1), completing(1)), found.case_id)

    with counted(full) as statements:
        told = page_of(full, found.case_id, number(2))

    assert len(statements) == 1
    assert told.events == ask(full, events.events_of, found.case_id)
    assert list(told.tasks) == list(ask(full, cases.tasks_of, found.case_id))
    (kept,) = ask(full, cases.documents_of, found.case_id)
    (document,) = told.documents
    assert {name: document[name] for name in ("field", "version", "name", "size")} == {
        "field": kept.field,
        "version": kept.version,
        "name": kept.name,
        "size": kept.size,
    }
