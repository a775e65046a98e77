"""Importing the network, calendars and rules: all or nothing, and done again nothing at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from workflow.core.deadlines.calendar import CalendarDay, DayKind, merge
from workflow.core.deadlines.rules import Rule
from workflow.core.network import Agency
from workflow.services.network import (
    NameOutOfTurn,
    Renaming,
    RuleChanged,
    add_rules,
    replace_calendars,
    replace_days,
    replace_network,
)
from workflow.storage.world import Versions, read_versions

GOV = Agency("GOV", "Governadoria")
SEF = Agency("SEF", "Fazenda", parent="GOV")


def versions(uow):
    with uow.reading() as connection:
        return read_versions(connection)


def day(month, number, *, year=2026, layer="BR", name="Feriado"):
    return CalendarDay(layer, date(year, month, number), DayKind.NATIONAL_HOLIDAY, name, "Lei")


def test_agencies_are_added_once(uow):
    assert replace_network(uow, [GOV, SEF]).added == ("GOV", "SEF")
    assert versions(uow) == Versions(0, 1)
    again = replace_network(uow, [GOV, SEF])
    assert (again.touches, again.kept) == (False, 2)
    assert versions(uow) == Versions(0, 1)
    assert uow.world().network.agency("SEF").parent == "GOV"


def test_agencies_change_and_end_and_are_never_forgotten(uow):
    replace_network(uow, [GOV, SEF])
    renamed = replace(GOV, name="Governadoria do Estado")
    ended = replace(SEF, valid_to=date(2026, 1, 31), successor="GOV")
    done = replace_network(uow, [renamed, ended])
    assert (done.changed, done.ended) == (("GOV",), ("SEF",))
    assert replace_network(uow, [renamed]).left == ("SEF",)
    assert uow.world().network.agency("SEF").successor == "GOV"


def test_a_name_that_changes_on_a_day_stays_with_what_is_older(uow):
    replace_network(uow, [GOV, SEF])
    renamed = replace(SEF, name="Fazenda e Economia")
    since = Renaming(date(2026, 2, 1), "Lei 9, art. 2")
    assert replace_network(uow, [renamed], renaming=since, preview=True).renamed == ("SEF",)
    assert not uow.world().network.former_names("SEF")

    done = replace_network(uow, [GOV, renamed], renaming=since)
    assert (done.changed, done.renamed) == (("SEF",), ("SEF",))
    network = uow.world().network
    said = [network.name_on("SEF", date(2026, month, 1)) for month in (1, 2)]
    assert said == ["Fazenda", "Fazenda e Economia"]
    assert network.former_names("SEF")[0].act == "Lei 9, art. 2"
    assert replace_network(uow, [renamed], renaming=since).renamed == ()


def test_a_name_without_a_day_corrects_the_one_that_was_written(uow):
    replace_network(uow, [GOV])
    replace_network(uow, [replace(GOV, name="Governadoria do Estado")])
    assert uow.world().network.name_on("GOV", date(1990, 1, 1)) == "Governadoria do Estado"


def test_names_follow_one_another_and_begin_no_later_than_today(uow):
    replace_network(uow, [GOV])
    first, second = (replace(GOV, name=name) for name in ("Casa", "Palácio"))
    with pytest.raises(NameOutOfTurn, match="yet to come"):
        replace_network(uow, [first], renaming=Renaming(uow.today + timedelta(days=1)))
    replace_network(uow, [first], renaming=Renaming(uow.today))
    with pytest.raises(NameOutOfTurn, match="cannot begin before it"):
        replace_network(uow, [second], renaming=Renaming(uow.today - timedelta(days=1)))
    assert uow.world().network.agency("GOV").name == "Casa"
    assert len(uow.world().network.former_names("GOV")) == 1


def test_a_name_that_held_on_no_day_leaves_no_trace(uow):
    replace_network(uow, [GOV])
    since = Renaming(uow.today)
    for name, left in (("Casa", [GOV.name]), ("Palácio", [GOV.name]), (GOV.name, [])):
        replace_network(uow, [replace(GOV, name=name)], renaming=since)
        network = uow.world().network
        assert [former.name for former in network.former_names("GOV")] == left
        assert network.agency("GOV").name == name


def test_a_preview_changes_nothing(uow):
    assert replace_network(uow, [GOV], preview=True).added == ("GOV",)
    assert replace_days(uow, [day(4, 21)], preview=True).added == ("BR 2026-04-21",)
    assert versions(uow) == Versions(0, 0)
    assert len(uow.world().network) == 0


def test_days_replace_those_of_their_layer_and_year_only(uow):
    calendar = merge("MG", ["BR"], [], title="Minas")
    replace_calendars(uow, [calendar], [day(4, 21), day(5, 1), day(4, 21, year=2027)])
    done = replace_days(uow, [day(4, 21, name="Tiradentes"), day(9, 7)])
    assert done.added == ("BR 2026-09-07",)
    assert done.changed == ("BR 2026-04-21",)
    assert done.ended == ("BR 2026-05-01",)
    closed = uow.world().calendars.of("MG").closed
    assert len(closed) == 3
    assert versions(uow) == Versions(2, 0)


def test_calendars_imported_again_stay_at_their_version(uow):
    calendar = merge("MG", ["BR"], [], title="Minas")
    for _ in range(2):
        done = replace_calendars(uow, [calendar], [day(4, 21)])
    assert (done.touches, done.kept) == (False, 1)
    assert versions(uow) == Versions(1, 0)


def test_another_name_for_a_calendar_is_another_version(uow):
    replace_calendars(uow, [merge("MG", ["BR"], [], title="Minas")], [day(4, 21)])
    renamed = merge("MG", ["BR"], [], title="Minas Gerais")
    assert replace_calendars(uow, [renamed], [day(4, 21)]).changed == ("calendar MG",)
    assert versions(uow) == Versions(2, 0)


def test_a_rule_changes_only_under_a_higher_version(uow):
    assert add_rules(uow, [Rule("house")]).added == ("house",)
    assert add_rules(uow, [Rule("house")]).kept == 1
    with pytest.raises(RuleChanged, match="raise its version to 2"):
        add_rules(uow, [Rule("house", pf_closes=False), Rule("other")])
    assert "other" not in uow.world().rules
    assert add_rules(uow, [Rule("house", version=2, pf_closes=False)]).changed == ("house",)
    assert not uow.world().rule("house").pf_closes
