"""Regular expressions: what RE2 (google-re2) matches, with all groups, of chosen and of random patterns."""

import random

import re2

CHOSEN = [
    # pattern, texts
    (r"(a|ab)(c|bcd)(d*)", ["abcd"]),
    (r"(a|ab)(bcd|c)(d*)", ["abcd"]),
    (r"(?:(a)|b)*", ["ab", "ba", "bb"]),
    (r"(a*)*", ["aa", "b", ""]),
    (r"(a*)+", ["aa", "b", ""]),
    (r"(|a)*", ["aa"]),
    (r"(|a)+", ["aa"]),
    (r"(a|)+?b", ["aab"]),
    (r"(a??)(a*)", ["aa"]),
    (r"(a{2,3}?)(a*)", ["aaaaa"]),
    (r"(?U)(a+)(a*)", ["aaa"]),
    (r"(?U)(a+?)(a*)", ["aaa"]),
    (r"(?P<year>\d{4})-(?<month>\d\d)", ["2026-11-24 2025-01-02"]),
    (r"(?i)k+", ["kK\u212a"]),
    (r"(?i)[^s]", ["sS\u017ft"]),
    (r"(?i)stra\u00dfe", ["STRA\u1e9eE", "strasse"]),
    (r"(?i)\w+", ["a\u017f\u212a_1"]),
    (r"(?i)\W", ["\u017f", "-"]),
    (r"(?i)[\W]", ["\u017f", "-"]),
    (r"(?i)[[:upper:]]+", ["abC1"]),
    (r"(?i)\p{Lu}+", ["abC1"]),
    (r"\bfoo\b|\Boo\B", ["foo boot food"]),
    (r"^", ["ab\ncd"]),
    (r"(?m)^", ["ab\ncd\n"]),
    (r"(?m)$", ["ab\ncd\n"]),
    (r"$", ["ab\n"]),
    (r"\z", ["ab"]),
    (r"\A\w", ["ab"]),
    (r"", ["abc", ""]),
    (r"a|", ["aba"]),
    (r"x*", ["axxb"]),
    (r"\Qa.b\E+", ["a.bb axb"]),
    (r"\Q\E*", ["a"]),
    (r"a\Q*", ["a*"]),
    (r"[\x{1F600}-\x{1F64F}]", ["ok \U0001f601"]),
    (r"\101\x42\x{43}", ["ABC"]),
    (r"\07", ["\a"]),
    (r"[^\n]+", ["a\nb"]),
    (r"[]-a]+", ["]^_`ab"]),
    (r"[a-]+", ["a-b"]),
    (r"[[:^alpha:]]+", ["ab12"]),
    (r"[[:x]+", ["[:x"]),
    (r"(?s).+", ["a\nb"]),
    (r"(?s-s).+", ["a\nb"]),
    (r"(?i-i)a", ["A", "a"]),
    (r"a(?i)b|c", ["aB", "C", "ab"]),
    (r"(a(?i)b)c", ["aBc", "aBC"]),
    (r"a{,2}", ["a{,2}", "aa"]),
    (r"a{0}b", ["ab"]),
    (r"(a){0}(b)", ["ab"]),
    (r"a{1001}", ["a"]),
    (r"a{99999999999999999999}", ["a"]),
    (r"a{1,99999999999999999999}", ["a"]),
    (r"(a{100}){10}", ["a" * 1000]),
    (r"(a{100}){11}", ["a" * 1100]),
    (r"((a{10,}){10}){10}", ["a" * 1000]),
    (r"((a{2}){2}){2}", ["a" * 17]),
    (r"\pN+\p{^N}", ["12a"]),
    (r"\PN", ["1a"]),
    (r"(?P<>x)", ["x"]),
    (r"(?P<a-b>x)", ["x"]),
    (r"(?P=a)", ["x"]),
    (r"(?i)*", ["x"]),
    (r"a(?i)*", ["aaA"]),
    (r"a+(?i){2}", ["aaA"]),
    (r"\Qab\E(?s)+", ["abb"]),
    (r"{2}", ["x"]),
    (r"({2,})", ["x"]),
    (r"(?-)", ["x"]),
    (r"(?i-)", ["x"]),
    (r"(?i-:x)", ["x"]),
    (r"a**", ["a"]),
    (r"a*+", ["a"]),
    (r"a*??", ["a"]),
    (r"a{2}{2}", ["a"]),
    (r"(a*)(?:b|)*?c", ["abc"]),
    (r"\8", ["8"]),
    (r"\1", ["1"]),
    (r"\x4", ["x"]),
    (r"\x{110000}", ["x"]),
    (r"\_", ["_"]),
    (r"\-", ["-"]),
    (r"[a-\d]", ["a"]),
    (r"[z-a]", ["a"]),
    (r"[a", ["a"]),
    (r"[[:nope:]]", ["a"]),
    (r"x]", ["x]"]),
    (r"{", ["{"]),
    (r"*", ["a"]),
    (r"|*", ["a"]),
    (r"(*)", ["a"]),
    (r"^*", ["a"]),
    (r"(?:^)*a", ["a"]),
    (r"(\b)*a", ["a"]),
    (r"(?:$|^)+", ["a"]),
    (r"([ab]*?)(?:ab)*$", ["aabab"]),
    (r"(a+)(b+)?(c+)?", ["aac", "aabb"]),
    (r"e\u0301", ["e\u0301"]),
]

