"""What an inbox asks again of who comes back is asked in one statement, and never told wrongly."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.exc import ProgrammingError

from tests.storage.counting import counted
from tests.web.test_inbox import Desk
from workflow.storage.dialect import is_sqlite
from workflow.storage.engine import asking, make_engine
from workflow.storage.foresight import Ahead, Foresight
from workflow.storage.people import Membership, Officer, Session


@pytest.fixture
def desk(filled):
    return Desk(filled)


def engine_of(desk):
    return desk.filled.app.extensions["installation"].engine


def asked(desk, query="ver=agency", client=None):
    """Look at an inbox; return the page and the statements it took."""
    with counted(engine_of(desk)) as statements:
        answer = (client or desk.client).get(f"/caixa/?{query}")
    return answer, [one for one in statements if "set_config" not in one]


def change(desk, *statements):
    """Change something past the application, as another process does."""
    with desk.filled.work() as uow, uow.writing() as connection:
        for statement in statements:
            connection.execute(statement)


def test_who_comes_back_costs_one_statement_and_sees_what_has_changed(desk):
    once = 3 if is_sqlite(engine_of(desk)) else 1
    asked(desk)
    page, statements = asked(desk)
    assert len(statements) == once
    assert [one for one in desk.numbers if one in page.text] == desk.numbers

    desk.numbers.append(desk.open(desk.filled, 9))
    page, statements = asked(desk)
    assert len(statements) == once
    assert desk.numbers[-1] in page.text

    change(desk, update(Officer).values(theme="dark"))
    page, statements = asked(desk)
    assert len(statements) == once
    assert 'data-theme="dark"' in page.text


def test_what_is_foreseen_for_one_is_told_to_nobody_else(desk):
    stranger = desk.filled.sign_in("SES")
    for _ in range(3):
        mine, _ = asked(desk)
        theirs, _ = asked(desk, client=stranger)
        assert desk.numbers[0] in mine.text
        assert not [one for one in desk.numbers if one in theirs.text]


def test_who_has_left_an_agency_sees_nothing_of_it_from_then_on(desk):
    for _ in range(3):
        asked(desk)
    change(desk, update(Membership).values(agency="SES"))
    page, statements = asked(desk)
    assert not [one for one in desk.numbers if one in page.text]
    assert len(statements) == 3
    change(desk, delete(Session))
    answer, statements = asked(desk)
    assert answer.status_code == 303
    assert len(statements) == 1


def test_an_inbox_that_is_foreseen_takes_one_connection(desk):
    taken = []
    engine = engine_of(desk)
    asked(desk)
    event.listen(engine, "checkout", lambda *_: taken.append(1))
    asked(desk)
    assert len(taken) == (1 if not is_sqlite(engine) else 2)
    change(desk, update(Membership).values(agency="SES"))
    taken.clear()
    asked(desk)
    assert len(taken) >= 2


def test_a_narrowed_inbox_is_not_foreseen(desk):
    for _ in range(3):
        page, statements = asked(desk, "ver=agency&tipo=grant_application")
    assert len(statements) == 3
    assert desk.numbers[0] in page.text


def test_an_answer_counts_once_and_only_under_the_same_sight():
    first, other = ("SELECT $1::text", (b"a",)), ("SELECT $1::text", (b"b",))
    ahead = Ahead("mine", (first, other))

    same = Foresight(ahead)
    same.hear(ahead.asked, ["one", None])
    same.seeing("mine")
    assert same.note(other)
    assert same.take(other) is None
    assert not same.note(other)
    assert not same.note(("SELECT $1::text", (b"c",)))
    assert same.note(first)
    assert same.for_next_time.asked == (other, other, ("SELECT $1::text", (b"c",)), first)

    changed = Foresight(ahead)
    changed.hear(ahead.asked, ["one", "two"])
    changed.seeing("theirs")
    assert not changed.note(first)
    assert changed.for_next_time == Ahead("theirs", (first,))
    assert Foresight(None).for_next_time is None


def test_statements_asked_together_answer_each_with_its_own_values(postgresql_url):
    asked = (
        ("SELECT $1::int + $2::int", (b"1", b"2")),
        ("SELECT $2::text || $1::text WHERE $3::boolean", (b"a", b"b", b"t")),
        ("SELECT 7 WHERE $1::boolean", (b"f",)),
        ("SELECT $1::text", (None,)),
    )
    engine = make_engine(postgresql_url)
    foresight = Foresight(Ahead(None, asked))
    with asking(engine) as direct:
        assert direct.ask_ahead(("SELECT $1::text", (b"who",)), foresight) == "who"
    foresight.seeing(None)
    for one, answer in zip(asked, ("3", "ba", None, None), strict=True):
        assert foresight.note(one)
        assert foresight.take(one) == answer
    engine.dispose()


def test_statements_that_fail_together_are_asked_one_by_one_the_next_time(desk):
    asked(desk)
    foreseen = desk.filled.app.extensions["installation"].foreseen
    if is_sqlite(engine_of(desk)):
        assert len(foreseen) == 0
        return
    ((page, (ahead, _size)),) = foreseen._kept.items()
    foreseen.keep(page, Ahead(ahead.sight, (("SELECT 1 FROM nowhere", ()),)))
    with pytest.raises(ProgrammingError, match="nowhere"):
        desk.client.get("/caixa/?ver=agency")
    answer, statements = asked(desk)
    assert answer.status_code == 200
    assert len(statements) == 3
