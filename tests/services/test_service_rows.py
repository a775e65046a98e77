"""How long a service takes is measured from what ended, and tells of no case that few may know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.catalogue.service_rows import shipped_services
from workflow.services.service_rows import serving
from workflow.storage.case import Case

ERRANDS = replace(shipped_services().services[0], served_by=("errand", "no_such_type"))


def end_after(office, days):
    office.now = NOON
    number = office.open()
    office.now = NOON + timedelta(days=days)
    office.complete(number)
    return number


def test_the_time_that_cases_took_is_measured_once_enough_have_ended(installation):
    office = Office(installation, NOON)
    for days in (2, 3, 9, 40):
        end_after(office, days)
    [errands] = serving(office.uow(), ERRANDS)
    assert (errands.definition.key, errands.layout, errands.measured) == ("errand", None, None)

    secret = end_after(office, 300)
    office.open()
    with office.uow().writing() as connection:
        hidden = update(Case).where(Case.number == secret).values(access="restricted")
        connection.execute(hidden)
    assert serving(office.uow(), ERRANDS)[0].measured is None

    end_after(office, 5)
    measured = serving(office.uow(), ERRANDS)[0].measured
    assert (measured.cases, measured.days) == (5, 5)
