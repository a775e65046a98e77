"""The kinds of value a definition file is made of: each checks its shape and describes itself.

Every kind is a marshmallow field, so a file's shape is one marshmallow schema; every kind also
gives its JSON Schema, so that editors and the loader cannot come to differ.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeAlias

from marshmallow import ValidationError, fields, missing

from workflow.catalogue.problems import Written, nearest, quoted

JsonSchema: TypeAlias = dict[str, Any]


class Fault(str):
    """A message of the shape stage that also says how to mend what it complains of."""

    mend: str

    def __new__(cls, what: str, mend: str) -> Fault:
        """Make the message."""
        message = super().__new__(cls, what)
        message.mend = mend
        return message


def fault(what: str, mend: str) -> ValidationError:
    """Return the error that says what is wrong with one value."""
    return ValidationError([Fault(what, mend)])


class Kind(fields.Field[Any], ABC):
    """A kind of value; required unless told otherwise, and never null."""

    looks_like: ClassVar[tuple[type, ...]] = (object,)
    """The types by which a value is recognised as meant to be of this kind."""

    def __init__(
        self, about: str = "", *, optional: bool = False, default: Written = missing
    ) -> None:
        needed = not optional and default is missing
        super().__init__(
            required=needed,
            load_default=default,
            allow_none=False,
            metadata={"description": about} if about else {},
        )

    def make_error(self, key: str, **kwargs: Written) -> ValidationError:
        """Say of a value that is missing or empty what to do about it."""
        if key == "required":
            return fault(f"'{self.name}' is missing", "add it")
        if key == "null":
            return fault("the value is empty", "write one or remove the key")
        return super().make_error(key, **kwargs)

    def _deserialize(
        self,
        value: Written,
        attr: str | None,  # noqa: ARG002 - marshmallow's signature
        data: Mapping[str, Written] | None,  # noqa: ARG002
        **kwargs: Written,  # noqa: ARG002
    ) -> Written:
        return self._read(value)

    @abstractmethod
    def _read(self, value: Written) -> Written:
        """Return the value that was meant; raise `ValidationError` with how to mend it."""

    def meant(self, value: object) -> bool:
        """Say whether a value is of the type this kind is written in."""
        return isinstance(value, self.looks_like) and not (
            isinstance(value, bool)
            and bool not in self.looks_like
            and object not in self.looks_like
        )

    @abstractmethod
    def json_schema(self) -> JsonSchema:
        """Describe the kind to an editor."""

    def described(self) -> JsonSchema:
        """Describe the kind together with what it is for."""
        return {**self.json_schema(), **self.metadata}


class Word(Kind):
    """Text of a fixed form, as a name or a term."""

    looks_like = (str,)
    pattern: ClassVar[str] = ".*"
    what: ClassVar[str] = "text"
    written: ClassVar[str] = ""
    """How it is written, for who wrote it otherwise."""
    reserved: ClassVar[Mapping[str, str]] = {}
    max_length: ClassVar[int] = 120

    def _read(self, value: Written) -> str:
        if isinstance(value, bool):
            raise fault(
                f"{quoted(str(value).lower())} stands for a yes or no here", "use another word"
            )
        if not isinstance(value, str):
            raise fault(f"{quoted(value)} is not {self.what}", f"write {self.written or self.what}")
        if value in self.reserved:
            raise fault(f"'{value}' cannot be {self.what}", self.reserved[value])
        if len(value) > self.max_length or not re.fullmatch(self.pattern, value):
            raise fault(f"{quoted(value)} is not {self.what}", f"write {self.written or self.what}")
        return value

    def json_schema(self) -> JsonSchema:
        """Describe the pattern."""
        shape: JsonSchema = {
            "type": "string",
            "pattern": f"^(?:{self.pattern})$",
            "maxLength": self.max_length,
        }
        return {**shape, "not": {"enum": sorted(self.reserved)}} if self.reserved else shape


class OneOf(Kind):
    """A word out of a closed list."""

    looks_like = (str,)

    def __init__(self, words: Iterable[str], about: str = "", **kwargs: Written) -> None:
        super().__init__(about, **kwargs)
        self.words = tuple(str(word) for word in words)

    def _read(self, value: Written) -> str:
        if isinstance(value, str) and value in self.words:
            return value
        raise fault(f"{quoted(value)} is not among what may stand here", nearest(value, self.words))

    def json_schema(self) -> JsonSchema:
        """List the words."""
        return {"enum": list(self.words)}


class Flag(Kind):
    """True or false."""

    looks_like = (bool,)

    def _read(self, value: Written) -> bool:
        if isinstance(value, bool):
            return value
        raise fault(f"{quoted(value)} is neither true nor false", "write true or false")

    def json_schema(self) -> JsonSchema:
        """Describe a boolean."""
        return {"type": "boolean"}


class Whole(Kind):
    """A whole number between two bounds."""

    looks_like = (int,)

    def __init__(self, about: str = "", *, at_least: int, at_most: int, **kwargs: Written) -> None:
        super().__init__(about, **kwargs)
        self.at_least, self.at_most = at_least, at_most

    def _read(self, value: Written) -> int:
        is_whole = isinstance(value, int | float) and value == int(value)
        if is_whole and not isinstance(value, bool) and self.at_least <= value <= self.at_most:
            return int(value)
        mend = f"write a whole number from {self.at_least} to {self.at_most}"
        raise fault(f"{quoted(value)} cannot stand here", mend)

    def json_schema(self) -> JsonSchema:
        """Describe the bounds."""
        return {"type": "integer", "minimum": self.at_least, "maximum": self.at_most}


class Scalar(Kind):
    """A single value: text, a number, true or false."""

    looks_like = (str, int, float, bool)

    def _read(self, value: Written) -> Written:
        if isinstance(value, str | int | float):
            return value
        raise fault("a single value is needed here", "write text, a number, true or false")

    def json_schema(self) -> JsonSchema:
        """Describe the types allowed."""
        return {"type": ["string", "number", "boolean"]}


class Anything(Kind):
    """Any value but nothing: what it must be depends on something written elsewhere."""

    def _read(self, value: Written) -> Written:
        return value

    def json_schema(self) -> JsonSchema:
        """Refuse null only."""
        return {"not": {"type": "null"}}


class Number(Kind):
    """A number."""

    looks_like = (int, float)

    def _read(self, value: Written) -> Written:
        if self.meant(value):
            return value
        raise fault(f"{quoted(value)} is not a number", "write a number without quotes")

    def json_schema(self) -> JsonSchema:
        """Describe a number."""
        return {"type": "number"}
