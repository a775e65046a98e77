"""What a case leaves for registers when it enters a state, and whether that fits them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.desk import LOAN, Desk
from tests.world import facts
from workflow.catalogue.build_data import build_field
from workflow.catalogue.loader import load_definition
from workflow.catalogue.problems import Refused
from workflow.core.acts.record import correct_data
from workflow.core.change import JobKind
from workflow.core.feeding import with_added
from workflow.core.soundness.entries import entries_that_do_not_fit

RECORDS = """
    records:
      - register: outing
        do: create
        values: {place: data.place, back_on: data.back_on}
        with: {kind: loan}
        holder: proponent
      - {register: outing, do: end, if: {days: {over: 90}}}
"""
FEEDING = LOAN.replace(
    "  - {key: done, title: Feito, final: completed}",
    "  - key: done\n    title: Feito\n    final: completed" + RECORDS,
).replace("title: Lugar, type: text, access: public", "title: Lugar, type: text, default: Paris")


def field(key, kind="text", **said):
    """Make a field of a register."""
    usual = {"required": False, "access": "network", "personal": False, "title": {"pt-BR": key}}
    return build_field({"key": key, "type": kind, **usual, **said})


OUTING = {
    "place": field("place", required=True),
    "back_on": field("back_on", "date"),
    "kind": field("kind"),
}


def unfit(text, fields=OUTING):
    """Name what does not fit a register of these fields."""
    known = replace(facts(), registers={"outing": fields})
    found = entries_that_do_not_fit(load_definition(text).definition, known)
    return [(fault.about["why"], *fault.subject[2:]) for fault in found]


def test_entering_a_state_leaves_each_of_its_records_once():
    desk = Desk(FEEDING).decided()

    (job,) = (j for change in desk.changes for j in change.jobs if j.kind is JobKind.KEEP_ENTRY)
    assert job.key == f"{desk.case.number}:keep_entry:{desk.case.visit}:0"
    assert job.payload == {
        "number": desk.case.number,
        "register": "outing",
        "do": "create",
        "values": {
            "place": desk.case.data["place"],
            "back_on": desk.case.data["back_on"],
            "kind": "loan",
        },
        "made": {},
        "reason": "Feito",
        "holder": desk.case.participants["proponent"][0],
    }


def test_what_a_record_takes_is_asked_again_when_it_changes():
    packing = "    title: Embalagem"
    desk = Desk(FEEDING.replace(packing, packing + RECORDS)).drafted().examined().opined()
    assert desk.case.state == "packing"

    found = []
    for new in ({"span": "60 days"}, {"days": 20}, {"days": 100}):
        change = desk.do(correct_data, new, "Errado.", by="SCC")
        found += [job for job in change.jobs if job.kind is JobKind.KEEP_ENTRY]
    (job,) = found
    assert job.payload["values"]["back_on"] == "2026-07-31"


def test_what_fits_the_register_is_let_pass():
    assert unfit(FEEDING) == []
    wider = {**OUTING, "place": field("place", "long_text", required=True, access="restricted")}
    assert unfit(FEEDING, wider) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"place": field("place", required=True, access="public")}, ("open", "place", "place")),
        ({"place": field("place", "date", required=True)}, ("type", "place", "place")),
        ({"owner": field("owner", required=True)}, ("lacks", "owner")),
        ({"back_on": field("back_on", "date", required=True)}, None),
    ],
)
def test_what_does_not_fit_is_told(change, why):
    assert unfit(FEEDING, {**OUTING, **change}) == ([why] if why else [])


def test_nothing_restricted_or_personal_comes_out_before_it_is_released():
    sold = FEEDING.replace("place: data.place", "place: data.place, price: data.price")
    shown = {**OUTING, "price": field("price", "integer")}
    assert unfit(sold, shown) == []  # entering `done` releases it
    assert unfit(sold.replace("released_on: done", "released_on: denied"), shown) == [
        ("open", "price", "price")
    ]
    carried = FEEDING.replace("place: data.place", "place: data.place, by: data.carrier")
    assert unfit(carried, {**OUTING, "by": field("by")}) == [("personal", "by", "carrier")]
    assert unfit(
        FEEDING.replace("access: network", "access: restricted", 1).replace(
            "owner: SCC", "owner: SCC\nground: documento_preparatorio", 1
        )
    )


ADDING = FEEDING.replace(
    "with: {kind: loan}", "with: {kind: loan}\n        adds: {seen_by: roles.proponent}"
)


def test_a_record_adds_the_agencies_of_a_role_and_asks_that_several_fit():
    shown = {**OUTING, "seen_by": field("seen_by", "agencies")}
    assert unfit(ADDING, shown) == []
    assert unfit(ADDING) == [("no_field", "seen_by")]
    single = {**OUTING, "seen_by": field("seen_by", "agency")}
    assert unfit(ADDING, single) == [("single", "seen_by", "proponent")]
    public = {**OUTING, "seen_by": field("seen_by", "agencies", access="public")}
    assert unfit(ADDING, public) == [("open", "seen_by", "proponent")]
    desk = Desk(ADDING).decided()
    (job,) = (j for change in desk.changes for j in change.jobs if j.kind is JobKind.KEEP_ENTRY)
    assert job.payload["adds"] == {"seen_by": desk.case.participants["proponent"][0]}


def test_what_is_added_is_added_once_and_nothing_is_taken_away():
    assert with_added({"who": ["SES"]}, {"who": ["SEE", "SES", "SEE"]}) == {"who": ["SES", "SEE"]}
    assert with_added({"who": ["SES"]}, {"who": ["SES"]}) == {}
    assert with_added({}, {"who": ["SES"]}) == {"who": ["SES"]}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("roles.proponent", "roles.nobody", "role"),
        ("roles.proponent", "data.nothing", "field"),
        ("{seen_by: roles.proponent}", "{kind: roles.proponent}", "given twice"),
        ("{seen_by: roles.proponent}", "{seen_by: proponent}", "roles.ROLE"),
    ],
)
def test_what_a_record_adds_is_checked_before_it_is_proven(old, new, said):
    with pytest.raises(Refused) as found:
        load_definition(ADDING.replace(old, new))
    assert said in str(found.value.problems[0])


def test_a_register_that_is_not_there_and_a_field_it_lacks_are_told():
    assert unfit(FEEDING.replace("place: data.place", "spot: data.place")) == [
        ("no_field", "spot"),
        ("lacks", "place"),
    ]
    assert unfit(FEEDING.replace("register: outing, do: end", "register: inning, do: end")) == [
        ("no_register",)
    ]
