"""The kinds of value a definition file is made of: each checks its shape and describes itself.

Every kind is a marshmallow field, so a file's shape is one marshmallow schema; every kind also
gives its JSON Schema, so that editors and the loader cannot come to differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing, validates_schema

from workflow.catalogue.problems import nearest, quoted

JsonSchema = dict[str, Any]


class Fault(str):
    """A message of the shape stage that also says how to mend what it complains of."""

    __slots__ = ("mend",)

    def __new__(cls, what: str, mend: str) -> Fault:
        """Make the message."""
        fault = super().__new__(cls, what)
        fault.mend = mend  # type: ignore[attr-defined]
        return fault


def fault(what: str, mend: str) -> ValidationError:
    """Return the error that says what is wrong with one value."""
    return ValidationError([Fault(what, mend)])


class Kind(fields.Field[Any]):
    """A kind of value; required unless told otherwise, and never null."""

    looks_like: ClassVar[tuple[type, ...]] = (object,)
    """The types by which a value is recognised as meant to be of this kind."""

    def __init__(self, help: str = "", *, optional: bool = False, default: Any = missing) -> None:  # noqa: A002, ANN401
        needed = not optional and default is missing
        super().__init__(
            required=needed,
            load_default=default,
            allow_none=False,
            metadata={"description": help} if help else {},
        )

    def make_error(self, key: str, **kwargs: Any) -> ValidationError:  # noqa: ANN401
        """Say of a value that is missing or empty what to do about it."""
        if key == "required":
            return fault(f"'{self.name}' is missing", "add it")
        if key == "null":
            return fault("the value is empty", "write one or remove the key")
        return super().make_error(key, **kwargs)

    def meant(self, value: object) -> bool:
        """Say whether a value is of the type this kind is written in."""
        return isinstance(value, self.looks_like) and not (
            isinstance(value, bool)
            and bool not in self.looks_like
            and object not in self.looks_like
        )

    def json_schema(self) -> JsonSchema:
        """Describe the kind to an editor."""
        raise NotImplementedError

    def described(self) -> JsonSchema:
        """Describe the kind together with what it is for."""
        help_text = self.metadata.get("description")
        return {**self.json_schema(), **({"description": help_text} if help_text else {})}


class Word(Kind):
    """Text of a fixed form, as a name or a term."""

    looks_like = (str,)
    pattern: ClassVar[str] = ".*"
    what: ClassVar[str] = "text"
    reserved: ClassVar[Mapping[str, str]] = {}
    max_length: ClassVar[int] = 120

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:  # noqa: ANN401, ARG002
        if isinstance(value, bool):
            raise fault(
                f"{quoted(str(value).lower())} stands for a yes or no here", "use another word"
            )
        if not isinstance(value, str):
            raise fault(f"{quoted(value)} is not {self.what}", f"write {self.example()}")
        if value in self.reserved:
            raise fault(f"'{value}' cannot be {self.what}", self.reserved[value])
        if len(value) > self.max_length or not re.fullmatch(self.pattern, value):
            raise fault(f"{quoted(value)} is not {self.what}", f"write {self.example()}")
        return value

    def example(self) -> str:
        """Return how such a word is written."""
        return self.what

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

    def __init__(self, words: Any, help: str = "", **kwargs: Any) -> None:  # noqa: A002, ANN401
        super().__init__(help, **kwargs)
        self.words = tuple(str(word) for word in words)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:  # noqa: ANN401, ARG002
        if isinstance(value, str) and value in self.words:
            return value
        raise fault(f"{quoted(value)} is not among what may stand here", nearest(value, self.words))

    def json_schema(self) -> JsonSchema:
        """List the words."""
        return {"enum": list(self.words)}


class Flag(Kind):
    """True or false."""

    looks_like = (bool,)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool:  # noqa: ANN401, ARG002
        if isinstance(value, bool):
            return value
        raise fault(f"{quoted(value)} is neither true nor false", "write true or false")

    def json_schema(self) -> JsonSchema:
        """Describe a boolean."""
        return {"type": "boolean"}


class Whole(Kind):
    """A whole number between two bounds."""

    looks_like = (int,)

    def __init__(self, help: str = "", *, at_least: int, at_most: int, **kwargs: Any) -> None:  # noqa: A002, ANN401
        super().__init__(help, **kwargs)
        self.at_least, self.at_most = at_least, at_most

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:  # noqa: ANN401, ARG002
        if isinstance(value, int) and not isinstance(value, bool):
            if self.at_least <= value <= self.at_most:
                return value
        mend = f"write a whole number from {self.at_least} to {self.at_most}"
        raise fault(f"{quoted(value)} cannot stand here", mend)

    def json_schema(self) -> JsonSchema:
        """Describe the bounds."""
        return {"type": "integer", "minimum": self.at_least, "maximum": self.at_most}


class Scalar(Kind):
    """A single value: text, a number, true or false."""

    looks_like = (str, int, float, bool)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ANN401, ARG002
        if isinstance(value, str | int | float):
            return value
        raise fault("a single value is needed here", "write text, a number, true or false")

    def json_schema(self) -> JsonSchema:
        """Describe the types allowed."""
        return {"type": ["string", "number", "boolean"]}


class Anything(Kind):
    """Any value but nothing: what it must be depends on something written elsewhere."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ANN401, ARG002
        return value

    def json_schema(self) -> JsonSchema:
        """Refuse null only."""
        return {"not": {"type": "null"}}


