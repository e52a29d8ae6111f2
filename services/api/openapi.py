"""The API's own description (OpenAPI 3.1), made from the same declarations that serve it."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from services.api.fields import BAD_CURSOR
from services.api.route import Nothing, Request, Route
from shared.contract.errors import Problem
from shared.contract.ids import NUMBER_ID_PATTERN

TITLE = "Cloud Inbox"
VERSION = "1"
ABOUT = (
    "The inbox's HTTP API. Lists are paged: pass `next` back as `before`. Errors are RFC 9457 problem details with a "
    "stable `code`. Times are RFC 3339 UTC with milliseconds; ids are opaque strings."
)
_REF = "#/components/schemas/{model}"
_PARAMETERS: Mapping[str, JsonSchemaValue] = {"number_id": {"type": "string", "pattern": NUMBER_ID_PATTERN}}
_OPAQUE: JsonSchemaValue = {"type": "string", "minLength": 1, "maxLength": 256}
Schemas = Mapping[tuple[Any, JsonSchemaMode], JsonSchemaValue]


class _Schema(GenerateJsonSchema):
    """JSON schema of what is really on the wire: what is absent is left out, but for what is always there."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        for name in getattr(schema["cls"], "always", ()) if self.mode == "serialization" else ():
            made["properties"][name] = {"anyOf": [made["properties"][name], {"type": "null"}]}
            made["required"] = sorted({*made.get("required", []), name})
        return made

    def ser_schema(self, schema: Any) -> JsonSchemaValue | None:
        # A view that completes itself is still described by its fields.
        return None if schema["type"] == "function-wrap" else super().ser_schema(schema)

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if self.mode == "serialization" or made.get("default", ...) is None:
            made.pop("default", None)
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A field's name says enough."""
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return (
            self.generate_inner(schema["schema"]) if self.mode == "serialization" else super().nullable_schema(schema)
        )

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        if self.mode == "serialization":
            inner = field["schema"]
            return inner["type"] != "default" or inner.get("default", ...) is not None
        return super().field_is_required(field, total)

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        made = super().tagged_union_schema(schema)
        # Without a property that tells them apart, one value may fit two of them (a text is also "any other type").
        if "oneOf" in made and "discriminator" not in made:
            made["anyOf"] = made.pop("oneOf")
        return made


def description(routes: Sequence[Route]) -> dict[str, Any]:
    """The whole description, as a JSON document."""
    schemas, definitions = models_json_schema(
        sorted(_models(routes), key=lambda each: (each[0].__name__, each[1])),
        ref_template=_REF,
        schema_generator=_Schema,
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.1",
        "info": {"title": TITLE, "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer", "description": "what POST /v1/sessions gave"},
                "token": {"type": "http", "scheme": "bearer", "description": "an API token, within its scopes"},
            },
        },
    }


def _models(routes: Iterable[Route]) -> set[tuple[type[BaseModel], JsonSchemaMode]]:
    models: set[tuple[type[BaseModel], JsonSchemaMode]] = {(Problem, "serialization")}
    for route in routes:
        if route.body is not Nothing:
            models.add((route.body, "validation"))
        models |= {(model, "serialization") for model in route.answers.values() if model is not None}
    return models


def _operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": route.name, "summary": route.summary, "tags": [_tag(route)]}
    security = _security(route)
    operation["security"] = security
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": dict(_PARAMETERS.get(name, _OPAQUE))}
        for name in route.parameters
    ] + _query_parameters(route.query)
    if parameters:
        operation["parameters"] = parameters
    if route.body is not Nothing:
        content = {"application/json": {"schema": schemas[(route.body, "validation")]}}
        operation["requestBody"] = {"required": True, "content": content}
    responses: dict[str, Any] = {}
    for code, model in route.answers.items():
        responses[str(code)] = {"description": HTTPStatus(code).phrase}
        if model is not None:
            content = {"application/json": {"schema": schemas[(model, "serialization")]}}
            responses[str(code)]["content"] = content
    for code, codes in sorted(refusals(route).items()):
        problem = {"application/problem+json": {"schema": schemas[(Problem, "serialization")]}}
        responses[str(code)] = {"description": "code: " + ", ".join(f"`{c}`" for c in codes), "content": problem}
    operation["responses"] = responses
    return operation


def refusals(route: Route) -> dict[int, tuple[str, ...]]:
    """Every refusal that can happen: the route's own, and what the entrance adds."""
    found: dict[int, tuple[str, ...]] = {503: ("try_again", "unavailable", "starting")}
    if route.access != "anyone":
        found |= {401: ("unauthenticated",), 429: ("too_many_requests",)}
    if route.access not in ("anyone", "signed_in"):
        found[403] = ("scope",)
    if "number_id" in route.parameters:
        found[404] = ("no_such_number",)
    if route.query is not Nothing:
        found[422] = ("invalid",)
        if {"before", "since"} & set(route.query.model_fields):
            found[400] = (BAD_CURSOR,)
    if route.method != "GET":
        found |= {408: ("too_slow",), 413: ("too_large",), 422: ("invalid",)}
    if route.body is not Nothing:
        found |= {400: ("bad_json",), 415: ("unsupported_media_type",)}
    for code, codes in route.refusals.items():
        found[code] = tuple(dict.fromkeys((*found.get(code, ()), *codes)))
    return found


def _query_parameters(query: type[Request]) -> list[dict[str, Any]]:
    schema = query.model_json_schema(schema_generator=_Schema)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": part}
        for name, part in schema["properties"].items()
    ]


def _security(route: Route) -> list[dict[str, list[str]]]:
    match route.access:
        case "anyone":
            return []
        case "session":
            return [{"session": []}]
        case "signed_in":
            return [{"session": []}, {"token": []}]
        case scope:
            return [{"session": []}, {"token": [scope]}]


def _tag(route: Route) -> str:
    return route.path.split("/")[2]
