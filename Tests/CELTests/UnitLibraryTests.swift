import CEL
import Testing

/// Examples of Kubernetes' documentation, and what the peers do not say.
@Suite struct UnitLibraryTests {
    @Test(arguments: [
        (#"quantity("50k").add(quantity("20k")) == quantity("70k")"#, "true"), (#"quantity("50k").add(20) == quantity("50020")"#, "true"),
        (#"quantity("50k").sub(20000) == quantity("30k")"#, "true"),
        (#"quantity("50k").add(20).sub(quantity("100k")).sub(-50000) == quantity("20")"#, "true"),
        (#"quantity("0").sub(-9223372036854775807 - 1).isInteger()"#, "false"), (#"quantity("200M").compareTo(quantity("0.2G"))"#, "0"),
        (#"quantity("8Ei").isLessThan(quantity("16Ei"))"#, "true"), (#"quantity("1e101")"#, "error"), (#"quantity("1e99").add(1).sign()"#, "1"),
        (#"quantity("1e10000000000000000000")"#, "error"), (#"quantity("50.703k").asInteger()"#, "50703"),
        (#"quantity("-1.5").asInteger()"#, "error"),
        (#"type(quantity("1")) == kubernetes.Quantity"#, "true"), (#"quantity("1") == dyn(1)"#, "false"), (#"quantity("-1.50k")"#, "-1500"),
        (#"quantity("1").add("1")"#, "compile error"), (#"dyn(quantity("1")).add(dyn("1"))"#, "error"),
        (#"dyn(semver("1.0.0")).isLessThan(quantity("1"))"#, "error"),
        (#"semver("1.2.3").compareTo(quantity("1"))"#, "compile error"), (#"dyn(quantity("1")).isLessThan(quantity("2"))"#, "true"),
        (#"dyn(semver("1.0.0")).isLessThan(semver("2.0.0"))"#, "true"),
    ])
    func `amounts are exact`(text: String, expected: String) { #expect(LibraryTests.run(text) == expected, "\(text)") }

    @Test(arguments: [
        ("semver('v1.0.0', true) == semver('1.0.0')", "true"), ("semver('1.0', true) == semver('1.0.0')", "true"),
        ("semver('01.01.01', true) == semver('1.1.1')", "true"), ("semver('1', true).patch()", "0"), ("semver('00', true).major()", "0"),
        ("isSemver('v1.0')", "false"), ("isSemver('v1.0', true)", "true"), ("isSemver('v1.0', false)", "false"), ("isSemver('vv1.0', true)", "false"),
        ("isSemver('1.0-rc.1', true)", "false"), ("isSemver('1-rc', true)", "false"), ("isSemver('1.0.0-01', true)", "false"),
        ("isSemver('', true)", "false"), ("isSemver('1.', true)", "false"), ("semver('1.2.003-rc.1+b', true).patch()", "3"),
        ("semver('18446744073709551615.0.0').major()", "error"), ("isSemver('18446744073709551616.0.0')", "false"),
        ("semver('18446744073709551615.0.0').isGreaterThan(semver('9.0.0'))", "true"), ("semver('1.0.0+a') == semver('1.0.0+b')", "true"),
        ("semver('1.2.3')", "1.2.3"),
    ])
    func `versions are normalized where that is wanted`(text: String, expected: String) { #expect(LibraryTests.run(text) == expected, "\(text)") }

    @Test(arguments: [
        ("url('/path').getScheme()", #""""#), ("url('https://example.com/path with spaces/').getEscapedPath()", #""/path%20with%20spaces/""#),
        ("url('https://example.com/path?k1=a&k2=b&k2=c').getQuery()", #"{"k1": ["a"], "k2": ["b", "c"]}"#),
        ("url('../relative-path')", "error"), ("url('http://a/b') == url('HTTP://a/b')", "true"), ("url('http://a/b') == url('http://a/c')", "false"),
        ("url('http://a/b#c') == url('http://a/b#d')", "false"), ("url('http://a/b')", "http://a/b"),
    ])
    func `URLs are taken apart`(text: String, expected: String) { #expect(LibraryTests.run(text) == expected, "\(text)") }

    @Test(arguments: [
        (
            "dns1123Label", ["a", "a-b", "0a", String(repeating: "a", count: 63)],
            ["", "-a", "a-", "A", "a.b", "ä", String(repeating: "a", count: 64)]
        ),
        ("dns1123Subdomain", ["a", "a.b-c.d"], ["a..b", ".a", "a.", "a.-b", "a\n"]),
        ("dns1035Label", ["a", "a0"], ["0a", "a-"]),
        ("dns1123LabelPrefix", ["a", "a-", "ab-"], ["-", "-a-", "A-a-"]), ("dns1123SubdomainPrefix", ["a.b-"], [".a-b-"]),
        ("dns1035LabelPrefix", ["a-"], ["0a-"]),
        ("qualifiedName", ["a", "A_b.c", "example.com/A"], ["", "/a", "a/", "a/b/c", "Example.com/a", "_a"]),
        ("labelValue", ["", "a", "A_b.c-d"], ["-a", "a b", String(repeating: "a", count: 64)]),
        ("uri", ["https://example.com/a?b=c", "/a"], ["a", "../a", "http://[::1"]),
        (
            "uuid", ["123e4567-e89b-12d3-a456-426614174000", "123E4567E89B12D3A456426614174000"],
            ["123e4567", "g23e4567-e89b-12d3-a456-426614174000"]
        ),
        ("byte", ["", "aGVsbG8=", "aGVs"], ["aGVsbG8", "a*=="]),
        ("date", ["2024-02-29"], ["2023-02-29", "2024-2-29", "2024-01-01T00:00:00Z"]),
        ("datetime", ["2024-02-29T12:00:00Z", "2024-02-29T12:00:00.5+02:00"], ["2024-02-29", "2024-02-29T25:00:00Z"]),
    ])
    func `text has a form or is told why not`(format: String, sound: [String], unsound: [String]) {
        for text in sound {
            #expect(LibraryTests.run("format.\(format)().validate(\"\(text)\").hasValue()") == "false", "\(text)")
            #expect(LibraryTests.run("format.named('\(format)').value().validate(\"\(text)\") == optional.none()") == "true", "\(text)")
        }
        for text in unsound {
            let literal = text.replacing("\n", with: "\\n")
            #expect(LibraryTests.run("size(format.\(format)().validate(\"\(literal)\").value()) > 0") == "true", "\(text)")
        }
    }

    @Test func `a format that nobody knows is none, and formats are equal by name`() {
        #expect(LibraryTests.run("format.named('unknown').hasValue()") == "false")
        #expect(LibraryTests.run("format.date() == format.named('date').value() && format.date() != format.uuid()") == "true")
        #expect(LibraryTests.run("'%s'.format(['a']).format([])") == "\"a\"")
        #expect(LibraryTests.run("format.date().validate(1)") == "compile error")
    }

    /// cel-spec, `network_ext`: the hexadecimal spelling of a mapped address is the IPv4 address, the one with dots is an error.
    @Test(arguments: [
        ("ip('::ffff:c0a8:1') == ip('192.168.0.1')", "true"), ("ip('::ffff:192.168.0.1')", "error"), ("isIP('::ffff:192.168.0.1')", "false"),
        ("isIP('::FFFF:10.0.0.1')", "false"), ("ip.isCanonical('::ffff:192.168.0.1')", "error"), ("isIP('::1.2.3.4')", "true"),
        ("cidr('10.0.0.0/8').containsIP('::ffff:10.0.0.1')", "error"), ("cidr('::ffff:10.0.0.0/104')", "error"),
        ("isCIDR('::ffff:10.0.0.0/104')", "false"), ("isCIDR('::ffff:a00:0/104')", "false"),
    ])
    func `an IPv4 address with dots is none within IPv6`(text: String, expected: String) { #expect(LibraryTests.run(text) == expected, "\(text)") }

    @Test func `a mapped address is refused by name`() throws {
        for text in ["ip('::ffff:192.168.0.1')", "cidr('::ffff:192.168.0.1/120')"] {
            let expression = try CELEnvironment(variables: [:]).compile(text).get()
            #expect { try expression.evaluate([:]) } throws: { "\($0)".hasPrefix("IPv4-mapped IPv6 address is not allowed") }
        }
    }

    @Test(arguments: [
        ("optional.unwrap([optional.of(1), optional.none(), optional.of(3)])", "[1, 3]"),
        ("[optional.none(), optional.of('a')].unwrapOpt()", #"["a"]"#),
        ("optional.unwrap([])", "[]"), ("optional.unwrap([1])", "compile error"), ("optional.unwrap(dyn([1]))", "error"),
        ("type(optional.unwrap([optional.of(1)])[0]) == int", "true"),
    ])
    func `lists of optional values are unwrapped`(text: String, expected: String) { #expect(LibraryTests.run(text) == expected, "\(text)") }

    @Test(arguments: [
        ("duration('9223372036854775807ns') == duration('9223372036.854775807s')", "true"),
        ("duration('0.00000000001h')", "0.000000036s"), ("duration('1.1234567891234h')", "4044.444440844s"),
        ("timestamp('2026-01-01T00:00:00.1234567891Z')", "2026-01-01T00:00:00.123456789Z"),
        ("duration('1\u{B5}s') == duration('1us') && duration('1\u{3BC}s') == duration('1us')", "true"),
        ("duration('2882303761517117440ns') > duration('2882303761517117439ns')", "true"), ("duration('315576000000s')", "315576000000s"),
        ("duration('315576000001s')", "error"), ("duration('99999999999999999999999999999999999999999999s')", "error"),
        ("duration('0000000000000000000000000000000000001s')", "1s"), ("duration('87660000h87660000h1ns')", "error"),
    ])
    func `durations are read to the end of their range`(text: String, expected: String) { #expect(LibraryTests.run(text) == expected, "\(text)") }
}