LETTERS = ["a", "b", "c", "A", "\u00e9", "\u017f", "s", "S", "1", "-", "\n", " ", "_"]


def random_pattern(rng, depth=0):
    """A pattern of RE2's grammar; now and then one with a mistake."""

    def atom():
        kind = rng.randrange(20)
        if kind < 8:
            return rng.choice(["a", "b", "c", "s", "1", "\u00e9", "\\n", " "])
        if kind < 10:
            return "."
        if kind < 13:
            inside = "".join(rng.choice(["a", "b", "s", "a-c", "\\d", "\\W", "1", "\u00e9", "[:upper:]", "\\n"]) for _ in range(rng.randint(1, 3)))
            return "[" + rng.choice(["", "", "^"]) + inside + "]"
        if kind < 14:
            return rng.choice(["\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\pL", "\\P{Lu}"])
        if kind < 15:
            return rng.choice(["^", "$", "\\b", "\\B", "\\A", "\\z", "(?i)", "(?m)", "(?s)", "(?U)"])
        if depth > 3:
            return "a"
        inner = random_pattern(rng, depth + 1)
        return rng.choice(["(", "(", "(", "(?:", "(?i:", "(?U:", "(?m:"]) + inner + ")"

    def piece():
        repeat = rng.choice(["", "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{2,3}?", "{,1}"])
        return atom() + repeat

    branches = ["".join(piece() for _ in range(rng.randint(0 if rng.random() < 0.2 else 1, 3))) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    pattern = "|".join(branches)
    if depth == 0 and rng.random() < 0.03:
        position = rng.randint(0, len(pattern))
        pattern = pattern[:position] + rng.choice(["(", ")", "[", "*", "\\", "{2}", "?"]) + pattern[position:]
    return pattern


def replaced(expression, text):
    """The text with each match shown with its groups, one match after another as Go's regexp package and cel-go go on."""
    shown, end, start, last = "", 0, 0, -1
    groups = min(expression.groups, 3)
    while start <= len(text):
        match = expression.search(text, start)
        if match is None:
            break
        low, high = match.span()
        if not (low == high and low == last):
            parts = [match.group(0)] + [match.group(n + 1) or "" for n in range(groups)]
            shown += text[end:low] + "<" + "|".join(parts) + ">"
            end = high
        last = high
        start = high if high > start else start + 1
    return shown + text[end:]


def case(pattern, text):
    options = re2.Options()
    options.log_errors = False
    try:
        expression = re2.compile(pattern, options)
    except re2.error:
        return {"pattern": pattern, "text": text}
    return {"pattern": pattern, "text": text, "groups": min(expression.groups, 3), "replaced": replaced(expression, text)}


def values(count=1500):
    cases = [case(pattern, text) for pattern, texts in CHOSEN for text in texts]
    rng = random.Random(20261124)
    for _ in range(count):
        pattern = random_pattern(rng)
        # RE2 finds \B also between the bytes of one letter, where cel-go's engine and ours do not look.
        letters = [letter for letter in LETTERS if letter.isascii()] if "\\B" in pattern else LETTERS
        text = "".join(rng.choice(letters) for _ in range(rng.randint(0, 9)))
        cases.append(case(pattern, text))
    return cases
