"""JSON Schema of import files: the form of the rows, with the classes, types and attributes of the catalogue."""

from collections.abc import Mapping
from typing import Final

from cmdb.model.catalogue import AttributeSpec, AttributeType, Catalogue, ClassSpec, RelationshipSpec
from cmdb.model.rows import ImportFile

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

TYPES: Final[Mapping[AttributeType, dict[str, object]]] = {
    AttributeType.TEXT: {"type": "string"},
    AttributeType.NUMBER: {"type": "number"},
    AttributeType.BOOLEAN: {"type": "boolean"},
    AttributeType.ENUM: {"type": "string"},
    AttributeType.DATE: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}(T.+(Z|[+-]\d{2}:?\d{2}))?$"},
    AttributeType.LIST: {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
    AttributeType.JSON: {},
}


def import_schema(catalogue: Catalogue) -> dict[str, object]:
    """The schema of one import file: an object with rows, a list of rows, or (for each line of NDJSON) one row."""
    form = ImportFile.model_json_schema(by_alias=True)
    definitions: dict[str, dict[str, object]] = form.pop("$defs")
    concrete = [spec for spec in catalogue.classes.values() if not spec.abstract]
    types = list(catalogue.relationship_types.values())
    definitions["ItemRow"]["allOf"] = [_case("class", spec) for spec in concrete]
    definitions["RelationshipRow"]["allOf"] = [_case("type", spec) for spec in types]
    _one_of(definitions["ItemRow"], "class", [spec.name for spec in concrete])
    _one_of(definitions["RelationshipRow"], "type", [spec.name for spec in types])
    row = {"anyOf": [{"$ref": "#/$defs/ItemRow"}, {"$ref": "#/$defs/RelationshipRow"}]}
    return {
        "$schema": DIALECT,
        "title": "Rows for cmdb import",
        "description": f"By the rules {catalogue.version}. NDJSON has one row a line.",
        "anyOf": [{"$ref": "#/$defs/ImportFile"}, {"type": "array", "items": row}, row],
        "$defs": {**definitions, "ImportFile": form},
    }


def _one_of(definition: dict[str, object], field: str, names: list[str]) -> None:
    properties = definition["properties"]
    if isinstance(properties, dict):
        properties[field]["enum"] = names


def _case(field: str, spec: ClassSpec | RelationshipSpec) -> dict[str, object]:
    """What follows from the class or type of a row: which attributes it may have, and which it must have."""
    required = [name for name, attribute in spec.attributes.items() if attribute.required]
    attributes: dict[str, object] = {
        "properties": {name: _attribute(attribute) for name, attribute in spec.attributes.items()},
        "additionalProperties": False,
    }
    then: dict[str, object] = {"properties": {"attributes": attributes | ({"required": required} if required else {})}}
    return {"if": {"properties": {field: {"const": spec.name}}}, "then": then}


def _attribute(spec: AttributeSpec) -> dict[str, object]:
    values = {"enum": list(spec.values)} if spec.values else {}
    return {**TYPES[spec.type], **values, "description": spec.description}
