"""Deployed request types as rows: immutable versions with the hash of their normal form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId


class DefinitionRow(Base):
    """One version of one request type, as deployed; cases stay on the version they began with."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    hash: Mapped[str]
    source: Mapped[str]
    """The YAML as its author wrote it."""
    normal: Mapped[dict[str, Any]]
    layout: Mapped[dict[str, Any] | None]
    proof: Mapped[dict[str, Any] | None]
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[int | None]
    """None is the command line."""
