"""A school to test with: an office that gives a shipped course, class by class."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.installation import acting_for, deploy, employ
from tests.services.conftest import NOON
from tests.services.errands import DATA, Office
from tests.world import DEFINITIONS, loaded
from workflow.core.acts.answers import Answers
from workflow.services import cases, tasks
from workflow.services.register_types import deploy_registers

DAYS = {"enrol_until": "2026-03-20", "starts_on": "2026-04-13", "ends_on": "2026-04-17"}


def meetings(*begins, hours=5):
    """Return meetings that begin at these instants and last so many hours."""
    ends = {at: f"{at[:11]}{int(at[11:13]) + hours:02}:00:00-03:00" for at in begins}
    return [
        {"begins_at": f"{at}:00-03:00", "ends_at": ends[at], "meeting_hours": str(hours)}
        for at in begins
    ]


MEETINGS = meetings(*(f"2026-04-{day}T13:00" for day in (13, 14, 15, 16)))


class Crowd(Office):
    """An office with many cases of the same kind."""

    def states(self, numbers):
        return [self.case(number).state for number in numbers]


class School(Crowd):
    """An office that gives a shipped course, with the register of its certificates."""

    def __init__(self, installation):
        super().__init__(installation, NOON)
        types = [loaded(DEFINITIONS / f"{key}.yaml") for key in ("course_class", "enrolment")]
        deploy(self.uow(), types)
        deploy_registers(self.uow(), [DEFINITIONS / "registers" / "certificate.yaml"])
        self.planner = employ(self.uow(), "pedro@example.org", SEPLAG="head")
        self.manager = employ(self.uow(), "marta@example.org", SEDE="head")

    def as_planner(self):
        return acting_for(self.uow(), self.planner, "SEPLAG", head=True)

    def as_manager(self):
        return acting_for(self.uow(), self.manager, "SEDE", head=True)

    def do(self, uow, number, key, outcome, *, reason=None, **data):
        task = next(task for task in self.case(number).tasks if task.key == key)
        answers = Answers(data=data, reason=reason)
        tasks.complete_task(uow, number, task.no, outcome, answers=answers, key=self.key())
        self.turn()

    def open_class(self, *, held=MEETINGS, seats=2, **data):
        given = {**DATA, "course_title": "Captação", "hours": "20", **data}
        opened = cases.open_case(
            self.as_planner(),
            "course_class",
            opener="SEPLAG",
            answers=Answers(given),
            key=self.key(),
        )
        places = {"seats": seats, "quota": 1, "minimum_places": min(seats, 2)}
        said = {**DAYS, **places, "meetings": held}
        self.do(self.as_planner(), opened.number, "prepare_class", "enrolments_opened", **said)
        return opened.number

    def enrol(self, held_class, name, **data):
        email = f"{name.split()[0].casefold()}@example.org"
        person = {"participant": name, "participant_email": email, "home_agency": "SEDE", **data}
        answers = Answers({**DATA, "class": held_class, **person})
        number = cases.open_case(
            self.as_manager(), "enrolment", opener="SEDE", answers=answers, key=self.key()
        ).number
        self.do(self.as_manager(), number, "authorise", "authorised")
        return number

    def confirm_and_hold(self, held_class, enrolled):
        """Hold a class with those who were given a place, up to the recording of attendance."""
        for number in enrolled:
            self.do(self.as_manager(), number, "confirm_place", "confirmed")
        self.do(self.as_planner(), held_class, "confirm_class", "class_confirmed")
        for day in (10, 13, 17):
            self.turn(at=datetime(2026, 4, day, 15, tzinfo=UTC))

    def record(self, number, *came):
        """Record to which meetings somebody came."""
        rows = [{"attended": one} for one in came]
        self.do(self.as_planner(), number, "record_attendance", "recorded", attendance=rows)
