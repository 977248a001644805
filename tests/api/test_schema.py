"""What the printed schema promises."""

from enum import Enum
from pathlib import Path

import pytest

import cmdb.errors
from cmdb.model import items, observations, plans, sources
from cmdb_graphql import choices
from cmdb_graphql import schema as served
from cmdb_graphql.sdl import text_of
from cmdb_graphql.user_errors import REFUSALS, UserErrorCode
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_specified_scalar_type,
)

COMMITTED = Path(__file__).parents[2] / "graphql" / "schema.graphql"


@pytest.fixture(scope="module")
def text() -> str:
    return text_of(served.build_schema())


@pytest.fixture(scope="module")
def schema(text: str) -> GraphQLSchema:
    return build_schema(text)


def own_types(schema: GraphQLSchema) -> list[GraphQLNamedType]:
    return [
        type_
        for name, type_ in sorted(schema.type_map.items())
        if not name.startswith("__") and not is_specified_scalar_type(type_)
    ]


def undescribed(type_: GraphQLNamedType) -> list[str]:
    missing = [] if type_.description else [type_.name]
    if isinstance(type_, GraphQLEnumType):
        missing += [f"{type_.name}.{name}" for name, value in type_.values.items() if not value.description]
    if isinstance(type_, GraphQLInputObjectType):
        missing += [f"{type_.name}.{name}" for name, entry in type_.fields.items() if not entry.description]
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            missing += [] if field.description else [f"{type_.name}.{name}"]
            missing += [f"{type_.name}.{name}({arg})" for arg, given in field.args.items() if not given.description]
    return missing


def test_the_committed_schema_is_the_served_one(text: str) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == text, "python -m cmdb_graphql.sdl > graphql/schema.graphql"


def test_every_type_field_argument_and_value_is_described(schema: GraphQLSchema) -> None:
    assert [name for type_ in own_types(schema) for name in undescribed(type_)] == []


def test_every_mutation_takes_one_input_and_returns_a_payload_of_its_own(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        stem = name[0].upper() + name[1:]
        assert {arg: str(given.type) for arg, given in field.args.items()} == {"input": f"{stem}Input!"}
        assert str(field.type) == f"{stem}Payload!"


def test_every_payload_has_errors_whose_members_are_user_errors(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        stem = name[0].upper() + name[1:]
        assert str(payload.fields["errors"].type) == f"[{stem}Error!]!"
        union = get_named_type(payload.fields["errors"].type)
        assert isinstance(union, GraphQLUnionType)
        for member in union.types:
            assert [interface.name for interface in member.interfaces] == ["UserError"]


def test_the_codes_of_user_errors_are_those_of_the_error_tree() -> None:
    kinds = [kind for kind in vars(cmdb.errors).values() if isinstance(kind, type) and issubclass(kind, REFUSALS)]
    assert {kind.code for kind in kinds} == {code.name for code in UserErrorCode}


def test_every_look_up_is_nullable(schema: GraphQLSchema) -> None:
    assert schema.query_type is not None
    for name in ("node", "ci", "change", "incident", "problem", "neighbourhood", "history", "importRun", "importPlan"):
        assert not isinstance(schema.query_type.fields[name].type, GraphQLNonNull), name


def test_every_connection_has_edges_nodes_page_information_and_a_total(schema: GraphQLSchema) -> None:
    for type_ in own_types(schema):
        if isinstance(type_, GraphQLObjectType) and type_.name.endswith("Connection"):
            assert set(type_.fields) == {"edges", "nodes", "pageInfo", "totalCount"}


def test_names_follow_one_convention(schema: GraphQLSchema) -> None:
    for type_ in own_types(schema):
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                is_instant = str(get_named_type(field.type)) == "DateTime"
                assert not is_instant or name.endswith("At") or name == "at", f"{type_.name}.{name}"
        assert not isinstance(type_, GraphQLScalarType) or type_.name in {"BigInt", "DateTime", "JSON"}


def test_a_reference_is_exactly_one_of_three_ways(text: str) -> None:
    assert "input CIRef @oneOf {" in text
    assert "input AsOfInput @oneOf {" in text


def test_every_word_of_the_model_can_be_shown() -> None:
    pairs: list[tuple[type[Enum], type[Enum]]] = [
        (choices.RunState, sources.RunState),
        (choices.Severity, observations.Severity),
        (choices.Lifecycle, items.Lifecycle),
        (choices.Effect, items.Effect),
        (choices.Basis, items.Basis),
        (choices.ImportPlanState, plans.PlanState),
    ]
    for shown, words in pairs:
        assert {entry.value for entry in shown} == {word.value for word in words}, shown
