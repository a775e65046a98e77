"""Registers on a database: who enters, confirms and reads what, and how doubles are found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from tests.installation import acting_as, acting_for, furnish
from tests.services.conftest import NOON
from tests.storage.counting import counted
from tests.world import DEFINITIONS
from workflow.core.errors import AnswersRefused, NotAssigned
from workflow.core.powers import Powers
from workflow.core.registers.entries import EntryKind, Standing, Status, rebuild
from workflow.core.registers.errors import EntryMoved, UnknownEntry, UnknownRegister
from workflow.services.definitions import VersionTaken
from workflow.services.register_lists import (
    Narrowing,
    by_country,
    count,
    history,
    list_entries,
    shelves,
    similar,
    to_confirm,
)
from workflow.services.register_types import deploy_registers
from workflow.services.registers import (
    NewEntry,
    change,
    checked,
    create,
    create_all,
    end,
    entry_types,
    read,
    renew,
    resume,
    transfer,
    undo_all,
)
from workflow.storage.queries.registers import Order

pytestmark = pytest.mark.at_work

PORTO = {"name": "Universidade do Porto", "kind": "university", "country": "PT"}
SEALED = """
key: sealed
version: 1
prefix: SEA
title: Reservado
plural: Reservados
summary: O que poucos leem.
owner: SCC
access: restricted
ground: documento_preparatorio
name: name
checked: true
public_check: [name]
fields:
  - {key: name, title: Nome, type: text, required: true}
  - {key: more, title: Mais, type: text}
