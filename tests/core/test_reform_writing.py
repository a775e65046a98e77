"""What people mean by a reform becomes changes that can be carried out."""

from __future__ import annotations

from datetime import date

from tests.world import world
from workflow.core.network import Network
from workflow.core.reform import Ending, Reform, Rename
from workflow.core.reform_units import with_units
from workflow.core.reform_writing import division, extinction, merger, successor_of
from workflow.core.reforming import reformed

DAY = date(2026, 6, 1)
NETWORK = world().network


def after(*steps):
    reform, _ = with_units(NETWORK, Reform(DAY, steps))
    changed = reformed(NETWORK, reform)
    return Network(({agency.code: agency for agency in NETWORK} | changed).values())


def test_a_merger_joins_the_units_that_do_the_same():
    new = successor_of(NETWORK.agency("SEF"), agency="SEFP", name="Fazenda e Planejamento")
    made = after(new, *merger(["SEF", "SEPLAG"], "SEFP"))
    units = {u.code for u in made.units("SEFP") if u.unit_role and made.is_active(u.code, DAY)}
    roles = [made.agency(code).unit_role for code in units]
    assert len(roles) == len(set(roles)) > 0
    assert made.agency("SEPLAG/JUR").successor == "SEF/JUR"
    assert made.agency("SEFP").kind == "secretaria"
    assert [made.agency(code).successor for code in ("SEF", "SEPLAG")] == ["SEFP", "SEFP"]


def test_agencies_merge_into_one_of_them_which_may_get_a_name():
    steps = merger(["SEF", "SEPLAG"], "SEF")
    made = after(Rename("SEF", "Fazenda e Planejamento"), *steps)
    assert made.is_active("SEF", DAY)
    assert not made.is_active("SEPLAG", DAY)
    assert made.agency("SEPLAG/JUR").successor == "SEF/JUR"


def test_a_division_leaves_what_is_not_shared_out_to_the_first():
    new = [successor_of(NETWORK.agency("SECULT"), agency=c, name=c) for c in ("CULT", "TUR")]
    end = division("SECULT", ["CULT", "TUR"], share={"opinion_request": "TUR"})
    made = after(*new, end)
    assert made.agency("SECULT").successor == "CULT"
    assert made.agency("SECULT/JUR").parent == "CULT"
    assert division("SECULT", ["CULT", "TUR"], share={}).heirs == end.heirs == {"CULT", "TUR"}


def test_an_agency_that_nobody_comes_after_ends_with_its_units():
    steps = extinction(NETWORK, "SEJUSP", None, day=DAY)
    assert {step.agency for step in steps} == NETWORK.below("SEJUSP")
    assert {step.how for step in steps} == {Ending.EXTINGUISHED}


def test_an_heir_takes_the_units_along():
    made = after(*extinction(NETWORK, "SECULT", "SEE", day=DAY))
    assert made.agency("SECULT").successor == "SEE"
    assert not [u.code for u in made.units("SECULT") if made.is_active(u.code, DAY)]
