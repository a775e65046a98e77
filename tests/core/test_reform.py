"""What a reform may not do to the network, what it makes of it, and who comes after whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from workflow.core.network import Agency, Network
from workflow.core.reform import (
    Create,
    End,
    Ending,
    Move,
    Reform,
    Rename,
    counter_reform,
    read_reform,
    spell_reform,
)
from workflow.core.reform_staff import Member, members_after, transfers
from workflow.core.reform_units import with_units
from workflow.core.reforming import FaultKind, ReformUnsound, reformed

DAY = date(2026, 3, 2)
EVE = DAY - timedelta(days=1)


@pytest.fixture
def network():
    return Network(
        [
            Agency("GOV", "Governo"),
            Agency("A", "Alfa", parent="GOV", calendar="BH"),
            Agency("A/JUR", "Jurídico de Alfa", parent="A", unit_role="legal"),
            Agency("B", "Beta", parent="GOV"),
            Agency("B/JUR", "Jurídico de Beta", parent="B", unit_role="legal"),
            Agency("OLD", "Velha", parent="GOV", valid_to=date(2020, 1, 1), successor="B"),
        ]
    )


def faults(network, *steps, **more):
    with pytest.raises(ReformUnsound) as refused:
        reformed(network, Reform(DAY, steps), **more)
    return [(f.step, f.kind, f.agency) for f in refused.value.faults]


def after(network, *steps):
    changed = reformed(network, Reform(DAY, steps))
    return Network(({a.code: a for a in network} | changed).values())


NEW = Create("C", "Gama", parent="GOV")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([Rename("X", "Xis")], (0, FaultKind.UNKNOWN, "X")),
        ([Rename("OLD", "Nova")], (0, FaultKind.NOT_THERE, "OLD")),
        ([Create("OLD", "Nova")], (0, FaultKind.TAKEN, "OLD")),
        ([Rename("A", "Um"), Rename("A", "Dois")], (1, FaultKind.TWICE, "A")),
        ([Rename("A", "Um"), End("A", heir="B", units_along=False)], (1, FaultKind.TWICE, "A")),
        ([End("A", heir="B")], (0, FaultKind.ORPHANS, "A")),
        ([End("A", heir="B", units_along=True)], (0, FaultKind.UNIT_TWICE, "B")),
        ([Move("A", parent="A/JUR")], (0, FaultKind.CIRCLE, "A")),
        ([Move("A", parent="OLD")], (0, FaultKind.NOT_THERE, "OLD")),
        ([Move("A", calendar="X")], (0, FaultKind.NO_CALENDAR, "A")),
        ([End("A/JUR")], (0, FaultKind.NO_HEIR, "A/JUR")),
        ([End("A/JUR", heir="A/JUR")], (0, FaultKind.NOT_THERE, "A/JUR")),
        ([Rename("A", "Alfa")], (-1, FaultKind.NOTHING, "")),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(network, steps, expected):
    known = {"calendars": ["BH", "MG"], "owners": {"A/JUR": ["opinion"]}}
    assert expected in faults(network, *steps, **known)


def test_everything_wrong_is_told_at_once(network):
    told = faults(network, Rename("X", "Xis"), Create("OLD", "Nova"), Move("Y", parent="Z"))
    assert [place for place, *_ in told] == [0, 1, 2, 2]


def test_whoever_comes_after_does_the_work(network):
    there = after(network, NEW, End("A", Ending.MERGED, "C", units_along=True))
    assert (there.agency("A").valid_to, there.agency("A").successor) == (EVE, "C")
    assert there.agency("C").valid_from == DAY
    assert there.agency("A/JUR").parent == "C"
    assert there.heir("A", owner="B", day=DAY) == "C"
    assert there.heir("A", owner="B", day=EVE) == "A"
    assert there.heir("X", owner="A", day=DAY) == "C"
    assert (there.absorbed("C", DAY), there.absorbed("B", DAY)) == ({"A"}, {"OLD"})


def test_units_go_along_or_into_the_one_for_the_same_purpose(network):
    ending = [End(code, Ending.MERGED, "C", units_along=True) for code in ("A", "B")]
    whole, whence = with_units(network, Reform(DAY, (NEW, *ending)))
    assert whence == (0, 1, 1, 2, 2)
    there = after(network, *whole.steps)
    assert [(u.code, u.unit_role) for u in there.units("C")] == [("A/JUR", "legal")]
    assert there.succeeded("B/JUR", DAY) == "A/JUR"
    assert with_units(network, whole)[0] == whole


def test_without_an_heir_the_work_falls_as_it_does_for_want_of_officers(network):
    there = after(network, End("A/JUR"))
    assert there.heir("A/JUR", owner="B", day=DAY) == "A"


def test_a_chain_of_successors_is_followed_to_who_is_there(network):
    first = after(network, NEW, End("A", heir="C", units_along=True))
    later = reformed(
        first,
        Reform(
            DAY + timedelta(days=9),
            (End("A/JUR", heir="B/JUR"), End("C", heir="B")),
        ),
    )
    there = Network(({a.code: a for a in first} | later).values())
    day = DAY + timedelta(days=9)
    assert there.succeeded("A", day) == "B"
    assert there.absorbed("B", day) == {"A", "C", "OLD"}


def test_the_narrowest_share_holds():
    end = End("A", heir="B", share={"t": "C", "t.opine": "D", "7": "E", "7:2": "F"})
    assert end.heir_of("7", "t", "2", "opine") == "F"
    assert end.heir_of("7", "t", "3", "opine") == "E"
    assert end.heir_of("8", "t", "2", "opine") == "D"
    assert end.heir_of("8", "t", "2", "other") == "C"
    assert end.heir_of("8", "u") == "B"


def test_people_go_along_and_one_of_them_heads():
    people = [
        Member(1, 10, "A", "head", EVE, None),
        Member(2, 11, "A", "officer", EVE, None),
        Member(3, 12, "B", "head", EVE, None),
        Member(4, 11, "B", "officer", EVE, None),
        Member(5, 13, "A", "officer", EVE, EVE),
    ]
    end = End("A", heir="B", people={"10": "B"})
    going = transfers(people, Reform(DAY, (end,)))
    assert [(t.member.id, t.heir, t.role, t.known) for t in going] == [
        (1, "B", "officer", False),
        (2, "B", "officer", True),
    ]
    there = members_after(people, Reform(DAY, (end,)))
    assert {(m.officer, m.agency, m.role) for m in there} == {
        *((12, "B", "head"), (10, "B", "officer"), (11, "B", "officer"), (13, "A", "officer"))
    }


def test_it_is_kept_as_plain_values(network):
    reform = Reform(DAY, (NEW, Rename("B", "Nova"), End("A", Ending.SPLIT, "C", share={"t": "B"})))
    assert read_reform(spell_reform(reform)) == reform
    assert counter_reform(reform, {a.code: a for a in network}, day=DAY) is None


def test_names_and_places_are_taken_back(network):
    reform = Reform(DAY, (Rename("B", "Nova"), Move("B", parent="A", calendar="BH")))
    back = counter_reform(reform, {a.code: a for a in network}, day=DAY)
    changed = Network(({a.code: a for a in network} | reformed(network, reform)).values())
    assert reformed(changed, back)["B"] == network.agency("B")
