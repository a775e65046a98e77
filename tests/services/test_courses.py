"""A shipped course from enrolment to certificate: places, hours, attendance, evaluation."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.installation import acting_for, deploy
from tests.services.conftest import NOON
from tests.services.errands import DATA
from tests.services.school import MEETINGS, Crowd, School, meetings
from tests.world import DEFINITIONS, loaded
from workflow.core.access import readable_data
from workflow.core.acts.answers import Answers
from workflow.core.errors import AnswersRefused, HoursOverlap, UnknownCase
from workflow.core.history import ERASED
from workflow.core.registers.entries import Standing
from workflow.services import batches, cases, tasks
from workflow.services.import_preview import preview
from workflow.services.places_view import offered, places_of
from workflow.services.register_lists import Narrowing, list_entries
from workflow.services.register_replacing import code_of_successor
from workflow.services.registers import checked
from workflow.services.verification import verify_all
from workflow.storage.queries.batches import BatchPhase

SURVEY = """
key: survey
version: 1
title: Levantamento
summary: O que se quer aprender.
owner: SCC
roles: {asker: {title: Quem pergunta, bind: SCC}}
data:
  - key: ranked
    title: Temas
    type: table
    columns: [{key: theme, title: Tema, type: text}, {key: asked, title: Pedidos, type: integer}]
opening: [ranked]
states:
  - key: open_now
    title: Aberto
    tasks: [{key: finish, title: Encerrar, role: asker, outcomes: {done: Encerrar}}]
  - {key: over, title: Encerrado, final: completed}
transitions: [{source: open_now, target: over, when: any done}]
"""
PLAN = """
key: plan
version: 1
title: Plano
summary: O que se vai ensinar.
owner: SCC
roles: {planner: {title: Quem planeja, bind: SCC}}
data:
  - {key: survey, title: Levantamento, type: case, of: survey, in: [over]}
  - key: demand
    title: Demanda
    type: table
    rows_of: {case: data.survey, table: ranked, by: theme}
    columns:
      - {key: theme, title: Tema, type: text, required: true}
      - {key: asked, title: Pedidos, type: integer, given: true}
opening: [survey, demand]
states:
  - key: drawn
    title: Feito
    tasks: [{key: finish, title: Encerrar, role: planner, outcomes: {done: Encerrar}}]
  - {key: over, title: Encerrado, final: completed}
