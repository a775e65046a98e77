"""The JSON Schema of the language, so that an editor completes and checks a definition."""

from __future__ import annotations

import json
from pathlib import Path

from workflow.catalogue.conditions import ConditionText
from workflow.catalogue.holders import Strict
from workflow.catalogue.schema import DEFINITION, SCHEMAS
from workflow.catalogue.shapes import JsonSchema, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> JsonSchema:
    """Return the JSON Schema of a definition file, made of the schemas the loader uses."""
    return {
        "$schema": DIALECT,
        "title": "Definition of a request type",
        "$ref": f"#/$defs/{DEFINITION.__name__}",
        "$defs": {
            "Condition": ConditionText.definition(),
            **{schema.__name__: _mapping(schema) for schema in SCHEMAS},
        },
    }


def write_json_schema(path: Path) -> None:
    """Write the JSON Schema to a file; a test holds the published one to this."""
    text = json.dumps(json_schema(), indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _mapping(schema: type[Strict]) -> JsonSchema:
    """Describe a mapping with known keys."""
    kinds = {n: k for n, k in schema.only_instance().fields.items() if isinstance(k, Kind)}
    shape: JsonSchema = {
        "type": "object",
        "properties": {name: kind.described() for name, kind in kinds.items()},
        "required": sorted(name for name, kind in kinds.items() if kind.required),
        "additionalProperties": False,
    }
    groups = [{"oneOf": [{"required": [key]} for key in group]} for group in schema.one_of]
    return {**shape, "allOf": groups} if groups else shape
