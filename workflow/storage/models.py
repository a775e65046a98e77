"""Every table in one place, so that whoever needs the metadata has all of it."""

from __future__ import annotations

from workflow.storage import (
    batches,
    case,
    definitions,
    desk,
    factors,
    feeds,
    history_log,
    identities,
    network,
    people,
    plans,
    projections,
    registers,
    retention,
    search,
    staff,
    telling,
    watching,
    work,
)
from workflow.storage.base import Base

MODULES = (
    batches,
    case,
    definitions,
    desk,
    factors,
    feeds,
    history_log,
    identities,
    network,
    people,
    plans,
    projections,
    registers,
    retention,
    search,
    staff,
    telling,
    watching,
    work,
)
METADATA = Base.metadata
