"""What register entries are, without a database: their days, their history, who reads, doubles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.counts import count
from tests.world import world
from workflow.catalogue.registers import load_register, shipped_registers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.errors import AnswersRefused, NotAssigned, ReasonMissing, Refusal
from workflow.core.fields import Access
from workflow.core.playing import powers_of
from workflow.core.powers import Powers
from workflow.core.registers import acts
from workflow.core.registers.access import holders_within, may_read, narrowed
from workflow.core.registers.acts import NewEntry
from workflow.core.registers.entries import EntryKind, Standing, Status, rebuild
from workflow.core.registers.errors import (
    EntryEnded,
    EntryFed,
    EntryNotEnded,
    NothingChanged,
    NotKept,
)
from workflow.core.registers.likeness import ALIKE, likeness, likeness_of
from workflow.core.registers.types import Cycle, Renewal, cycle_end
from workflow.core.registers.warning import next_look, owed
from workflow.core.terms import parse_term

TODAY = date(2026, 3, 2)
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
KEPT = """
key: deal
version: 1
prefix: DEA
title: Acordo
plural: Acordos
summary: Os acordos do teste.
owner: SCC
kept_by: [secretaria]
access: public
name: name
ends_on: until
warn: [90 days before]
renewal: {every: 6 months, when_stale: hidden}
checked: true
public_check: [name]
fields:
  - {key: name, title: Nome, type: text, required: true}
  - {key: until, title: Até, type: date}
  - {key: amount, title: Valor, type: money, access: network}
  - {key: secret, title: Segredo, type: text, access: restricted, ground: documento_preparatorio}
  - {key: person, title: Pessoa, type: text, personal: true}
