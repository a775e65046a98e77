"""Cases that feed registers: each entry written once, whoever does the work and however often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, update

from tests.counts import EXHAUSTIVE
from tests.installation import acting_as, acting_for, deploy, furnish, keep_registers
from tests.services.conftest import NOON
from tests.services.errands import DATA, Office
from tests.stories import SCENARIOS, case_now, named, play_through
from tests.world import world
from workflow.catalogue.scenarios import read_scenario
from workflow.core.acts.answers import Answers
from workflow.core.fields import Access
from workflow.core.registers.entries import Standing, Status
from workflow.core.registers.errors import EntryFed, UnknownEntry
from workflow.services import cases, clock, registers, tasks
from workflow.services.feeding import beside, keep_entry
from workflow.services.register_lists import (
    SOON,
    count,
    history,
    list_entries,
    names_of_entries,
    to_confirm,
)
from workflow.services.register_types import deploy_registers
from workflow.storage.case import Case
from workflow.storage.jobs import claim
from workflow.storage.queries.registers import counted_due
from workflow.storage.work import JobRow

TREATY = """
key: treaty
version: 1
prefix: TRE
title: Tratado
plural: Tratados
summary: O que se combinou.
owner: SCC
access: network
name: name
ends_on: ends_on
renewal: {every: 20 days, remind: [due day], when_stale: marked, case_confirms: true}
fields:
  - {key: name, title: Nome, type: text, required: true}
  - {key: ends_on, title: Fim, type: date}
  - {key: kind, title: Tipo, type: choice, choices: [new, old]}
  - {key: before, title: Anterior, type: entry, of: treaty}
  - {key: seen_on, title: Visto em, type: date}
  - {key: who, title: Quem, type: text}
"""
TALKS = """
key: talks
version: 1
title: Conversas
summary: De uma conversa ao tratado.
owner: SCC
access: network
roles:
  doer: {title: Quem conversa, bind: opener}
data:
  - {key: until, title: Até, type: date, default: 2027-01-01}
  - {key: other, title: Outro, type: entry, of: treaty}
  - {key: people, title: Pessoas, type: table, columns: [{key: name, type: text}]}
opening: [other, people]
states:
  - key: talking
    title: Em conversa
    tasks:
      - {key: agree, title: Combinar, role: doer, outcomes: {agreed: Combinado}, form: [data.until]}
  - key: in_force
    title: Em vigor
    records:
      - register: treaty
        do: create
        values: {name: data.subject, ends_on: data.until}
        with: {kind: new}
        holder: doer
      - register: treaty
        do: update
        entry: data.other
        values: {before: made.treaty, seen_on: today, who: data.people.name}
        with: {kind: old}
    tasks:
      - key: keep
        title: Cuidar
        role: doer
        outcomes: {amend: Mudar, ended: Acabou}
        form: [data.until]
  - {key: ended, title: Acabado, final: completed, records: [{register: treaty, do: end}]}
transitions:
  - {source: talking, target: in_force, when: any agreed}
  - {source: in_force, target: talking, when: any amend}
  - {source: in_force, target: ended, when: any ended}
