"""Writes values.json: what cel-cpp (PyPI cel-expr-python) makes of the chosen expressions.json and of a seeded sample of operators and functions on edge
values, as cases in the form of the official conformance tests. OTHERWISE has what we do otherwise on purpose."""

import base64
import json
import math
import pathlib
import random

from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings, ext_encoders, ext_math, ext_optional, ext_strings

EXTENSIONS = [
    getattr(module, next(name for name in dir(module) if name.startswith("Ext")))()
    for module in (ext_bindings, ext_encoders, ext_math, ext_optional, ext_strings)
]
ENVIRONMENT = cel.NewEnv(extensions=EXTENSIONS)
FIELDS = {"int": "int64_value", "uint": "uint64_value", "string": "string_value", "bool": "bool_value"}


def encoded(value):
    """A value as the suite writes it; None for what it has no form for here."""
    kind, content = value.type().name().split("(")[0].lower(), value.value()
    if kind in ("int", "uint"):
        return {FIELDS[kind]: str(content)}
    if kind == "double":
        special = "NaN" if math.isnan(content) else "Infinity" if content == math.inf else "-Infinity" if content == -math.inf else None
        return {"double_value": special or content}
    if kind in FIELDS:
        return {FIELDS[kind]: content}
    if kind == "bytes":
        return {"bytes_value": base64.b64encode(content).decode()}
    if kind == "null":
        return {"null_value": None}
    if kind == "list":
        values = [encoded(element) for element in content]
        return None if None in values else {"list_value": {"values": values}}
    return None


def case(text, checked):
    test = {"expr": text} | ({} if checked else {"disable_check": True})
    failed = test | {"eval_error": {}}
    try:
        value = ENVIRONMENT.compile(text, disable_check=not checked).eval(data={})
        if value.type() == cel.Type.ERROR:
            return failed
        kind = value.type().name()
    except Exception:  # noqa: BLE001 - the binding raises RuntimeError and others
        return failed
    if kind in ("TIMESTAMP", "DURATION"):
        return case(f"string({text})", checked)
    try:
        result = encoded(value)
    except (TypeError, AssertionError):
        return None
    return None if result is None else test | {"value": result}


# Compared unchecked only: checked, numbers of different types may be compared (as in Kubernetes) and anything with null.
MIXED = {
    "optional.of(1) == optional.of(1.0)", "{1:2}[1u]", "{1:2}[1.0]", "{1u:2}[1]", "1 in [1.0]", "1u in {1:2}", "1.0 in {1:2}", "1.5 in {1:2}",
    "[1] in [[1.0]]", "[1] + [2.0]", "null == 1", "1 == null", "null != 1", "1 == 1u", "1u == 1.0", "9223372036854775807 == 9223372036854775807.0",
    "9223372036854775807 < 9223372036854775808.0", "18446744073709551615u < 18446744073709551616.0", "-1 < 0u", "1.5 < 2u", "{1:1} == {1u:1}",
}
OTHERWISE = {
    "null in {}": "false, as cel-go has it",
    'double(" 1")': "numbers have no spaces around them", 'double("1 ")': "the same",
    'r"""a\\"""': "a raw string has no escapes (cel-spec, Lexis)",
    'contains("abc","b")': "methods only", 'startsWith("abc","a")': "the same",
    "int(dyn(false))": "int(bool) is in no specification", "int(dyn(true))": "the same",
}

