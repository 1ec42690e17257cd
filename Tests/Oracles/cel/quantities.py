"""Amounts: their values by Python's decimal numbers, after the grammar that apimachinery documents; and versions by PyPI semver."""

import decimal
import random
import re

import semver

decimal.getcontext().prec = 400
FORM = re.compile(r"([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(|[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)", re.ASCII)
DECIMAL = {"": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
NANO = decimal.Decimal("1e-9")


def quantity(text):
    """The value, finer than billionths rounded away from zero; None for what is no quantity."""
    match = FORM.fullmatch(text)
    if match is None:
        return None
    sign, whole, fraction, alone, suffix = match.groups()
    number = decimal.Decimal(f"{whole or '0'}.{fraction or alone or '0'}")
    if suffix in DECIMAL:
        number = number.scaleb(DECIMAL[suffix])
    elif suffix.endswith("i"):
        number *= 1024 ** ("KMGTPE".index(suffix[0]) + 1)
    else:
        number = number.scaleb(int(suffix[1:]))
    number = number.quantize(NANO, rounding=decimal.ROUND_UP)
    return -number if sign == "-" else number


def plain(number):
    text = format(number, "f").rstrip("0").rstrip(".")
    return "0" if text in ("", "-0", "-") else text


TEXTS = [
    "", "-", ".", "Mi", "200K", "Three", "1,3G", "10Mo", "10Mm", "1.5G", "200k", "1.3Gi", "0", "-0", "+5", "5.", ".5", "1e3", "1E", "1E3", "1e-3", "1E+3",
    "1e", "1Ee3", "1.2.3", "1 M", " 1", "1k5", "0.1n", "-0.1n", "1.0000000001", "999999999.9999999999", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "8Ei", "16Ei", "0.5Ki", "0.0001Ki", "1.1Ki", "0.00000000001Gi", "1e18", "1e-9", "1e-10", "1e-1000",
    "9999999999999999999999999999999999999G", "0e50", "0.000e9", "00012", "1n", "1u", "1m", "50.703k", "1ki", "1KI", "1mi", "١", "1e3k", "--1", "+-1", "1_000",
]


def random_text(rng):
    digits = lambda most: "".join(rng.choice("0123456789") for _ in range(rng.randint(0, most)))  # noqa: E731
    text = rng.choice(["", "", "-", "+"]) + digits(12) + rng.choice(["", ".", "." + digits(12)])
    suffixes = list(DECIMAL) + ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "E-4", "e+2", "e12", "K", "i", "e"]
    return text + rng.choice(suffixes)


def values(count=400):
    rng = random.Random(20261124)
    texts = TEXTS + [random_text(rng) for _ in range(count)]
    cases = []
    for index, text in enumerate(texts):
        number = quantity(text)
        if number is None:
            cases.append({"a": text})
            continue
        case = {"a": text, "integer": None, "double": float(number), "sign": (number > 0) - (number < 0)}
        if number == int(number) and -(2**63) <= number < 2**63:
            case["integer"] = int(number)
        # Another one, to add, subtract and compare.
        other_text = next(t for t in texts[(index * 7 + 3) % len(texts):] + texts if quantity(t) is not None)
        other = quantity(other_text)
        case |= {"b": other_text, "sum": plain(number + other), "difference": plain(number - other), "order": (number > other) - (number < other)}
        cases.append(case)
    return cases


VERSIONS = [
    "1.0.0", "0.1.0-alpha.1", "200K", "Three", "Mi", "1.0", "1", "v1.0.0", "01.1.1", "1.01.1", "1.1.01", "1.0.0-01", "1.0.0-0a", "1.0.0-", "1.0.0+", "1.0.0-a..b",
    "1.0.0-a_b", "1.0.0+b.01", "1.0.0-alpha", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0+build", "1.0.0-rc.1+build.5",
    "1.0.0--", "1.0.0-a-b", "1.0.0-a+b-c", "1.0.0+a+b", "1.2.3.4", "-1.2.3", "1.2.-3", "", ".", "..", "1..1", "1.0.0 ", " 1.0.0", "1.0.0-\u00e9", "2.0.0", "1.10.0",
    "1.9.0", "1.0.0-A", "1.0.0-a", "1.0.0-1", "1.0.0-10", "1.0.0-9", "1.0.0-1.a", "1.0.0-1.1", "\u0661.0.0",
]


def version(text):
    try:
        # Python's pattern takes digits of every script; the standard knows ten.
        return semver.Version.parse(text) if text.isascii() else None
    except ValueError:
        return None


def versions():
    cases = []
    for a in VERSIONS:
        left = version(a)
        if left is None:
            cases.append({"a": a})
            continue
        for b in VERSIONS:
            right = version(b)
            if right is not None:
                cases.append({"a": a, "b": b, "numbers": [left.major, left.minor, left.patch], "order": left.compare(right)})
    return cases
