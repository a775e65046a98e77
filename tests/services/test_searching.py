"""A search finds whatever its reader may read, and nothing else, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.counts import count
from tests.installation import acting_as, deploy
from tests.services.rounds import OPENER, OWNER, ROUND, START, open_round, try_something
from tests.stories import SCENARIOS, named, play_through
from workflow.catalogue.scenarios import read_scenario
from workflow.core.access import may_read, may_read_column, may_read_field
from workflow.core.acts.record import record_process
from workflow.core.events import Event, Kind
from workflow.core.fields import Access, Field, FieldType, words
from workflow.core.folding import searched_words, words_of
from workflow.core.history import reveal
from workflow.core.passages import field_of, line_of
from workflow.core.playing import powers_of
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.story import may_read_reasons, visible, written_in
from workflow.services import cases
from workflow.services.notices import CLOCK_POWERS
from workflow.services.reading_log import grant_access
from workflow.services.reindexing import reindex
from workflow.services.searching import PAGE, Asked, Facet, case_named, is_mistyped, search
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify_all
from workflow.storage.case import Case, PrivateValue
from workflow.storage.queries.events import case_id_of, events_of
from workflow.storage.queries.search import found_page, texts_found
from workflow.storage.queries.search_plan import Plan, plan
from workflow.storage.search import Passage

pytestmark = pytest.mark.at_work

SEI = "1500.01.0012345/2026-60"
NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
TOLD = {
    "agreement_review/acts_on_the_way",
    "agreement_review/jiangsu_protocol",
    "credit_operation/straight_way",
    "mission_reception/visitor_gives_up",
}
NAMED = "second.see@example.org"
"""Who is let into the restricted case by name."""
READERS = ("SCC", "AGE", "SEF", "SEE", "SEDE", "SEPLAG", "IGAM", "SECULT")
TURNS = count(10, exhaustive=200)
LAST = 1_000
"""No case has a greater id."""
QUESTIONS = count(80, exhaustive=2_000)


@pytest.fixture
def told(installed, random):
    """Give an installation in which much has been said, some of it to few."""
    for path in SCENARIOS:
        if named(path) in TOLD:
            play_through(read_scenario(path, zone=installed.zone), installed)
    deploy(UnitOfWork(installed, now=START), [ROUND])
    for n in range(3):
        number = open_round(installed, f"{n}").number
        for turn in range(TURNS):
            try_something(installed, number, random, hours=turn, key=f"{number}:{turn}")
    owner = acting_as(installed, OWNER, now=START + timedelta(days=40))
    ground = "documento_preparatorio"
    cases.change_access(owner, number, Access.RESTRICTED, ground, "Sigilo.", key="few")
    grant_access(owner, number, NAMED, until=NOW.date(), reason="Perícia.", key="named")
    return installed


@pytest.fixture
def spoken(installed):
    """Give an installation with one case in which personal values were said."""
    story = next(path for path in SCENARIOS if path.stem == "acts_on_the_way")
    play_through(read_scenario(story, zone=installed.zone), installed)
    return installed


def everything(installed) -> UnitOfWork:
    return UnitOfWork(installed, now=NOW, powers=CLOCK_POWERS)


def reader(installed, agency: str) -> UnitOfWork:
    return acting_as(installed, agency, now=NOW, officer="second")


def ids_of(found) -> set[str]:
    return {hit.number for hit in found.hits}


def looked_for(uow, typed) -> set[str]:
    return ids_of(search(uow, Asked(typed, {})))


def readable_texts(
    case: CaseSnapshot, events: list[Event], powers: Powers
) -> Iterator[tuple[str | int | None, str]]:
    """Go through what a person may read of a case, as its pages would tell it."""
    if not may_read(case, powers):
        return
    yield None, " ".join((case.number, case.data.get("subject", ""), *case.agencies))
    for key, field in case.definition.data.items():
        if key != "subject" and may_read_field(case, field, powers):
            yield key, " ".join(_cells(case, field, case.data.get(key), powers))
    for event in events:
        if event.kind is Kind.NUMBER_RECORDED:
            yield event.seq, event.body.get("number") or ""
        elif visible(event, case, powers) and may_read_reasons(case, powers):
            yield event.seq, str(reveal(written_in(event), event.private) or "")


def _cells(case: CaseSnapshot, field: Field, value: object, powers: Powers) -> Iterator[str]:
    if field.type is FieldType.TABLE:
        for row in value or ():
            for column in field.columns:
                if may_read_column(case, field, column, powers=powers):
                    yield from _cells(case, column, row.get(column.key), powers)
    elif field.type is FieldType.DOCUMENT:
        yield value["name"] if value else ""
    elif field.choices:
        titles = {choice.key: words(choice.title) for choice in field.choices}
        yield from (titles[key] for key in ([value] if isinstance(value, str) else value or ()))
    elif field.type not in {FieldType.DATE, FieldType.DATE_TIME, FieldType.COUNTRY} | NUMBERS:
        yield from [value] if isinstance(value, str) else value or ()


NUMBERS = {
    *(FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.YES_NO, FieldType.TERM),
}


def library(uow: UnitOfWork) -> list[tuple[CaseSnapshot, list[Event]]]:
    with uow.reading() as connection:
        numbers = list(connection.execute(select(Case.number)).scalars())
        found = []
        for number in numbers:
            events = events_of(connection, case_id_of(connection, number))
            found.append((uow.load(number).snapshot, events))
    return found


def places_found(uow: UnitOfWork, word: str) -> set[tuple[str, str | int | None]]:
    with uow.reading() as connection:
        rows, walked = (
            found_page(connection, planned, powers=uow.powers, limit=500)
            for planned in (plan(connection, [word]), Plan((word,), walks=True, newest=LAST))
        )
        numbers = {row.id: row.number for row in rows}
        texts = texts_found(connection, list(numbers), [word], powers=uow.powers)
    places = {(numbers[t.case_id], field_of(t.place) or line_of(t.place)) for t in texts}
    assert {number for number, _ in places} == set(numbers.values())
    assert [row.id for row in walked] == list(numbers), (word, uow.powers)
    return places


def numbers_found(uow: UnitOfWork, planned: Plan) -> set[str]:
    with uow.reading() as connection:
        return {row.number for row in found_page(connection, planned, powers=uow.powers, limit=500)}


def test_all_that_a_person_may_read_is_found_and_nothing_else(told, random, record_property):
    shelf = library(everything(told))
    auditor = {
        word
        for case, events in shelf
        for _, text in readable_texts(case, events, CLOCK_POWERS)
        for word in words_of(text)
    }
    asked = [root for word in sorted(auditor) for root in searched_words(word)]
    agencies = [code for code in READERS if told.world().network.get(code)]
    hidden = 0
    for _ in range(QUESTIONS):
        word, uow = random.choice(asked), reader(told, random.choice(agencies))
        readable = {
            (case.number, place)
            for case, events in shelf
            for place, text in readable_texts(case, events, uow.powers)
            if any(known.startswith(word) for known in words_of(text))
        }
        assert places_found(uow, word) == readable, (word, uow.powers.agency)
        hidden += readable != places_found(everything(told), word)
        other = random.choice(asked)
        both = {number for number, _ in readable} & {n for n, _ in places_found(uow, other)}
        assert numbers_found(uow, Plan((other, word), walks=False, newest=LAST)) == both, (
            word,
            other,
        )
    record_property("questions whose answer differs from an auditor's", hidden)
    assert hidden > QUESTIONS // 20
    assert verify_all(everything(told)).is_sound


def test_counts_tell_nothing_of_what_may_not_be_read(told):
    secret = "sigilo"
    inside, outside = (search(reader(told, code), Asked(secret, {})) for code in (OWNER, "IGAM"))
    assert inside.total == len(inside.hits) >= 1
    assert (outside.total, outside.hits) == (0, ())
    assert not any(outside.counts.values())
    for found in (inside, search(reader(told, "SEE"), Asked("pedido protocolo", {}))):
        for facet, values in found.counts.items():
            if facet not in (Facet.AGENCY, Facet.PHASE):
                assert sum(n for _, n in values) == found.total


def test_what_is_chosen_narrows_the_list_and_the_counts_alike(told):
    uow = everything(told)
    whole = search(uow, Asked("2026", {}))
    assert whole.total == len(library(uow))
    for facet, values in whole.counts.items():
        for value, n in values:
            narrowed = search(uow, Asked("2026", {facet: value}))
            assert (narrowed.total, len(narrowed.hits)) == (n, n), (facet, value)
    phases = search(uow, Asked("2026", {Facet.TYPE: "agreement_review"})).counts[Facet.PHASE]
    for phase, n in phases:
        chosen = {Facet.TYPE: "agreement_review", Facet.PHASE: phase}
        assert len(search(uow, Asked("2026", chosen)).hits) == n


@pytest.mark.parametrize(
    "typed", ["pergunta rede", "PERGUNTAS", "pergúnta à rêde", "perg", "rede sede", "rodada? rede"]
)
def test_words_are_found_whatever_their_accents_endings_and_places(installed, typed):
    deploy(UnitOfWork(installed, now=START), [ROUND])
    number = open_round(installed, "one").number
    found = looked_for(reader(installed, OPENER), typed)
    assert found == (set() if "rodada" in typed else {number})


def test_a_number_is_found_as_it_is_typed(installed):
    deploy(UnitOfWork(installed, now=START), [ROUND])
    number = open_round(installed, "one").number
    uow = reader(installed, "SEE")
    bare = number.replace("-", "")
    for typed in (number, bare, f" {number} ", f"o pedido {number}, por favor", f"({bare})"):
        assert case_named(uow, typed) == number
    assert looked_for(uow, number[:-3]) == looked_for(uow, "000001") == {number}
    assert case_named(uow, "2026-999999-17") is None
    assert is_mistyped("2026-000001-00")
    assert not is_mistyped(number)


def test_the_number_of_another_system_opens_its_case(spoken):
    (number,) = looked_for(everything(spoken), "2026")
    acting_as(spoken, OWNER, now=NOW).act(number, _filed, key="filed")
    uow = reader(spoken, "SEE")
    for typed in (SEI, SEI.translate(str.maketrans("", "", "./-"))):
        assert case_named(uow, typed) == number
        assert looked_for(uow, typed) == {number}


def _filed(case, now):
    return record_process(case, SEI, now=now, knowingly=True)


def test_an_erased_value_leaves_the_index(spoken):
    uow = everything(spoken)
    with uow.reading() as connection:
        kept = connection.execute(
            select(Passage).where(Passage.commitment.is_not(None), Passage.text != "")
        ).all()
    gone, erased = kept[0], kept[1]
    with uow.writing() as connection:
        _values = PrivateValue.case_id, PrivateValue.commitment
        one, other = (
            (_values[0] == row.case_id) & (_values[1] == row.commitment) for row in (gone, erased)
        )
        connection.execute(delete(PrivateValue).where(one))
        connection.execute(update(PrivateValue).where(other).values(value=None, erased_at=NOW))
    for row in (gone, erased):
        for word in row.words.split():
            with uow.reading() as connection:
                texts = texts_found(connection, [row.case_id], [word], powers=uow.powers)
            assert row.place not in {text.place for text in texts}
    with uow.reading() as connection:
        left = connection.execute(select(Passage.text).where(Passage.id.in_([gone.id, erased.id])))
        assert set(left.scalars()) == {""}


def test_what_is_made_anew_is_what_the_acts_have_written(spoken):
    def rows():
        with everything(spoken).reading() as connection:
            columns = (Passage.case_id, Passage.place, Passage.readers, Passage.words)
            return sorted(map(tuple, connection.execute(select(*columns))))

    written, shown = rows(), []
    found = looked_for(reader(spoken, "SEE"), "2026")
    with everything(spoken).writing() as connection:
        connection.execute(delete(Passage))
    assert looked_for(reader(spoken, "SEE"), "2026") == set()
    assert search(reader(spoken, "SEE"), Asked("2026", {})).is_partial

    done = reindex(everything(spoken), lambda n, total: shown.append((n, total)))

    assert rows() == written
    assert shown[-1] == (done, done) == (len({row[0] for row in written}),) * 2
    assert looked_for(reader(spoken, "SEE"), "2026") == found
    assert not search(reader(spoken, "SEE"), Asked("2026", {})).is_partial


def test_pages_follow_one_another_without_gaps(installed):
    deploy(UnitOfWork(installed, now=START), [ROUND])
    numbers = [open_round(installed, f"{n}").number for n in range(23)]
    uow = UnitOfWork(installed, now=NOW, powers=powers_of("SEE"))
    first = search(uow, Asked("pergunta", {}))
    second = search(uow, Asked("pergunta", {}, before_id=first.following))
    told = [hit.number for hit in (*first.hits, *second.hits)]
    assert told == numbers[::-1]
    assert (first.total, second.following) == (23, None)


def test_a_page_before_an_id_beyond_all_is_the_first_one():
    planned = Plan(("rede",), walks=False, newest=40_000)
    first = planned.first(None, wanted=PAGE)
    assert planned.first(10**18, wanted=PAGE) == first
    assert first.blocks == "#0 #1 #2"
