"""The kinds of value that hold others: lists, mappings, and one kind or another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, validates_schema

from workflow.catalogue.problems import Written, nearest, quoted
from workflow.catalogue.shapes import Fault, JsonSchema, Kind, OneOf, Word, fault


class ListOf(Kind):
    """A list of values of one kind; what is wrong with one does not hide the others."""

    looks_like = (list,)

    def __init__(
        self,
        item: Kind,
        about: str = "",
        *,
        least: int = 0,
        most: int = 500,
        **kwargs: Written,
    ) -> None:
        super().__init__(about, **kwargs)
        self.item, self.least, self.most = item, least, most

    def _read(self, value: Written) -> list[Written]:
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
        about: str = "",
        *,
        least: int = 0,
        **kwargs: Written,
    ) -> None:
        super().__init__(about, **kwargs)
        self.key, self.value, self.least = key, value, least

    def _read(self, value: Written) -> dict[str, Written]:
        if not isinstance(value, dict):
            raise fault("a mapping is needed here", "write `name: value` lines")
        if len(value) < self.least:
            raise fault("the mapping is empty", "write at least one line in it")
        wrong = {key: messages for key in value if (messages := _wrong(self.key, key))}
        try:
            loaded = _each(self.value, value)
        except ValidationError as error:
            everything = {**_messages(error), **wrong}
            raise ValidationError(everything, valid_data=error.valid_data) from None
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

    def __init__(self, *kinds: Kind, about: str = "", **kwargs: Written) -> None:
        super().__init__(about, **kwargs)
        self.kinds = kinds

    def _read(self, value: Written) -> Written:
        meant = next((kind for kind in self.kinds if kind.meant(value)), self.kinds[0])
        return meant.deserialize(value)

    def json_schema(self) -> JsonSchema:
        """Describe every kind."""
        return {"anyOf": [kind.described() for kind in self.kinds]}


class Keyed(Kind):
    """A mapping with known keys."""

    looks_like = (dict,)

    def __init__(self, schema: type[Strict], about: str = "", **kwargs: Written) -> None:
        super().__init__(about, **kwargs)
        self.schema = schema

    def _read(self, value: Written) -> Written:
        if not isinstance(value, dict):
            raise fault(
                f"{quoted(value)} stands where a mapping is needed", "write `key: value` lines"
            )
        return self.schema.only_instance().load(value)

    def json_schema(self) -> JsonSchema:
        """Refer to the schema's own description."""
        return {"$ref": f"#/$defs/{self.schema.__name__}"}


class ByKey(Kind):
    """One of several mappings, told apart by the key that only it has."""

    looks_like = (dict,)

    def __init__(self, shapes: dict[str, type[Strict]], about: str = "", **kwargs: Written) -> None:
        super().__init__(about, **kwargs)
        self.shapes = shapes

    def _read(self, value: Written) -> Written:
        mend = f"begin with one of: {', '.join(self.shapes)}"
        if not isinstance(value, dict):
            raise fault(f"{quoted(value)} cannot stand here", mend)
        key = next((key for key in self.shapes if key in value), None)
        if key is None:
            raise ValidationError({"_schema": fault("what is meant is not said", mend).messages})
        return self.shapes[key].only_instance().load(value)

    def json_schema(self) -> JsonSchema:
        """Describe every mapping."""
        return {"anyOf": [Keyed(schema).json_schema() for schema in self.shapes.values()]}


class Strict(Schema):
    """A mapping with known keys, that names the nearest one to what it does not know."""

    class Meta:
        """Unknown keys are refused below, with a hint."""

        unknown = EXCLUDE

    exactly_one: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of keys, of each of which exactly one is written; no key is called so."""

    @classmethod
    @cache
    def only_instance(cls) -> Strict:
        """Return the schema, made once: it keeps nothing of what it loads."""
        return cls()

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def refuse_unknown_keys(self, _data: Written, original: Written, **_: Written) -> None:
        """Refuse what is not a key of the language, and two keys that exclude each other."""
        known = [field.data_key or name for name, field in self.fields.items()]
        wrong: dict[str, Written] = {
            key: [Fault(f"'{key[:60]}' is not a key of the language here", nearest(key, known))]
            for key in original
            if key not in known
        }
        for group in self.exactly_one:
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
    return type(name, (Strict,), {"exactly_one": one_of, **keys})


def _each(kind: Kind, values: Mapping[Written, Written]) -> dict[Written, Written]:
    """Load every value; what failed is None in the valid data, so that places stay true."""
    loaded: dict[Written, Written] = {}
    wrong: dict[Written, Written] = {}
    for key, value in values.items():
        try:
            loaded[key] = kind.deserialize(value)
        except ValidationError as error:
            wrong[key], loaded[key] = error.messages, error.valid_data
    if wrong:
        valid = list(loaded.values()) if isinstance(next(iter(values)), int) else loaded
        raise ValidationError(wrong, valid_data=valid)
    return loaded


def _wrong(kind: Kind, value: object) -> Written:
    """Return what a kind complains of in a value, if anything."""
    try:
        kind.deserialize(value)
    except ValidationError as error:
        return error.messages
    return None


def _messages(error: ValidationError) -> dict[Written, Written]:
    return error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
