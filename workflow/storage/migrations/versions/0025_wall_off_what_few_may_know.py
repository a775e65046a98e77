"""Have PostgreSQL itself keep cases and what they say from whom they do not exist for.

The policies bind every account but the one that owns the tables. They read what a connection has
been told of who asks (`workflow.storage.sight`); one that was told nothing sees nothing. SQLite has
no policies, so nothing changes there.
"""

# ruff: noqa: S608 - every word is our own

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0028"
branch_labels = None
depends_on = None

ALL = "current_setting('tramita.sees', true) = 'all'"
MINE = "CAST(NULLIF(current_setting('tramita.agencies', true), '') AS text[])"
ME = "CAST(NULLIF(current_setting('tramita.officer', true), '') AS bigint)"
TODAY = "CAST(NULLIF(current_setting('tramita.day', true), '') AS date)"
ACTS = "current_setting('tramita.agencies', true) <> ''"


def _as_owner(function: str, returned: str, answer: str) -> str:
    """Write a function that answers as the owner of the tables, whom no policy binds."""
    return (
        f"CREATE FUNCTION {function} RETURNS {returned} LANGUAGE plpgsql STABLE SECURITY DEFINER"
        f" SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN RETURN {answer}; END $$"
    )


FUNCTIONS = {
    # The policy of `case_agency` asks for the case again, so that of `case` must not ask for it.
    "case_lets_in(of_case bigint)": (
        "boolean",
        "EXISTS (SELECT FROM public.case_agency"
        f" WHERE case_id = of_case AND agency = ANY ({MINE}))"
        " OR EXISTS (SELECT FROM public.case_reader"
        f" WHERE case_id = of_case AND officer_id = {ME} AND until >= {TODAY})",
    ),
    "case_is_sealed(of_number text)": (
        "boolean",
        'EXISTS (SELECT FROM public."case"'
        " WHERE number = of_number AND NOT (announced AND access <> 'restricted'))",
    ),
    "case_is_open(first text, second text)": (
        "boolean",
        'EXISTS (SELECT FROM public."case" WHERE number IN (first, second) AND closed_at IS NULL)',
    ),
    # Asked for before it is known who asks.
    "unread_notices(of_officer bigint)": (
        "bigint",
        "(SELECT count(*) FROM public.notice WHERE officer_id = of_officer"
        " AND channel = 'app' AND read_at IS NULL AND withdrawn_at IS NULL)",
    ),
}
FIND_AS_OWNER = (
    # A search reads an index of words, which a policy would keep it from; what it found is
    # read under the policy.
    "ALTER FUNCTION passages_with(text) SECURITY DEFINER",
    "ALTER FUNCTION passages_with(text) SET search_path = pg_catalog, public, pg_temp",
)
CASE = f"""
    (announced AND access <> 'restricted' AND {ACTS})
    OR {ALL}
    OR number = NULLIF(current_setting('tramita.case', true), '')
    OR case_lets_in(id)
"""
KNOWN = 'EXISTS (SELECT FROM "case" WHERE "case".id = {table}.case_id OFFSET 0)'
"""The offset has each row's case looked into by itself; all cases are never read for it."""
OF_A_CASE = (
    *("event", "private_value", "document", "passage", "relation", "place", "place_person"),
    "case_reader",
)
OF_AN_AGENCY = ("task", "case_deadline", "case_agency")
"""Whose agency has a part in the case: no need to look further."""
OWN = f"officer_id = {ME}"
POLICIES = {
    "case": CASE,
    **{table: f"{ALL} OR {KNOWN.format(table=table)}" for table in OF_A_CASE},
    **{
        table: f"agency = ANY ({MINE}) OR {ALL} OR {KNOWN.format(table=table)}"
        for table in OF_AN_AGENCY
    },
    "notice": f"{OWN} OR {ALL}",
    "draft": f"{OWN} OR {ALL}",
}


def upgrade() -> None:
    """Go on to this revision."""
    if _is_sqlite():
        return
    for function, (returned, answer) in FUNCTIONS.items():
        op.execute(_as_owner(function, returned, answer))
    for statement in FIND_AS_OWNER:
        op.execute(statement)
    for table, policy in POLICIES.items():
        op.execute(f'CREATE POLICY wall ON "{table}" USING ({policy})')
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')


def downgrade() -> None:
    """Go back to the one before."""
    if _is_sqlite():
        return
    for table in reversed(POLICIES):
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        op.execute(f'DROP POLICY wall ON "{table}"')
    op.execute("ALTER FUNCTION passages_with(text) SECURITY INVOKER RESET search_path")
    for function in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {function}")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