"""
DEAL = load_register(KEPT).entry_type


def now(agency="SEDE", day=TODAY):
    at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    return Circumstances(powers_of(agency), at, world(), b"seed")


def enter(values=None, **more):
    new = NewEntry({"name": "Jiangsu", **(values or {})}, **more)
    return acts.create(DEAL, "DEA-000001", new, now=now())


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.sampled_from(Cycle))
def test_a_cycle_ends_on_the_eve_of_the_next_and_a_confirmation_holds_until_then(day, cycle):
    end = cycle_end(cycle, day)
    assert day <= end
    assert cycle_end(cycle, end) == end
    assert Renewal(cycle=cycle).due_after(day) == Renewal(cycle=cycle).due_after(end) > end


def test_an_entry_holds_for_its_term_or_until_the_next_semester_ends():
    semester = Renewal(cycle=Cycle.SEMESTER)
    assert semester.due_after(date(2026, 3, 10)) == date(2026, 12, 31)
    assert semester.due_after(date(2026, 7, 1)) == date(2027, 6, 30)
    assert Renewal(every=parse_term("6 months")).due_after(date(2026, 8, 31)) == date(2027, 2, 28)
    assert Renewal(every=parse_term("1 year")).due_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert Renewal(every=parse_term("90 days")).due_after(TODAY) == date(2026, 5, 31)


def test_an_entry_goes_stale_ends_by_itself_and_is_confirmed_ended_and_resumed():
    step = enter({"until": "2027-01-31"})
    entry = step.after
    assert (entry.due_on, entry.ends_on) == (date(2026, 9, 2), date(2027, 1, 31))
    assert entry.standing(date(2026, 9, 2)) is Standing.CURRENT
    assert entry.standing(date(2026, 9, 3)) is Standing.STALE
    assert entry.standing(date(2027, 2, 1)) is Standing.ENDED

    renewed = acts.renew(DEAL, entry, {"until": None}, now=now(day=date(2026, 9, 10))).after
    assert (renewed.due_on, renewed.ends_on) == (date(2027, 3, 10), None)
    with pytest.raises(ReasonMissing):
        acts.end(DEAL, renewed, " ", now=now())
    ended = acts.end(DEAL, renewed, "Distrato", now=now()).after
    assert (ended.status, ended.end_reason) == (Status.ENDED, "Distrato")
    with pytest.raises(EntryEnded):
        acts.renew(DEAL, ended, {}, now=now())
    with pytest.raises(EntryNotEnded):
        acts.resume(DEAL, renewed, now=now())
    assert acts.resume(DEAL, ended, now=now()).after.standing(TODAY) is Standing.CURRENT


def test_history_rebuilds_an_entry_and_tells_of_persons_only_by_what_can_be_erased():
    first = enter({"person": "Ana Souza", "amount": {"amount": "10.00", "currency": "BRL"}})
    second = acts.change(DEAL, first.after, {"person": "Rui Lima", "amount": None}, now=now())
    third = acts.transfer(DEAL, second.after, "SEE", now=now(), reason="Mudou de casa")
    events = [first.event, second.event, third.event]
    assert rebuild("DEA-000001", events) == third.after
    assert third.after.holder == "SEE"
    assert "Ana" not in repr([event.body for event in events])
    assert "amount" not in third.after.values
    forged = replace(second.event, body={**second.event.body, "due_on": "2030-01-01"})
    with pytest.raises(ValueError, match="line 2"):
        rebuild("DEA-000001", [first.event, forged, third.event])


def test_what_is_missing_unknown_or_the_same_is_refused():
    with pytest.raises(AnswersRefused) as refused:
        acts.create(DEAL, "DEA-000002", NewEntry({"until": "2027-01-01", "x": 1}), now=now())
    assert refused.value.particulars["problems"] == {"name": "missing", "x": "not_asked"}
    entry = enter().after
    with pytest.raises(AnswersRefused):
        acts.change(DEAL, entry, {"name": ""}, now=now())
    with pytest.raises(NothingChanged):
        acts.change(DEAL, entry, {"name": "Jiangsu"}, now=now())


def test_an_entry_is_kept_by_its_holder_by_the_owner_and_by_what_came_after_them():
    entry = enter().after
    for agency in ("SEDE", "SEDE/AEST", "SCC"):
        assert acts.renew(DEAL, entry, {}, now=now(agency)).event.by.agency == agency
    with pytest.raises(NotAssigned):
        acts.renew(DEAL, entry, {}, now=now("SES"))
    # SEDECTES was extinct in favour of SEDE, which keeps what it kept.
    old = acts.create(DEAL, "DEA-000003", NewEntry({"name": "X"}, "SEDECTES"), now=now()).after
    assert acts.renew(DEAL, old, {}, now=now("SEDE")).after.holder == "SEDECTES"
    assert {"SEDE", "SEDECTES"} <= holders_within(powers_of("SEDE/AEST"), world().network, TODAY)
    with pytest.raises(NotKept):
        acts.create(DEAL, "DEA-000004", NewEntry({"name": "X"}), now=now("UEMG"))
    with pytest.raises(NotAssigned):
        acts.create(DEAL, "DEA-000004", NewEntry({"name": "X"}, "SEE"), now=now("SEDE"))
    assert acts.create(DEAL, "D", NewEntry({"name": "X"}, "SEE"), now=now("SCC")).after.holder


def test_while_a_case_feeds_an_entry_only_it_writes_the_end():
    new = NewEntry({"name": "Jiangsu", "until": "2027-01-31"}, "SEDE")
    made = acts.create(DEAL, "DEA-000005", new, now=now("SES"), case="RE-2026-000001-1")
    assert made.event.by.officer is None
    assert made.after.source == "case:RE-2026-000001-1"
    fed = replace(made.after, fed=True)
    with pytest.raises(EntryFed):
        acts.change(DEAL, fed, {"until": "2028-01-31"}, now=now())
    acts.change(DEAL, fed, {"name": "Jiangsu II"}, now=now())
    later = acts.change(DEAL, fed, {"until": "2028-01-31"}, now=now("SES"), case=fed.case)
    assert later.after.ends_on == date(2028, 1, 31)
    assert acts.change(DEAL, replace(fed, fed=False), {"until": None}, now=now()).after


def _reads(entry, powers, *, kind=DEAL, on=TODAY):
    kept = holders_within(powers or Powers(), world().network, on)
    if not may_read(kind, entry, powers, kept=kept, on=on):
        return None
    return set(narrowed(kind, entry, powers, kept).values)


def test_each_reads_what_the_register_and_the_field_let_them():
    entry = enter({"secret": "s", "amount": {"amount": "1.00"}, "person": "Ana"}).after
    stranger, auditor = powers_of("SES"), Powers(officer=7, auditor=True)
    assert _reads(entry, None) == {"name"}
    assert _reads(entry, stranger) == {"name", "amount", "person"}
    for inside in (powers_of("SEDE"), powers_of("SCC"), auditor):
        assert _reads(entry, inside) == {"name", "amount", "person", "secret"}
    stale = date(2026, 9, 3)
    assert _reads(entry, None, on=stale) is None
    assert _reads(entry, stranger, on=stale)
    undone = acts.undo(DEAL, entry, now=now()).after
    assert _reads(undone, stranger) is None
    assert _reads(undone, powers_of("SEDE"))
    sealed = load_register(
        KEPT.replace("access: public", "access: restricted\nground: documento_preparatorio")
    ).entry_type
    assert sealed.access is Access.RESTRICTED
    assert _reads(entry, None, kind=sealed) is None
    assert _reads(entry, stranger, kind=sealed) is None
    assert _reads(entry, powers_of("SEDE"), kind=sealed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Província de Jiangsu", "PROVINCIA DE JIANGSU"),
        ("Univ. Fed. de Minas Gerais", "Universidade Federal de Minas Gerais"),
        ("UFMG", "Universidade Federal de Minas Gerais"),
        ("B.I.D.", "Banco Interamericano de Desenvolvimento"),
        ("Embaixada da Alemanha", "Embaixada da Alemanha no Brasil"),
        ("Agência Francesa de Desenvolvimento", "Agencia Francesa Desenvolvimento (AFD)"),
    ],
)
def test_names_of_the_same_thing_are_alike(one, other):
    assert likeness(one, other) == likeness(other, one) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Embaixada da França", "Consulado do Japão"),
        ("UFMG", "Universidade do Porto"),
        ("Província de Jiangsu", "Região de Flandres"),
        ("", "Província de Jiangsu"),
    ],
)
def test_names_of_different_things_are_not(one, other):
    assert likeness(one, other) < ALIKE


def test_what_is_no_text_must_be_the_same():
    dated = replace(DEAL, tells_apart=("until", "person"))
    one, other = {"name": "Jiangsu", "until": "2027-01-01"}, {"name": "jiangsu"}
    assert likeness_of(dated, one, other) == 1
    assert likeness_of(dated, one, {**other, "until": "2027-02-01"}) == 0
    assert likeness_of(dated, {**one, "person": "Ana"}, {**other, "person": "Rui"}) < ALIKE


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_between_nothing_and_all_and_the_same_both_ways(one, other):
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1


def test_every_kind_of_event_is_an_act():
    assert {kind.value for kind in EntryKind} == {
        f"entry_{word}"
        for word in ("created", "changed", "renewed", "transferred", "ended", "resumed", "undone")
    }


def test_shipped_registers_speak_every_language_and_number_apart():
    shipped = shipped_registers()
    for kind in shipped.values():
        said = [kind.title, kind.plural, kind.summary]
        for field in kind.fields.values():
            columns = (column.title for column in field.columns)
            choices = (choice.title for choice in field.choices)
            said += [field.title, *columns, *choices, *([field.help] if field.help else [])]
        for words in said:
            assert set(words) == {"pt-BR", "en", "es"}, (kind.key, words)
        assert kind.owner in {agency.code for agency in world().network}
    assert len({kind.prefix for kind in shipped.values()}) == len(shipped)


ACTS = {
    "change": lambda entry, at: acts.change(DEAL, entry, {"until": str(at.date())}, now=_later(at)),
    "empty": lambda entry, at: acts.change(DEAL, entry, {"person": None}, now=_later(at)),
    "renew": lambda entry, at: acts.renew(DEAL, entry, {"person": str(at)}, now=_later(at)),
    "give": lambda entry, at: acts.transfer(DEAL, entry, "SEE", now=_later(at)),
    "take": lambda entry, at: acts.transfer(DEAL, entry, "SEDE", now=_later(at)),
    "end": lambda entry, at: acts.end(DEAL, entry, "Basta", now=_later(at)),
    "resume": lambda entry, at: acts.resume(DEAL, entry, now=_later(at)),
    "undo": lambda entry, at: acts.undo(DEAL, entry, now=_later(at)),
}


def _later(at):
    return Circumstances(powers_of("SCC"), at, world(), at.isoformat().encode())


@settings(max_examples=count(40, exhaustive=2_000))
@given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(1, 200)), max_size=12))
def test_whatever_is_done_in_whatever_order_the_history_tells_it_and_warnings_lie_ahead(done):
    step = enter({"until": "2027-01-31", "person": "Ana"})
    events, at = [step.event], step.event.at
    for name, days in done:
        at += timedelta(days=days)
        try:
            step = ACTS[name](step.after, at)
        except Refusal:
            continue
        events.append(step.event)
        entry = step.after
        assert rebuild("DEA-000001", events) == entry
        assert entry.revision == len(events)
        assert entry.due_on > entry.renewed_on
        ahead = next_look(DEAL, entry, world(), after=at)
        assert ahead is None or ahead > at
        assert all(one.rung.at <= at for one in owed(DEAL, entry, world(), since=NEVER, until=at))
        assert (entry.status is Status.CURRENT) or ahead is None