INTS = ["0", "1", "-1", "2", "-7", "9223372036854775807", "-9223372036854775808", "9007199254740993"]
UINTS = ["0u", "1u", "18446744073709551615u", "9007199254740993u"]
DOUBLES = ["0.0", "-0.0", "1.0", "-1.5", "9007199254740992.0", "9223372036854775807.0", "1e308", "1e-320", "double('NaN')", "double('Infinity')"]
TEXTS = ["''", "'a'", "'é'", "'😀x'", "'10'", "'-3'", "'1.5'", "'true'", "'2009-02-13T23:31:30Z'", "'1h30m'"]
OTHERS = [
    "b''", "b'a'", "b'\\xff'", "true", "false", "null", "[]", "[1]", "[1, 2u, 3.0]", "[[1]]", "{}", "{'a': 1}", "{1: 2}", "{true: 'x'}",
    "timestamp('2009-02-13T23:31:30Z')", "timestamp('9999-12-31T23:59:59Z')", "duration('1h')", "duration('-2s')", "int", "type(1)",
]
POOL = INTS + UINTS + DOUBLES + TEXTS + OTHERS
BINARY = ["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "&&", "||"]
UNARY = [
    "int", "uint", "double", "string", "bytes", "bool", "timestamp", "duration", "size", "-", "!", "math.abs", "math.ceil", "math.floor", "math.round",
    "math.trunc", "math.sign", "math.isNaN", "math.isInf", "math.isFinite", "math.bitNot", "math.sqrt", "math.greatest", "math.least", "base64.encode",
    "base64.decode", "strings.quote",
]
BITS = ["math.bitAnd", "math.bitOr", "math.bitXor", "math.bitShiftLeft", "math.bitShiftRight", "math.greatest", "math.least"]
STRINGS = ["''", "'hello world'", "'HeLLo'", "'éàü'", "'😀😀b'", "' \\t pad \\n\\u2003'", "'a,b,,c'", "'l'"]
METHODS = [
    "lowerAscii()", "upperAscii()", "trim()", "size()", "reverse()", "charAt(0)", "charAt(-1)", "charAt(9)", "split('')", "split(',')", "split(',', 0)",
    "split(',', 2)", "split(',', -1)", "substring(1)", "substring(-1)", "substring(1, 1)", "substring(0, 2)", "substring(2, 1)", "indexOf('')",
    "indexOf('o')", "indexOf('o', 5)", "indexOf('o', -1)", "lastIndexOf('o')", "lastIndexOf('o', 5)", "lastIndexOf('l', 0)", "replace('o', '0')",
    "replace('', '_')", "replace('', '_', 2)", "replace('l', 'L', 1)", "replace('l', 'L', -1)", "contains('o w')", "startsWith('he')", "endsWith('')",
    "matches('^h.*d$')", "matches('(')",
]


def sample(count=2500):
    rng = random.Random(20261125)
    texts = [f"{string}.{method}" for string in STRINGS for method in METHODS]
    for _ in range(count):
        left, right = rng.choice(POOL), rng.choice(POOL)
        texts.append(rng.choice([
            f"dyn({left}) {rng.choice(BINARY)} dyn({right})",
            f"{rng.choice(UNARY)}(dyn({left}))",
            f"{rng.choice(BITS)}(dyn({rng.choice(INTS + UINTS)}), dyn({rng.choice(INTS + UINTS + DOUBLES)}))",
            f"string({rng.choice([rng.random(), rng.uniform(-1e7, 1e7), float(rng.randint(-10**9, 10**9)), rng.random() * 10.0**rng.randint(-300, 300)])!r})",
            f"'%.{rng.randint(0, 30)}f %.{rng.randint(0, 30)}e'.format([{rng.uniform(-1e9, 1e9)!r}, {rng.random() * 10.0**rng.randint(-30, 30)!r}])",
        ]))
    return texts


def write():
    here = pathlib.Path(__file__)
    chosen = json.loads(here.with_name("expressions.json").read_text())
    cases = [case(text, checked) for text in chosen for checked in (True, False) if not (checked and text in MIXED)]
    cases += [case(text, False) for text in sample()]
    cases = [test for test in cases if test and test["expr"] not in OTHERWISE]
    unique = dict.fromkeys(json.dumps(test, ensure_ascii=False) for test in cases)
    here.with_name("values.json").write_text("[\n" + ",\n".join(unique) + "\n]\n")


write()
