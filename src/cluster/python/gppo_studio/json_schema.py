"""JSON as JavaScript reads it, and the keywords of JSON Schema that reward `json` knows."""

import json
import re

DEEPEST = 256


def depth(text):
    now = most = 0
    for character in text:
        if character in "[{":
            now += 1
            most = max(most, now)
        elif character in "]}":
            now -= 1
    return most


def last_fence(text):
    pieces = text.split("```")
    closed = (len(pieces) - 1) // 2
    return None if closed == 0 else re.sub(r"^[ \t]*[A-Za-z0-9_+-]*[ \t]*\n", "", pieces[2 * closed - 1])


def _refuse(constant):
    raise ValueError("%s is not JSON" % constant)


def read_json(text):
    """JSON as JavaScript reads it: every number is a float, and NaN and Infinity are refused."""
    return json.loads(text, parse_int=float, parse_constant=_refuse)


def _within(length, least, most):
    return (least is None or length >= least) and (most is None or length <= most)


def _same(a, b):
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return type(a) is type(b) and a == b


def _has_type(value, name):
    is_number = isinstance(value, float)
    return {
        "null": value is None,
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
        "integer": is_number and value.is_integer(),
        "number": is_number,
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
    }[name]


def matches_schema(value, schema):
    """The keywords of JSON Schema that reward `json` knows."""
    types = schema.get("type")
    if types is not None and not any(_has_type(value, name) for name in ([types] if isinstance(types, str) else types)):
        return False
    if "enum" in schema and not any(_same(one, value) for one in schema["enum"]):
        return False
    if "const" in schema and not _same(schema["const"], value):
        return False
    if isinstance(value, float):
        infinite = float("inf")
        if not (
            schema.get("minimum", -infinite) <= value <= schema.get("maximum", infinite)
            and value > schema.get("exclusiveMinimum", -infinite)
            and value < schema.get("exclusiveMaximum", infinite)
        ):
            return False
    if isinstance(value, str) and not _within(len(value), schema.get("minLength"), schema.get("maxLength")):
        return False
    if isinstance(value, list):
        if not _within(len(value), schema.get("minItems"), schema.get("maxItems")):
            return False
        if "items" in schema and not all(matches_schema(one, schema["items"]) for one in value):
            return False
    if isinstance(value, dict):
        if not all(name in value for name in schema.get("required", [])):
            return False
        properties = schema.get("properties", {})
        for name, one in value.items():
            if name in properties:
                if not matches_schema(one, properties[name]):
                    return False
            elif not schema.get("additionalProperties", True):
                return False
    return True