class ListOf(Kind):
    """A list of values of one kind; what is wrong with one does not hide the others."""

    looks_like = (list,)

    def __init__(
        self,
        item: Kind,
        help: str = "",
        *,
        least: int = 0,
        most: int = 500,
        **kwargs: Any,  # noqa: A002, ANN401
    ) -> None:
        super().__init__(help, **kwargs)
        self.item, self.least, self.most = item, least, most

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:  # noqa: ANN401, ARG002
        if not isinstance(value, list):
            raise fault("a list is needed here", "write [a, b] or one item per line after '- '")
        if not self.least <= len(value) <= self.most:
            size = f"{self.least} to {self.most}"
            raise fault(f"the list has {len(value)} items", f"write {size} of them")
        return list(_each(self.item, dict(enumerate(value))).values())

    def json_schema(self) -> JsonSchema:
        """Describe the items."""
        shape: JsonSchema = {"type": "array", "items": self.item.described(), "maxItems": self.most}
        return {**shape, "minItems": self.least} if self.least else shape


class MapOf(Kind):
    """A mapping from words to values of one kind."""

    looks_like = (dict,)

    def __init__(
        self,
        key: Word | OneOf,
        value: Kind,
        help: str = "",
        *,
        least: int = 0,
        **kwargs: Any,  # noqa: A002, ANN401
    ) -> None:
        super().__init__(help, **kwargs)
        self.key, self.value, self.least = key, value, least

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401, ARG002
        if not isinstance(value, dict):
            raise fault("a mapping is needed here", "write `name: value` lines")
        if len(value) < self.least:
            raise fault("the mapping is empty", "write at least one line in it")
        wrong = {key: messages for key in value if (messages := _wrong(self.key, key))}
        try:
            loaded = _each(self.value, value)
        except ValidationError as error:
            wrong, loaded = {**_messages(error), **wrong}, error.valid_data
        if wrong:
            raise ValidationError(wrong, valid_data=loaded)
        return loaded

    def json_schema(self) -> JsonSchema:
        """Describe keys and values."""
        shape: JsonSchema = {
            "type": "object",
            "propertyNames": self.key.json_schema(),
            "additionalProperties": self.value.described(),
        }
        return {**shape, "minProperties": self.least} if self.least else shape


class Either(Kind):
    """One of several kinds, told apart by the type of what is written."""

    def __init__(self, *kinds: Kind, help: str = "", **kwargs: Any) -> None:  # noqa: A002, ANN401
        super().__init__(help, **kwargs)
        self.kinds = kinds

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ANN401, ARG002
        meant = next((kind for kind in self.kinds if kind.meant(value)), self.kinds[0])
        return meant.deserialize(value, attr, data)

    def json_schema(self) -> JsonSchema:
        """Describe every kind."""
        return {"anyOf": [kind.described() for kind in self.kinds]}


class Keyed(Kind):
    """A mapping with known keys."""

    looks_like = (dict,)

    def __init__(self, schema: type[Strict], help: str = "", **kwargs: Any) -> None:  # noqa: A002, ANN401
        super().__init__(help, **kwargs)
        self.schema = schema

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ANN401, ARG002
        if not isinstance(value, dict):
            raise fault(
                f"{quoted(value)} stands where a mapping is needed", "write `key: value` lines"
            )
        return self.schema.only_instance().load(value)

    def json_schema(self) -> JsonSchema:
        """Refer to the schema's own description."""
        return {"$ref": f"#/$defs/{self.schema.__name__}"}


class Strict(Schema):
    """A mapping with known keys, that names the nearest one to what it does not know."""

    class Meta:
        """Unknown keys are refused below, with a hint."""

        unknown = EXCLUDE

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of keys, of each of which exactly one is written."""

    @classmethod
    @cache
    def only_instance(cls) -> Strict:
        """Return the schema, made once: it keeps nothing of what it loads."""
        return cls()

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def refuse_unknown_keys(self, data: Any, original: Any, **kwargs: Any) -> None:  # noqa: ANN401, ARG002
        """Refuse what is not a key of the language, and two keys that exclude each other."""
        known = [field.data_key or name for name, field in self.fields.items()]
        wrong: dict[str, Any] = {
            key: [Fault(f"'{key[:60]}' is not a key of the language here", nearest(key, known))]
            for key in original
            if key not in known
        }
        for group in self.one_of:
            written = [key for key in group if key in original]
            if len(written) != 1:
                what = (
                    f"{' and '.join(written)} exclude each other" if written else "a key is missing"
                )
                message = Fault(what, f"write exactly one of: {', '.join(group)}")
                wrong.setdefault("_schema", []).append(message)
        if wrong:
            raise ValidationError(wrong)


def strict(
    name: str, keys: Mapping[str, Kind], *, one_of: tuple[tuple[str, ...], ...] = ()
) -> type[Strict]:
    """Make the schema of a mapping; its keys may be words that Python reserves."""
    return type(name, (Strict,), {"one_of": one_of, **keys})


def _each(kind: Kind, values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Load every value; what failed is None in the valid data, so that places stay true."""
    loaded: dict[Any, Any] = {}
    wrong: dict[Any, Any] = {}
    for key, value in values.items():
        try:
            loaded[key] = kind.deserialize(value)
        except ValidationError as error:
            wrong[key], loaded[key] = error.messages, error.valid_data
    if wrong:
        valid = list(loaded.values()) if isinstance(next(iter(values)), int) else loaded
        raise ValidationError(wrong, valid_data=valid)
    return loaded


def _wrong(kind: Kind, value: object) -> Any:  # noqa: ANN401
    """Return what a kind complains of in a value, if anything."""
    try:
        kind.deserialize(value)
    except ValidationError as error:
        return error.messages
    return None


def _messages(error: ValidationError) -> dict[Any, Any]:
    return error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
