"""What every request type shares: common data, legal grounds, words for plain names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from workflow.catalogue.holders import Keyed, ListOf, MapOf, strict
from workflow.catalogue.problems import Refused
from workflow.catalogue.schema_data import FIELD
from workflow.catalogue.shape import check_shape
from workflow.catalogue.source import compose
from workflow.catalogue.vocabulary import Line, Name, Words
from workflow.core.fields import NATIVE, Text


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A reason that the law gives for not showing something to everybody."""

    key: str
    title: Text
    law: str


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """The shared part of every definition."""

    data: tuple[dict[str, Any], ...]
    """Fields in the shape that definitions write them."""
    opening: tuple[str, ...]
    """The common fields that every opening asks first."""
    grounds: Mapping[str, Ground]
    words: Mapping[str, Text]

    def title_of(self, key: str) -> Text:
        """Return the words for a name that was written without a title."""
        return self.words.get(key) or {NATIVE: key.replace("_", " ").capitalize()}


_GROUND = strict("Ground", {"title": Words(), "law": Line()})
_COMMON_FILE = strict(
    "CommonFile",
    {
        "opening": ListOf(Name()),
        "data": ListOf(Keyed(FIELD)),
        "grounds": MapOf(Name(), Keyed(_GROUND)),
        "words": MapOf(Name(), Words()),
    },
)


@cache
def common() -> Common:
    """Return the shared part, read once from the file beside this module."""
    text = resources.files(__package__ or "workflow.catalogue").joinpath("common.yaml")
    shaped = check_shape(compose(text.read_text("utf-8"), file="common.yaml"), _COMMON_FILE)
    if shaped.problems:
        raise Refused(shaped.problems)
    file = shaped.data
    return Common(
        data=tuple(file["data"]),
        opening=tuple(file["opening"]),
        grounds={key: Ground(key, **ground) for key, ground in file["grounds"].items()},
        words=file["words"],
    )
