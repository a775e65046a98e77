"""The JSON Schema of the language, so that an editor completes and checks a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from workflow.catalogue import conditions, schema_data, schema_registers, vocabulary
from workflow.catalogue.conditions import ConditionText
from workflow.catalogue.holders import Strict
from workflow.catalogue.schema import DEFINITION, SCHEMAS
from workflow.catalogue.shapes import JsonSchema, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> JsonSchema:
    """Return the JSON Schema of a definition file, made of the schemas the loader uses."""
    return _schema("Definition of a request type", DEFINITION, SCHEMAS)


def register_schema() -> JsonSchema:
    """Return the JSON Schema of a register's file."""
    modules = (vocabulary, conditions, schema_data, schema_registers)
    parts = (part for module in modules for part in module.SCHEMAS)
    return _schema("Register", schema_registers.ENTRY_TYPE, parts)


def write_json_schema(path: Path, schema: JsonSchema | None = None) -> None:
    """Write a JSON Schema to a file; a test holds the published ones to this."""
    text = json.dumps(schema or json_schema(), indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _schema(title: str, root: type[Strict], schemas: Iterable[type[Strict]]) -> JsonSchema:
    return {
        "$schema": DIALECT,
        "title": title,
        "$ref": f"#/$defs/{root.__name__}",
        "$defs": {
            "Condition": ConditionText.definition(),
            **{schema.__name__: _mapping(schema) for schema in schemas},
        },
    }


def _mapping(schema: type[Strict]) -> JsonSchema:
    """Describe a mapping with known keys."""
    kinds = {n: k for n, k in schema.only_instance().fields.items() if isinstance(k, Kind)}
    shape: JsonSchema = {
        "type": "object",
        "properties": {name: kind.described() for name, kind in kinds.items()},
        "required": sorted(name for name, kind in kinds.items() if kind.required),
        "additionalProperties": False,
    }
    groups = [{"oneOf": [{"required": [key]} for key in group]} for group in schema.exactly_one]
    return {**shape, "allOf": groups} if groups else shape