"""


@pytest.fixture
def office(installation, uow, tmp_path):
    furnish(uow, types=())
    path = tmp_path / "sealed.yaml"
    path.write_text(SEALED, encoding="utf-8")
    deploy_registers(uow, [DEFINITIONS / "registers", path])

    def begin(agency="SEDE", **later):
        return acting_as(installation, agency, now=NOON + timedelta(**later))

    return begin


def test_registers_are_deployed_once_and_never_changed_under_their_version(office, tmp_path, uow):
    assert {"partner", "sealed"} <= set(entry_types(uow))
    path = tmp_path / "sealed.yaml"
    assert not any(one.new for one in deploy_registers(uow, [DEFINITIONS / "registers", path]))
    path.write_text(SEALED.replace("O que", "Aquilo que"), encoding="utf-8")
    with pytest.raises(VersionTaken, match="version: 2"):
        deploy_registers(uow, [path])
    path.write_text(SEALED.replace("version: 1", "version: 2"), encoding="utf-8")
    assert deploy_registers(uow, [path])[0].new
    assert entry_types(uow)["sealed"].version == 2
    with pytest.raises(UnknownRegister):
        create(office(), "nothing", {}, key="k")


def test_an_entry_lives_from_its_creation_to_its_end_and_back(office):
    made = create(office(), "partner", PORTO, key="a")
    assert made.number == "PAR-000001"
    assert create(office(), "partner", PORTO, key="a") == made
    assert (made.due_on, made.holder) == (date(2027, 3, 2), "SEDE")

    number = made.number
    changed = change(office(), number, {"acronym": "UP"}, key="b", revision=1)
    assert (changed.values["acronym"], changed.revision) == ("UP", 2)
    assert change(office(), number, {"acronym": "UP"}, key="b", revision=1) == changed
    with pytest.raises(EntryMoved) as moved:
        change(office("SCC"), number, {"acronym": "U.P."}, key="c", revision=1)
    assert moved.value.particulars["kind"] is EntryKind.CHANGED
    with pytest.raises(NotAssigned):
        renew(office("SES"), number, key="d")
    assert renew(office(days=400), number, key="d").due_on == date(2028, 4, 6)
    assert transfer(office(), number, "SEE", key="e", reason="Convênio").holder == "SEE"
    assert end(office("SEE"), number, reason="Fechou", key="f").status is Status.ENDED
    assert not list_entries(office(), "partner").entries
    assert resume(office("SEE"), number, key="g").standing(date(2026, 3, 2)) is Standing.CURRENT

    told = history(office(), number)
    assert [event.kind.value.removeprefix("entry_") for event in told] == [
        *("created", "changed", "renewed", "transferred", "ended", "resumed"),
    ]
    assert rebuild(number, told) == read(office(), number)


def test_all_that_comes_in_at_once_comes_whole_or_not_and_is_taken_back_whole(office):
    drafts = [
        NewEntry({**PORTO, "name": name}, "SEE", date(2025, 1, 1), before_the_system=True)
        for name in ("A", "B", "C")
    ]
    broken = [*drafts, NewEntry({"name": "D"}, "SEE")]
    with pytest.raises(AnswersRefused):
        create_all(office("SCC"), "partner", broken, key="i", source="import:1")
    assert count(office(), "partner") == 0
    made = create_all(office("SCC"), "partner", drafts, key="i", source="import:1")
    assert create_all(office("SCC"), "partner", drafts, key="i", source="import:1") == made
    assert {entry.standing(date(2026, 3, 2)) for entry in made} == {Standing.STALE}
    assert all(entry.before_the_system for entry in made)

    assert undo_all(office("SCC"), "import:1", key="u") == 3
    assert undo_all(office("SCC"), "import:1", key="u2") == 0
    assert count(office(), "partner") == 0
    with pytest.raises(UnknownEntry):
        read(office("SES"), made[0].number)
    again = create_all(office("SCC"), "partner", drafts[:2], key="j", source="import:2")
    renew(office("SEE"), again[1].number, key="r")
    with pytest.raises(EntryMoved):
        undo_all(office("SCC"), "import:2", key="u3")
    assert count(office(), "partner") == 2


def test_lists_go_on_where_they_ended_in_every_order_and_can_be_narrowed(office):
    countries = ["PT", "CN", "AR", "PT", "FR", "PT", "CN"]
    names = ["Évora", "Jiangsu", "Córdoba", "porto", "Lyon", "Aveiro", "Porto"]
    drafts = [
        NewEntry({"name": n, "kind": "state", "country": c}, "SEDE", date(2026, 1, 1 + at))
        for at, (n, c) in enumerate(zip(names, countries, strict=True))
    ]
    create_all(office(), "partner", drafts, key="many")
    for order in Order:
        whole = [e.number for e in list_entries(office(), "partner", order=order).entries]
        pages, after = [], None
        while True:
            page = list_entries(office(), "partner", order=order, after=after, limit=2)
            pages += [entry.number for entry in page.entries]
            after = page.after
            if after is None:
                break
        assert pages == whole
        assert len(set(pages)) == 7
    named = [e.values["name"] for e in list_entries(office(), "partner").entries]
    assert named == ["Aveiro", "Córdoba", "Évora", "Jiangsu", "Lyon", "porto", "Porto"]
    assert by_country(office(), "partner") == {"PT": 3, "CN": 2, "AR": 1, "FR": 1}
    assert count(office(), "partner", Narrowing(text="evora")) == 1
    assert count(office(), "partner", Narrowing(country="PT", where={"kind": "state"})) == 3
    assert count(office(), "partner", Narrowing(where={"of_no_reader": "PAR-000001"})) == 0
    assert count(office(), "partner", Narrowing(holder="SEE")) == 0
    stale = Narrowing(standings=[Standing.STALE])
    assert count(office(), "partner", stale) == 0
    assert count(office(days=365), "partner", stale) == 7
    soon = [e.values["name"] for e in to_confirm(office("SEDE/AEST", days=276))]
    assert soon == ["Évora", "Jiangsu"]
    assert to_confirm(office("SES", days=400)) == []


def test_what_may_not_be_seen_is_nowhere(office, installation):
    sealed = create(office(), "sealed", {"name": "Plano", "more": "m"}, key="s")
    reads = [
        *(list_entries, count, lambda uow, key: similar(uow, key, {"name": "Plano"})),
    ]
    for reader in (office("SES"), office().as_powers(Powers())):
        with pytest.raises(UnknownEntry):
            read(reader, sealed.number)
        with pytest.raises(UnknownEntry):
            history(reader, sealed.number)
        with pytest.raises(UnknownEntry):
            renew(reader, sealed.number, key="x")
        found = [ask(reader, "sealed") for ask in reads]
        assert (found[0].entries, found[1:]) == ((), [0, []])
    assert similar(office(), "sealed", {"name": "PLANO"}) == [sealed]
    assert count(acting_for(office(), 1, "SCC"), "sealed") == 1
    kind, entry = checked(office().as_powers(Powers()), sealed.code)
    assert (kind.key, entry.values) == ("sealed", {"name": "Plano"})
    public = office().as_powers(Powers())
    course = {"course": "Acordos", "agency": "SES", "hours": 8, "finished_on": "2026-02-01"}
    person = {**course, "person": "Ana Maria de Souza"}
    certificate = create(office("SEPLAG"), "certificate", person, key="c")
    assert checked(public, f" {certificate.code.lower()} ")[1].values == {
        "person": "Ana M. S.",
        "course": "Acordos",
        "hours": 8,
        "finished_on": "2026-02-01",
    }
    create(office(), "partner", PORTO, key="p")
    assert list_entries(public, "partner").entries == ()


def test_doubles_are_found_before_they_are_entered(office):
    known = create(office(), "partner", {**PORTO, "acronym": "U.Porto"}, key="a")
    create(office(), "partner", {**PORTO, "name": "Embaixada da França"}, key="b")
    for typed in ("univ. do porto", "UP", "UNIVERSIDADE DO PORTO", "u.porto"):
        found = similar(office("SES"), "partner", {"name": typed})
        assert [entry.number for entry in found] == [known.number], typed
    assert similar(office(), "partner", {"name": "Consulado do Japão"}) == []
    assert similar(office(), "partner", {}) == []


def test_what_is_sent_twice_at_once_is_done_once_and_the_second_of_two_is_told(office):
    with ThreadPoolExecutor(4) as hands:
        made = list(hands.map(lambda _: create(office(), "partner", PORTO, key="a"), range(4)))
    assert {one.number for one in made} == {made[0].number}
    assert count(office(), "partner") == 1

    def change_it(key):
        try:
            return change(office(), made[0].number, {"acronym": key}, key=key, revision=1)
        except EntryMoved:
            return None

    with ThreadPoolExecutor(4) as hands:
        done = [one for one in hands.map(change_it, "bcde") if one]
    assert len(done) == 1
    assert read(office(), made[0].number) == done[0]


def test_reading_and_confirming_cost_few_statements(office, engine):
    number = create(office(), "partner", PORTO, key="a").number
    office().world()
    with counted(engine) as reading:
        list_entries(office(), "partner")
    with counted(engine) as confirming:
        renew(office(), number, key="b")
    asked = [s for s in reading if s.startswith("SELECT") and "set_config" not in s]
    assert len(asked) <= 3, asked
    assert len(confirming) <= 9, confirming


def test_what_an_entry_names_must_be_there_for_whoever_enters_it(office):
    partner = create(office(), "partner", PORTO, key="p").number
    letter = {"subject": "Visita", "date": "2026-03-01", "direction": "sent"}
    written = create(office("SES"), "correspondence", {**letter, "partner": partner}, key="l")
    for wrong in ("PAR-999999", written.number):
        with pytest.raises(AnswersRefused) as refused:
            create(office(), "correspondence", {**letter, "partner": wrong}, key="w")
        assert refused.value.particulars["problems"] == {"partner": "unknown_entry"}
    with pytest.raises(AnswersRefused):
        change(office("SES"), written.number, {"partner": "PAR-999999"}, key="x")
    point = {"unit": "Aest", "holder_name": "A", "holder_email": "a@x.br", "act": "Of. 1"}
    with pytest.raises(AnswersRefused) as refused:
        create(office(), "focal_point", {**point, "agency": "NADA"}, key="y")
    assert refused.value.particulars["problems"] == {"agency": "unknown_agency"}
    assert create(office(), "focal_point", {**point, "agency": "SETOP"}, key="z").values


def test_lists_are_narrowed_by_one_of_several_values(office):
    card = {"title": "Fila única", "problem": "Filas demais", "done": "Uma só fila", "ask": "Aest"}
    create(office(), "solution", {**card, "used_by": ["SES", "SEE"]}, key="a")
    create(office(), "solution", {**card, "title": "Outra coisa", "used_by": ["SEDE"]}, key="b")
    for agency, n in (("SES", 1), ("SEDE", 1), ("SE", 0)):
        assert count(office(), "solution", Narrowing(where={"used_by": agency})) == n


def test_a_solution_is_found_by_the_words_of_its_problem(office):
    card = {
        "title": "Fila única",
        "problem": "A espera por exames é LONGA demais",
        "done": "Uma só",
    }
    create(office(), "solution", card, key="a")
    other = {"title": "Robô", "problem": "Conferência manual", "done": "Um programa confere"}
    create(office(), "solution", other, key="b")
    for words, n in (("exames espera", 1), ("fila longa", 1), ("conferencia", 1), ("nada", 0)):
        assert count(office(), "solution", Narrowing(text=words)) == n


def test_many_come_in_by_few_statements(office, engine):
    drafts = [NewEntry({**PORTO, "name": f"Porto {n}"}, "SEDE") for n in range(300)]
    with counted(engine) as statements:
        create_all(office(), "partner", drafts, key="many")
    assert len(statements) < 30
    assert count(office(), "partner") == 300


def test_registers_are_counted_in_one_statement_for_whoever_looks(office):
    create(office("SEDE"), "partner", PORTO, key="a")
    create(office("SCC"), "sealed", {"name": "Nota"}, key="b")
    later = office("SEDE", days=400)

    with counted(later.installation.engine) as statements:
        found = {kind.key: (running, stale) for kind, running, stale in shelves(later)}

    assert (found["partner"], found["sealed"]) == ((1, 1), (0, 0))
    assert len([one for one in statements if "register_entry" in one]) == 1
    assert [counted[1] for counted in shelves(office("SCC")) if counted[0].key == "sealed"] == [1]
