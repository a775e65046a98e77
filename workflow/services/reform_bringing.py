"""How a reform of agencies comes to hold: the network itself, and the people in it."""

from __future__ import annotations

from sqlalchemy import Connection

from workflow.core.network import Network
from workflow.core.reform import read_reform
from workflow.core.reform_staff import transfers
from workflow.core.reforming import ReformUnsound, reformed
from workflow.services.network import Renaming, names_ended
from workflow.services.plans import REFORM, apply_plan, plan_named
from workflow.services.reform_work import ReformWork, tree_of, work_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import imports, reforms
from workflow.storage.network import NETWORK_VERSION
from workflow.storage.queries import plans as plan_queries
from workflow.storage.queries import reforms as queries
from workflow.storage.queries.plans import Phase, Plan
from workflow.storage.world import read_versions


class _Reform:
    """Agencies that are made, renamed, moved and ended."""

    def hold(self, connection: Connection) -> int:
        return int(imports.hold_setting(connection, NETWORK_VERSION, 0))

    def is_current(self, connection: Connection, plan: Plan) -> bool:
        """Say whether the agencies are as they were; of one that waited, whether it still can be.

        People come and go every day: that makes no plan outdated.
        """
        now = Network(imports.agencies(connection).values())
        if plan.phase is not Phase.WAITING:
            return bool(tree_of(now) == plan.body["tree"])
        try:
            reformed(now, read_reform(plan.body))
        except ReformUnsound:
            return False
        return True

    def version(self, connection: Connection) -> int:
        return read_versions(connection).network

    def total(self, uow: UnitOfWork, connection: Connection, plan: Plan) -> int:
        which = work_of(uow, connection, plan).which
        return plan_queries.how_many(connection, which) if which is not None else 0

    def bring(self, uow: UnitOfWork, connection: Connection, plan: Plan) -> int:
        work = work_of(uow, connection, plan)
        assert isinstance(work, ReformWork)
        known = imports.agencies(connection)
        changed = reformed(Network(known.values()), work.reform)
        since = Renaming(work.reform.day, plan.source)
        former = names_ended(connection, known, changed, since, today=uow.today)
        imports.keep_agencies(connection, changed.values())
        imports.end_names(connection, former, changed)
        _pass_on(uow, connection, work)
        return imports.raise_version(connection, NETWORK_VERSION)


BRINGING = _Reform()


def _pass_on(uow: UnitOfWork, connection: Connection, work: ReformWork) -> None:
    """Let people go where they go, with what they arranged."""
    day, ends = work.reform.day, work.reform.ends
    lent = queries.substitutions_in(connection, ends, day=day)
    reforms.transfer(connection, transfers(work.members, work.reform), day=day)
    for row in lent:
        key = f"reform:{work.plan.id}:{row.id}"
        heir = work.heir_of(row.agency, row.absent_id)
        reforms.pass_substitution(connection, row, heir, day=day, key=key, at=uow.now)
    for row in queries.filters_in(connection, ends):
        whose = None if row.is_shared else row.officer_id
        if heir := work.heir_of(row.agency, whose):
            reforms.pass_filter(connection, row, heir)
    for row in queries.feeds_in(connection, ends):
        if heir := work.heir_of(row.agency, row.officer_id):
            reforms.pass_feed(connection, row, heir)


def begin(uow: UnitOfWork, plan: Plan) -> Plan:
    """Apply a reform whose day has come; one that cannot be any more waits to be looked at again.

    Raise `PlanRunning` while another plan is being applied.
    """
    if uow.today < read_reform(plan.body).day:
        return plan
    with uow.writing() as connection:
        current = BRINGING.is_current(connection, plan)
        if not current:
            plan_queries.move_plan(connection, plan, phase=Phase.COUNTED.value)
    if not current:
        return plan_named(uow, plan.id, kinds=(REFORM,))
    return apply_plan(uow, plan.id, bringing=BRINGING, ready=(Phase.WAITING,))
