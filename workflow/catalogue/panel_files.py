"""Reads the files that say what panels look at."""

from __future__ import annotations

from typing import Any

from workflow.catalogue.holders import Strict
from workflow.catalogue.problems import Refused
from workflow.catalogue.shape import check_shape
from workflow.catalogue.shipped import shipped
from workflow.catalogue.source import compose, read_text


def panel_file(name: str, shape: type[Strict]) -> dict[str, Any]:
    """Return what a file of the shipped panels says; raise `Refused` with all that is wrong."""
    path = shipped("panels", name)
    shaped = check_shape(compose(read_text(path), file=path.name), shape)
    if shaped.problems:
        raise Refused(shaped.problems)
    read: dict[str, Any] = shaped.data
    return read