transitions: [{source: drawn, target: over, when: any done}]
"""


@pytest.fixture
def school(installation):
    return School(installation)


def test_a_course_is_enrolled_in_waited_for_attended_and_certified(school):
    held = school.open_class()
    enrolled = [school.enrol(held, name) for name in ("Ana Uma", "Bia Duas", "Caio Três")]
    school.do(school.as_planner(), held, "close_enrolments", "enrolments_ended")
    assert school.states(enrolled) == ["placed_state", "placed_state", "waiting"]
    school.do(school.as_manager(), enrolled[0], "confirm_place", "gives_up")
    assert school.states(enrolled) == ["gave_up", "placed_state", "placed_state"]
    school.confirm_and_hold(held, enrolled[1:])
    assert school.case(held).state == "attendance"
    assert school.states(enrolled[1:]) == ["recording", "recording"]
    with pytest.raises(AnswersRefused) as refused:
        school.record(enrolled[1], True, True, True)
    assert refused.value.particulars["problems"] == {"attendance": "rows_given"}
    school.record(enrolled[1], True, True, False, True)
    school.record(enrolled[2], True, False, False, True)
    told = [
        (c.data["hours_attended"], c.data["attendance_percent"])
        for c in map(school.case, enrolled[1:])
    ]
    assert told == [(15, 75), (10, 50)]
    assert school.states(enrolled[1:]) == ["evaluating", "evaluating"]  # for ten days
    (certificate,) = list_entries(school.as_planner(), "certificate").entries
    assert (certificate.values["person"], certificate.values["attendance"]) == ("Bia Duas", 75)
    ratings = {"content_rating": 5, "teaching_rating": 4, "use_rating": 5}
    school.do(school.as_manager(), enrolled[1], "evaluate_after", "told", **ratings)
    school.turn(at=school.now.replace(day=28))
    assert school.states(enrolled[1:]) == ["certificate_issued", "failed"]
    told = {one.field.key: one for one in places_of(school.as_planner(), held).told}
    assert (told["content_rating"].answers, told["teaching_rating"].average) == (1, 4)
    assert told["attendance_percent"].average == Decimal("62.5")
    assert places_of(school.as_manager(), held).told == ()
    assert verify_all(school.uow()).is_sound


def test_what_is_given_with_a_row_stays_whatever_is_sent(school):
    held = school.open_class(seats=1)
    number = school.enrol(held, "Ana Uma")
    school.do(school.as_planner(), held, "close_enrolments", "enrolments_ended")
    school.confirm_and_hold(held, [number])
    rows = [{"attended": n == 0, "meeting_hours": "12" if n == 0 else "0.5"} for n in range(4)]
    school.do(school.as_planner(), number, "record_attendance", "recorded", attendance=rows)
    case = school.case(number)
    assert case.data["attendance_percent"] == 25
    assert case.data["attendance"][0] == {**_brought(MEETINGS[0]), "attended": True}


def _brought(meeting):
    return {key: meeting[key] for key in ("begins_at", "meeting_hours")}


def test_nobody_enrols_in_two_classes_that_meet_at_the_same_hours(school):
    first = school.open_class()
    number = school.enrol(first, "Ana Uma", registration="1.234-5")
    beside = school.open_class(held=meetings("2026-04-13T12:00"), subject="Turma 2")
    after = school.open_class(held=meetings("2026-04-13T18:00"))
    for typed in ({"registration": "12345"}, {"participant_email": " ANA@example.org "}):
        with pytest.raises(HoursOverlap) as refused:
            school.enrol(beside, "Aninha Uma", **typed)
        told = refused.value.particulars
        assert (told["number"], told["begins"].isoformat()) == (first, "2026-04-13T13:00:00-03:00")
    with pytest.raises(HoursOverlap):
        school.enrol(first, "Ana Uma")  # nor twice in one
    school.enrol(after, "Ana Uma")  # one ends as the other begins
    other = school.enrol(beside, "Bia Duas")
    values = {"participant_email": "ana@example.org"}
    with pytest.raises(HoursOverlap):
        cases.correct(school.as_planner(), other, values, "Engano.", key=school.key())
    cases.withdraw(school.as_manager(), number, "Mudei de ideia.", key=school.key())
    school.enrol(beside, "Ana Uma")
    assert verify_all(school.uow()).is_sound


ENROLMENTS = "Número externo;Assunto;Descrição;Turma;Nome de quem vai;E-mail;"
ENROLMENTS += "Órgão de quem vai;Masp ou matrícula;"
ENROLMENTS += "Órgão que pediu;Situação atual;Aberto em;Na situação desde\n"


def enrolments(*lines):
    place = "waiting;27/02/2026;27/02/2026"
    rows = (
        f"A-{no};Inscrição;Já pedida;{held};{name};{email};SEDE;{registered};SEDE;{place}\n"
        for no, (held, name, email, registered) in enumerate(lines, 1)
    )
    return (ENROLMENTS + "".join(rows)).encode()


def looked_at(school, key, *lines):
    file = enrolments(*lines)
    batch = preview(school.uow(), "enrolment", file, file_name="inscritos.csv", key=key)
    assert batch.faults == ()
    found = batches.lines_page(school.uow(), batch, after=0, limit=9)
    return batch, [[(fault["code"], fault["about"]) for fault in one.faults] for one in found]


def test_nobody_is_enrolled_by_a_file_in_two_classes_that_meet_at_the_same_hours(school):
    first = school.open_class()
    beside = school.open_class(held=meetings("2026-04-13T12:00"), subject="Turma 2")
    after = school.open_class(held=meetings("2026-04-13T18:00"))
    school.enrol(first, "Ana Uma", registration="1.234-5")
    day = {"day": "2026-04-13"}
    _, faults = looked_at(
        school,
        "a",
        (beside, "Ana Uma", "outra@example.org", "12345"),
        (after, "Ana Uma", "ana@example.org", ""),
        (beside, "Bia Duas", "bia@example.org", ""),
        (first, "Bia Duas", "BIA@example.org", "9-9"),
    )
    assert faults == [
        [("hours_taken", {"number": first, "subject": DATA["subject"], **day})],
        [],
        [],
        [("hours_twice", {"line": 4, **day})],
    ]


def test_a_file_is_brought_in_only_while_those_it_enrols_are_free_at_these_hours(school):
    first = school.open_class()
    beside = school.open_class(held=meetings("2026-04-13T12:00"))
    batch, faults = looked_at(school, "a", (beside, "Ana Uma", "ana@example.org", "12345"))
    assert faults == [[]]
    school.enrol(first, "Ana Uma")
    before = school.how_many_cases()
    batches.begin(school.uow(), batch)
    school.work()
    batch = batches.batch_named(school.uow(), batch.id)
    assert (batch.phase, batch.because["refusal"]) == (BatchPhase.FAILED, "ImportOutdated")
    assert school.how_many_cases() == before


def test_the_queue_passes_over_whoever_has_a_place_elsewhere_at_the_same_hours(school):
    first = school.open_class(seats=1)
    second = school.open_class(held=meetings("2026-04-20T13:00"), seats=1)
    ana = [school.enrol(held, "Ana Uma") for held in (first, second)]
    bia = school.enrol(second, "Bia Duas")
    moved = {"meetings": meetings("2026-04-13T14:00")}
    cases.correct(school.as_planner(), second, moved, "A sala mudou.", key=school.key())
    for held in (first, second):
        school.do(school.as_planner(), held, "close_enrolments", "enrolments_ended")
    assert school.states([*ana, bia]) == ["placed_state", "waiting", "placed_state"]
    told = {one.line.number: one.barred_by for one in places_of(school.as_manager(), second).listed}
    assert told == {ana[1]: first, bia: ""}
    school.do(school.as_manager(), bia, "confirm_place", "gives_up")
    assert school.states(ana) == ["placed_state", "waiting"]  # the place stays free
    school.do(school.as_manager(), ana[0], "confirm_place", "gives_up")
    assert school.states(ana) == ["gave_up", "placed_state"]


def test_a_certificate_issued_anew_leaves_the_old_one_annulled_and_pointing_to_it(school):
    held = school.open_class(seats=1)
    number = school.enrol(held, "Ana Uma")
    school.do(school.as_planner(), held, "close_enrolments", "enrolments_ended")
    school.confirm_and_hold(held, [number])
    school.record(number, True, True, True, True)
    school.turn(at=school.now.replace(day=28))
    planner = school.as_planner()
    cases.reopen(planner, number, "O nome saiu errado.", key=school.key())
    school.do(
        school.as_planner(), number, "decide_annulment", "reissued",
        reason="O nome saiu errado.", participant="Ana Uma da Silva",
    )  # fmt: skip
    assert school.case(number).state == "certificate_reissued"
    every = Narrowing(standings=tuple(Standing))
    old, new = sorted(
        list_entries(school.as_planner(), "certificate", every).entries, key=lambda one: one.number
    )
    assert (old.standing(school.uow().today), old.replaced_by) == (Standing.ENDED, new.number)
    assert old.values["person"] == "Ana Uma"
    assert new.standing(school.uow().today) is Standing.CURRENT
    assert new.values["person"] == "Ana Uma da Silva"
    _, shown = checked(school.uow(), old.code)
    assert code_of_successor(school.uow(), shown) == new.code
    assert verify_all(school.uow()).is_sound


def test_the_demand_of_a_course_says_what_the_survey_it_names_says(installation):
    office = Crowd(installation, NOON)
    deploy(office.uow(), [SURVEY, PLAN])

    def open_one(key, **data):
        answers = Answers({**DATA, **data})
        uow = acting_for(office.uow(), office.coordinator, "SCC")
        return cases.open_case(uow, key, opener="SCC", answers=answers, key=office.key()).number

    survey = open_one("survey", ranked=[{"theme": "Gestão de riscos", "asked": 19}])
    wanted = {"survey": survey, "demand": [{"theme": "gestao de RISCOS", "asked": 99}]}
    with pytest.raises(AnswersRefused) as refused:
        open_one("plan", **wanted)
    assert refused.value.particulars["problems"] == {"survey": "not_standing"}
    uow = acting_for(office.uow(), office.coordinator, "SCC")
    tasks.complete_task(uow, survey, 1, "done", answers=Answers(), key=office.key())
    plan = open_one("plan", **wanted)
    assert office.case(plan).data["demand"] == [{"theme": "Gestão de riscos", "asked": 19}]
    field = installation.newest("plan").data["survey"]
    assert offered(uow, field) == [(survey, DATA["subject"])]
    for wrong, problems in (
        ({**wanted, "demand": [{"theme": "Outro"}]}, {"demand": "not_in_case"}),
        ({"demand": wanted["demand"]}, {"survey": "missing"}),
    ):
        with pytest.raises(AnswersRefused) as refused:
            open_one("plan", **wrong)
        assert refused.value.particulars["problems"] == problems


def test_what_the_shipped_course_takes_over_stands_in_the_survey_and_is_no_more_open_there():
    course, survey = (
        loaded(DEFINITIONS / f"{key}.yaml").definition for key in ("course", "training_needs")
    )
    demand = course.data["demand"]
    assert demand.rows_of is not None
    ranking = survey.data[demand.rows_of.table]
    assert course.data[demand.rows_of.case].of == survey.key
    assert {c.key for c in demand.columns} <= {c.key for c in ranking.columns}
    assert demand.access is ranking.access


def test_who_leads_a_class_and_the_agency_of_who_goes_read_what_they_need_and_nobody_else(school):
    """Enrolled by the organiser, a person's need is read by their own agency, until the end."""
    held = school.open_class()
    need = {"participant": "Ana", "participant_email": "a@example.org", "accessibility": "Libras"}
    answers = Answers({**DATA, "class": held, "home_agency": "SEDE", **need})
    number = cases.open_case(
        school.as_planner(), "enrolment", opener="SEPLAG", answers=answers, key=school.key()
    ).number
    for uow in (school.as_planner(), school.as_manager()):
        case = uow.load(number).snapshot
        assert readable_data(case, uow.powers)["accessibility"] == "Libras"
    with pytest.raises(UnknownCase):
        acting_for(school.uow(), school.doer, "SEF").load(number)

    withdrawn = school.key()
    cases.withdraw(school.as_planner(), number, "Não virá.", key=withdrawn)
    school.work()
    case = school.as_planner().load(number).snapshot
    assert readable_data(case, school.as_planner().powers)["accessibility"] == ERASED
    assert readable_data(case, school.as_planner().powers)["participant"] == "Ana"
    assert verify_all(school.uow()).is_sound
