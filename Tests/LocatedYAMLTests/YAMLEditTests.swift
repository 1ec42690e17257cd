import Diagnostics
import LocatedYAML
import Testing

@Suite struct YAMLEditTests {
    static func setting(_ path: String, _ value: String, in text: String) -> String? {
        YAMLEdit.setting(path.split(separator: ".").map(String.init), to: value, in: SourceFile(path: "a.yaml", text: text))
    }

    static func appending(_ fields: KeyValuePairs<String, String>, to path: String, in text: String) -> String? {
        YAMLEdit.appending(fields, to: path.split(separator: ".").map(String.init), in: SourceFile(path: "a.yaml", text: text))
    }

    @Test(
        arguments: [
            ("a: 1 # one\nb: x   # two\n", "b", "w", "a: 1 # one\nb: w   # two\n"),
            ("a: 'x' # c\n", "a", "it's", "a: 'it''s' # c\n"),
            ("a: \"x\"\n", "a", "y", "a: \"y\"\n"),
            ("a: x", "a", "5", "a: \"5\""),
            ("a: x\n", "a", "NO", "a: \"NO\"\n"),
            ("a: x\n", "a", "b # c: d", "a: \"b # c: d\"\n"),
            ("a: x\n", "a", "1\n2\u{1}", "a: \"1\\n2\\u0001\"\n"),
            ("a: {b: x, c: y} # z\n", "a.b", "w, v", "a: {b: \"w, v\", c: y} # z\n"),
            ("a: [x, y]\n", "a.1", "z", "a: [x, z]\n"),
            ("a: |\n  x\n  y\n\n# c\nb: 1\n", "a", "z", "a: z\n\n# c\nb: 1\n"),
            ("a:\nb: 1\n", "a", "x", "a: x\nb: 1\n"),
            ("ü: 'ä' # é\r\nb: 1\r\n", "ü", "ö", "ü: 'ö' # é\r\nb: 1\r\n"),
        ])
    func `a scalar is replaced and nothing else`(text: String, path: String, value: String, expected: String) {
        #expect(Self.setting(path, value, in: text) == expected)
    }

    @Test(
        arguments: [
            ("s:\n  a: 1 # one\n\n# two\nt: 2\n", "s.b", "s:\n  a: 1 # one\n  b: x\n\n# two\nt: 2\n"),
            (
                "s:\n  a:\n    - 1\n    # in the list\n    - c: 2   # last\n# end\n", "s.b",
                "s:\n  a:\n    - 1\n    # in the list\n    - c: 2   # last\n  b: x\n# end\n"
            ),
            ("s: {a: 1} # c\n", "s.b", "s: {a: 1, b: x} # c\n"),
            ("s: {}\n", "s.b", "s: {b: x}\n"),
            ("s: {a: 1,}\n", "s.b", "s: {a: 1, b: x,}\n"),
            ("a: 1", "b", "a: 1\nb: x"),
            ("a: 1\r\n", "b", "a: 1\r\nb: x\r\n"),
            ("l:\n- a: 1\n- c: 2\n", "l.0.b", "l:\n- a: 1\n  b: x\n- c: 2\n"),
            ("s:\n  a: >\n    folded\n    text\nt: 1\n", "s.b", "s:\n  a: >\n    folded\n    text\n  b: x\nt: 1\n"),
        ])
    func `a missing key is added behind the others`(text: String, path: String, expected: String) {
        #expect(Self.setting(path, "x", in: text) == expected)
    }

    @Test(
        arguments: [
            ("s:\n  m: []\n", "s:\n  m:\n    - k: i\n      r: x\n"),
            ("s:\n  m: []   # nothing is live\n  z: 1\n", "s:\n  m: # nothing is live\n    - k: i\n      r: x\n  z: 1\n"),
            ("s: {m: []}\n", "s: {m: [{k: i, r: x}]}\n"),
            ("s:\n  m: [ # none\n  ]\n", "s:\n  m: [{k: i, r: x} # none\n  ]\n"),
            ("s:\n  m: [{k: a, r: b}]\n", "s:\n  m: [{k: a, r: b}, {k: i, r: x}]\n"),
            ("s:\n  m:\n  - k: a # c\n    r: b # d\n  # e\n  z: 1\n", "s:\n  m:\n  - k: a # c\n    r: b # d\n  - k: i\n    r: x\n  # e\n  z: 1\n"),
            ("s:\n  m:\n    - {k: a, r: b}\n", "s:\n  m:\n    - {k: a, r: b}\n    - k: i\n      r: x\n"),
            ("s:\n  d: text\n", "s:\n  d: text\n  m:\n    - k: i\n      r: x\n"),
            ("s: {}\n", "s: {m: [{k: i, r: x}]}\n"),
        ])
    func `a mapping is appended to a list in the list's own layout`(text: String, expected: String) {
        #expect(Self.appending(["k": "i", "r": "x"], to: "s.m", in: text) == expected)
    }

    @Test func `an environment is promoted twice`() throws {
        let text = "kind: Environment\nspec:\n  models: []\n"
        let first = try #require(Self.appending(["name": "income", "record": "sha256:aa"], to: "spec.models", in: text))
        #expect(Self.setting("spec.models.0.record", "sha256:bb", in: first) == first.replacing("sha256:aa", with: "sha256:bb"))
    }

    @Test(arguments: [
        ("a: &x 1\nb: *x\n", "b"), ("a: &x {c: 1}\nb: *x\n", "b.c"), ("a: &x {c: 1}\nb: *x\n", "a.c"), ("a: [1]\n", "a"), ("a: 1\n", "b.c"),
        ("a: 1\n", "a.b"), ("a: [1\n", "a"), ("a: |+\n  x\n\n", "b"), ("a: 1\n", ""),
    ])
    func `what splicing would not do right is refused`(text: String, path: String) {
        #expect(Self.setting(path, "x", in: text) == nil)
    }
}
