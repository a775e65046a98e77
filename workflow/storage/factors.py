"""What officers prove themselves with besides the password, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, ForeignKey, Row, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId
from workflow.storage.people import Officer

TOTP: Final = "totp"
PASSKEY: Final = "passkey"


class Factor(Base):
    """An authenticator app, a passkey or a security key of an officer."""

    __tablename__ = "factor"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    """As its owner calls it."""
    secret: Mapped[str]
    """Sealed by the key of the installation; of a passkey its public key, which is none."""
    credential: Mapped[str | None] = mapped_column(unique=True)
    """By which a passkey is known to the browser."""
    counter: Mapped[int] = mapped_column(BigInteger)
    """The last step of time an app's code was taken for, or how often a key says it has signed."""
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that takes the place of a factor, once; only its hash is known here."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    code_hash: Mapped[str]


def factors_of(connection: Connection, officer_id: int, *, kind: str = "") -> list[Row[Any]]:
    """List the factors of an officer, perhaps only those of a kind, the oldest first."""
    wanted = select(Factor.__table__).where(Factor.officer_id == officer_id).order_by(Factor.id)
    return list(connection.execute(wanted.where(Factor.kind == kind) if kind else wanted))


def has_factor(connection: Connection, officer_id: int) -> bool:
    """Say whether an officer proves themselves by more than a password."""
    wanted = select(Factor.id).where(Factor.officer_id == officer_id).limit(1)
    return connection.execute(wanted).first() is not None


def add_factor(connection: Connection, **values: object) -> int:
    """Keep a factor and return its id; `IntegrityError` for a passkey that is kept already."""
    added = insert(Factor).values(**values).returning(Factor.id)
    number: int = connection.execute(added).scalar_one()
    return number


def count_on(connection: Connection, factor: Row[Any], counter: int, *, at: datetime) -> bool:
    """Note the use of a factor; False if it was used by somebody else meanwhile."""
    same = update(Factor).where(Factor.id == factor.id, Factor.counter == factor.counter)
    return connection.execute(same.values(counter=counter, used_at=at)).rowcount == 1


def apps(connection: Connection) -> list[Row[Any]]:
    """List the apps of everybody."""
    wanted = select(Factor.id, Factor.officer_id, Factor.secret).where(Factor.kind == TOTP)
    return list(connection.execute(wanted.order_by(Factor.id)))


def seal_anew(connection: Connection, factor: Row[Any], sealed: str) -> None:
    """Keep the secret of an app as it is sealed now."""
    same = update(Factor).where(Factor.id == factor.id, Factor.secret == factor.secret)
    connection.execute(same.values(secret=sealed))


def drop_factor(connection: Connection, factor_id: int, *, officer_id: int) -> Row[Any] | None:
    """Forget a factor of an officer and return it, or None if it is not theirs."""
    whose = (Factor.id == factor_id, Factor.officer_id == officer_id)
    return connection.execute(delete(Factor).where(*whose).returning(Factor.__table__)).first()


def drop_factors(connection: Connection, officer_id: int) -> int:
    """Forget every factor of an officer with the recovery codes; return how many factors."""
    connection.execute(delete(RecoveryCode).where(RecoveryCode.officer_id == officer_id))
    return connection.execute(delete(Factor).where(Factor.officer_id == officer_id)).rowcount


def recovery_codes(connection: Connection, officer_id: int) -> list[Row[Any]]:
    """List the recovery codes of an officer that were not used."""
    wanted = select(RecoveryCode.__table__).where(RecoveryCode.officer_id == officer_id)
    return list(connection.execute(wanted))


def replace_codes(connection: Connection, officer_id: int, hashes: Iterable[str]) -> None:
    """Keep new recovery codes; those before them work no more."""
    connection.execute(delete(RecoveryCode).where(RecoveryCode.officer_id == officer_id))
    if rows := [{"officer_id": officer_id, "code_hash": one} for one in hashes]:
        connection.execute(insert(RecoveryCode), rows)


def use_code(connection: Connection, code_id: int) -> bool:
    """Use a recovery code up; False if it was used before."""
    return connection.execute(delete(RecoveryCode).where(RecoveryCode.id == code_id)).rowcount == 1


def unprotected_administrators(connection: Connection) -> int:
    """Count the administrators who prove themselves by a password alone."""
    has_one = select(Factor.id).where(Factor.officer_id == Officer.id).exists()
    wanted = select(func.count()).where(Officer.administrator, Officer.active, ~has_one)
    total: int = connection.execute(wanted).scalar_one()
    return total
