"""What the account of the processes may do on PostgreSQL: add to history, never change it.

It is under the policies of `workflow.storage.sight`, too, as every account but the owner's is.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

ONLY_ADDED: Final = ("event", "log_leaf", "log_node", "register_event")
"""Tables whose rows are never changed nor taken away."""
NEVER_REMOVED: Final = ("case", "private_value", "register_entry", "register_private", "log_size")
"""Tables whose rows change; a personal value is erased by a change."""
AS_OWNER: Final = (
    "case_lets_in(bigint)",
    "case_is_sealed(text)",
    "case_is_open(text, text)",
    "unread_notices(bigint)",
    "passages_with(text, text)",
)
"""What the policies and a search ask of the owner of the tables; nobody else may ask it."""
_EVERYTHING: Final = "SELECT, INSERT, UPDATE, DELETE"


class UnknownRoleError(Exception):
    """The database knows no such role, or it cannot be held to anything."""


def restrict(connection: Connection, role: str) -> None:
    """Let a role do the work of web and clock and nothing else; raise `UnknownRoleError`.

    Whoever runs this owns the tables, as migrations do; safe to repeat.
    """
    found = text(
        "SELECT rolsuper, rolbypassrls, pg_has_role(rolname, current_user, 'USAGE')"
        " FROM pg_roles WHERE rolname = :role"
    )
    known = connection.execute(found, {"role": role}).first()
    if known is None:
        raise UnknownRoleError(f'there is no role "{role}"; make it with: CREATE ROLE … LOGIN')
    if any(known):
        raise UnknownRoleError(
            f'"{role}" owns the tables or may do or see everything; name another'
        )
    for statement in statements(connection.dialect.identifier_preparer.quote(role)):
        connection.execute(text(statement))


def may_change(connection: Connection) -> list[str]:
    """Return which tables of history the account of this connection could change."""
    asked = text(
        "SELECT name FROM unnest(CAST(:tables AS text[])) AS name"
        " WHERE has_table_privilege(quote_ident(name), 'UPDATE, DELETE, TRUNCATE')"
    )
    return list(connection.execute(asked, {"tables": list(ONLY_ADDED)}).scalars())


def sees_past_policies(connection: Connection) -> bool:
    """Say whether the account of this connection sees cases whatever the policies say."""
    asked = text("SELECT NOT row_security_active('\"case\"')")
    return bool(connection.execute(asked).scalar_one())


def statements(role: str) -> tuple[str, ...]:
    """Return what gives a quoted role its rights, and takes from it what it must not have."""
    history, kept = _listed(ONLY_ADDED), _listed((*NEVER_REMOVED, "log_head"))
    return (
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT {_EVERYTHING} ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {history} FROM {role}",
        f"REVOKE DELETE, TRUNCATE ON {kept} FROM {role}",
        f"REVOKE UPDATE ON log_head FROM {role}",
        f"GRANT UPDATE (published_at) ON log_head TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
        f"GRANT EXECUTE ON FUNCTION {', '.join(AS_OWNER)} TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {_EVERYTHING} ON TABLES TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    )


def _listed(tables: tuple[str, ...]) -> str:
    return ", ".join(f'"{table}"' for table in tables)