"""


class House(Office):
    """An office whose cases feed a register of treaties."""

    def __init__(self, installation, folder):
        super().__init__(installation, NOON)
        deploy(self.uow(), [TALKS])
        path = folder / "treaty.yaml"
        path.write_text(TREATY, encoding="utf-8")
        deploy_registers(self.uow(), [path])

    def as_opener(self):
        return acting_for(self.uow(), self.opener, "SEDE")

    def begin(self, **more):
        answers = Answers(data={**DATA, **more})
        done = cases.open_case(
            self.as_opener(), "talks", opener="SEDE", answers=answers, key=self.key()
        )
        return done.number

    def end(self, number, outcome, **data):
        """End the open task of a case, and leave the rest to the clock."""
        (task,) = self.case(number).tasks
        answers = Answers(data=data)
        tasks.complete_task(
            self.as_opener(), number, task.no, outcome, answers=answers, key=self.key()
        )

    def entry(self, number="TRE-000001"):
        return registers.read(self.as_opener(), number)

    def told(self, number="TRE-000001"):
        """Name what happened to an entry."""
        events = history(self.as_opener(), number)
        return [event.kind.value.removeprefix("entry_") for event in events]

    def due(self):
        """Count what is to be confirmed, as it is listed and as it stands beside the inbox."""
        uow = self.as_opener()
        counted = counted_due({"SEDE"}, today=uow.today, by=uow.today + SOON)
        with uow.reading() as connection:
            return [len(to_confirm(uow)), connection.execute(counted).scalar_one()]


@pytest.fixture
def house(installation, tmp_path):
    return House(installation, tmp_path)


def test_a_case_writes_its_entry_as_it_goes_and_ends_it(house):
    number = house.begin()
    house.end(number, "agreed", until="2026-12-31")
    house.turn()
    entry = house.entry()
    assert (entry.values["name"], entry.values["kind"]) == (DATA["subject"], "new")
    assert (entry.ends_on, entry.holder, entry.case) == (date(2026, 12, 31), "SEDE", number)
    assert entry.fed
    assert house.due() == [0, 0]
    with pytest.raises(EntryFed):
        registers.change(house.as_opener(), entry.number, {"ends_on": "2030-01-01"}, key="x")

    house.end(number, "amend")
    house.end(number, "agreed", until="2028-12-31")
    house.turn()
    assert house.entry().ends_on == date(2028, 12, 31)

    house.end(number, "ended")
    house.turn()
    entry = house.entry()
    assert (entry.status, entry.end_reason, entry.fed) == (Status.ENDED, "Acabado", False)
    assert house.told() == ["created", "renewed", "ended"]
    assert [e.number for _, e in beside(house.as_opener(), house.case(number)).fed] == [
        "TRE-000001"
    ]
    registers.resume(house.as_opener(), entry.number, key="again")
    assert house.due() == [1, 1]


def test_an_entry_follows_the_case_that_made_it_into_what_few_may_know_and_back(house):
    kept = registers.create(house.as_opener(), "treaty", {"name": "Sem pedido"}, key="k").number
    number = house.begin()
    house.end(number, "agreed", until="2026-12-31")
    house.turn()
    stranger = acting_for(house.uow(), house.doer, "SEF")

    def seen():
        names = [e.number for e in list_entries(stranger, "treaty").entries]
        return sorted(names), count(stranger, "treaty"), names_of_entries(stranger, [made])

    def put(access, ground):
        owner = acting_for(house.uow(), house.coordinator, "SCC")
        cases.change_access(owner, number, access, ground, "Porque.", key=house.key())

    made = "TRE-000002"
    before = seen()
    assert before[:2] == ([kept, made], 2)
    put(Access.RESTRICTED, "documento_preparatorio")
    assert seen() == ([kept], 1, {})
    for look in (registers.read, history):
        with pytest.raises(UnknownEntry):
            look(stranger, made)
    assert house.entry(made).values["name"] == DATA["subject"]
    assert count(house.as_opener(), "treaty") == 2
    put(Access.NETWORK, None)
    assert seen() == before


def test_an_entry_that_data_name_is_written_by_that_case_and_named_beside_it(house):
    other = registers.create(house.as_opener(), "treaty", {"name": "Velho"}, key="o").number
    people = [{"name": "Ana"}, {}, {"name": "Bia"}]
    number = house.begin(other=other, people=people)
    house.end(number, "agreed")
    house.turn()
    assert house.entry(other).values == {
        "name": "Velho",
        "kind": "old",
        "before": "TRE-000002",
        "seen_on": "2026-03-02",
        "who": "Ana; Bia",
    }
    shown = beside(house.as_opener(), house.case(number))
    assert shown.named == {other: "Velho"}
    assert {e.number for _, e in shown.fed} == {other, "TRE-000002"}
    house.end(number, "ended")
    house.turn()
    assert house.entry(other).standing(date(2026, 3, 2)) is Standing.CURRENT


def test_the_work_is_done_once_by_two_clocks_and_by_one_that_died(house):
    numbers = [house.begin() for _ in range(3)]
    for number in numbers:
        house.end(number, "agreed")
    with house.uow().writing() as connection:
        held = [job for job in claim(connection, "dead", limit=50) if job.kind == "keep_entry"]
    keep_entry(house.uow(), held[0])  # and dies before it says so
    house.hurry()
    with ThreadPoolExecutor(2) as clocks:
        list(clocks.map(house.work, ("one", "two")))
    for job in held:
        keep_entry(house.uow(), job)  # comes back to life

    page = list_entries(house.as_opener(), "treaty")
    assert sorted(entry.case for entry in page.entries) == sorted(numbers)
    assert all(house.told(entry.number) == ["created"] for entry in page.entries)


def seal(house, number):
    """Let only few know of a case."""
    with house.uow().writing() as connection:
        sealed = update(Case).where(Case.number == number).values(access="restricted")
        connection.execute(sealed)


def test_a_case_that_few_may_know_of_tells_no_register(house):
    number = house.begin()
    restricted = house.uow().as_powers(clock.CLOCK_POWERS)
    assert house.case(number).access is Access.NETWORK
    seal(house, number)
    house.end(number, "agreed")
    house.turn()
    assert list_entries(restricted, "treaty").entries == ()


def test_an_entry_tells_of_no_case_that_its_reader_may_not_know(house):
    other = registers.create(house.as_opener(), "treaty", {"name": "Velho"}, key="o").number
    number = house.begin(other=other)
    house.end(number, "agreed")
    house.turn()
    seal(house, number)

    stranger = acting_as(house.installation, "SES", now=NOON)
    entry = registers.read(stranger, other)
    (listed,) = list_entries(stranger, "treaty").entries
    told = [line.body for line in history(stranger, other)]
    assert {(e.number, e.case, e.source) for e in (entry, listed)} == {(other, None, "")}
    assert (len(told), number in str(told)) == (2, False)
    assert house.entry(other).case == number


def test_who_reuses_a_solution_stands_in_its_entry_once(installation, uow):
    furnish(uow)
    keep_registers(uow)
    keeper = acting_as(installation, "SES", now=NOON)
    card = {"title": "Fila única", "problem": "Filas demais", "done": "Uma só fila"}
    held = {**card, "used_by": ["SES"]}
    entry = registers.create(keeper, "solution", held, key="card").number
    [path] = (p for p in SCENARIOS if p.parent.name == "solution_reuse" and p.stem == "reused")
    scenario = read_scenario(path, zone=world().zone)
    opening = replace(scenario.opening, data={**scenario.opening.data, "card": entry})
    for file in ("first", "second"):
        play_through(replace(scenario, opening=opening, file=file), installation)
        clock.work_off(lambda: uow, owner="one")
    shown = registers.read(uow.as_powers(clock.CLOCK_POWERS), entry)
    assert shown.values["used_by"] == ["SES", "SEE/AEST"]


FEEDERS = [path for path in SCENARIOS if "records:" in path.read_text(encoding="utf-8")]
USUAL = ("proposed_by_a_university", "stale_and_renewed")


def test_what_shipped_types_ask_of_shipped_registers_is_done(installation, uow):
    furnish(uow)
    keep_registers(uow)
    for path in FEEDERS if EXHAUSTIVE else [p for p in FEEDERS if p.stem in USUAL]:
        scenario = read_scenario(path, zone=world().zone)
        number = play_through(scenario, installation)
        with uow.writing() as connection:
            told = delete(JobRow).where(JobRow.kind != "keep_entry")
            connection.execute(told)
        worked = clock.work_off(lambda: uow, owner="one")
        assert (worked.failed, worked.done > 0) == (0, True), named(path)
        fed = beside(uow.as_powers(clock.CLOCK_POWERS), case_now(installation, number)).fed
        assert fed or "create" not in path.read_text(encoding="utf-8"), named(path)
