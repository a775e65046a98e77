"""Who somebody is and what waits for them, asked in one statement."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert

from tests.storage.cases import NOW, change, entering, opening
from tests.storage.counting import counted
from tests.storage.test_queries import TODAY, ask, person, save
from workflow.storage.engine import writing
from workflow.storage.notices import Notice, issue
from workflow.storage.people import Membership, Session, Substitution
from workflow.storage.queries import notices, people


def test_one_select_says_who_is_asking(engine):
    for officer_id, name in ((7, "Ada"), (8, "Bia"), (9, "Caio")):
        person(engine, officer_id, name)
    week = {"valid_from": TODAY - timedelta(days=7), "valid_to": TODAY}
    over = {"valid_from": date(2020, 1, 1), "valid_to": TODAY - timedelta(days=1)}
    parts = [(7, "SEF", "head", week), (7, "AGE", "officer", over), (8, "SCC", "officer", week)]
    found = save(engine, change(None, opening(), entering()))
    with writing(engine) as connection:
        for officer_id, agency, role, days in parts:
            row = {"officer_id": officer_id, "agency": agency, "role": role, **days}
            connection.execute(insert(Membership).values(row))
        away = {"absent_id": 8, "substitute_id": 7, "reason": "leave", "created_by": 8}
        connection.execute(insert(Substitution).values({**away, **week}))
        connection.execute(
            insert(Session).values(
                token_hash="t",
                officer_id=7,
                csrf="c",
                created_at=NOW,
                seen_at=NOW,
                expires_at=NOW + timedelta(hours=1),
            )
        )
        told = Notice("task:1", 1, "due_day", 1, 7, "app", "due_today", {}, NOW)
        issue(connection, found.case_id, notices=[told])

    with counted(engine) as statements:
        known = ask(engine, people.signed_in, "t", now=NOW, today=TODAY)
    assert len(statements) == 1
    assert (known.officer_id, known.name, known.csrf, known.unread) == (7, "Ada", "c", 1)
    assert known.own == (people.HeldRole("SEF", "head", 7),)
    assert known.substituted == (people.HeldRole("SCC", "officer", 8, "Bia", "2026-03-20"),)
    assert ask(engine, people.signed_in, "x", now=NOW, today=TODAY) is None
    late = NOW + timedelta(hours=1)
    assert ask(engine, people.signed_in, "t", now=late, today=TODAY) is None
    assert ask(engine, people.officer_by_email, " ADA@example.org ").id == 7
    assert ask(engine, people.officer_names, {7, 9}) == {7: "Ada", 9: "Caio"}
    (head,) = ask(engine, people.officers_of, "SEF", today=TODAY, roles=["head"])
    assert head.name == "Ada"
    (line,) = ask(engine, notices.notices_of, 7)
    assert (line.number, line.kind) == (found.snapshot.number, "due_today")
    assert ask(engine, notices.unread_notices, 7) == 1
    key = ("task:1", 1, "due_day", 1)
    assert ask(engine, notices.notice_to_send, found.case_id, key=key, officer_id=7) is None
    assert ask(engine, notices.deliveries_of, found.case_id) == []
