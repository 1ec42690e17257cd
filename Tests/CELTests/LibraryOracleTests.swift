import Basics
import CEL
import Testing

/// Amounts by Python's decimal numbers, versions by PyPI semver, URLs by Go's net/url.
@Suite struct LibraryOracleTests {
    @Test func `amounts are what exact decimal numbers say`() throws {
        let isQuantity = try CELOracle.compile("isQuantity(a)")
        let facts = try CELOracle.compile(
            "[quantity(a).isInteger() ? dyn(quantity(a).asInteger()) : dyn('none'), quantity(a).asApproximateFloat(), quantity(a).sign(), sign(quantity(a))]"
        )
        let pair = try CELOracle.compile(
            """
            [quantity(a).add(quantity(b)) == quantity(c), quantity(a).compareTo(quantity(b)), quantity(a).isLessThan(quantity(b)),
                quantity(a).isGreaterThan(quantity(b)), quantity(a) == quantity(b)]
            """)
        let difference = try CELOracle.compile("quantity(a).sub(quantity(b)) == quantity(c)")
        let cases = try CELOracle.cases("quantity")
        #expect(cases.count > 400)
        for test in cases {
            let a = try #require(test["a"]?.stringValue)
            guard let b = test["b"]?.stringValue, let double = test["double"]?.doubleValue, let sign = test["sign"]?.intValue,
                let order = test["order"]?.intValue, let sum = test["sum"]?.stringValue, let less = test["difference"]?.stringValue
            else {
                #expect(CELOracle.value(isQuantity, ["a": a])?.description == "false", "\(a)")
                #expect(CELOracle.value(facts, ["a": a]) == nil, "\(a)")
                continue
            }
            let integer = test["integer"]?.intValue.map { Value.int($0) } ?? .string("none")
            let expected = Value.list([integer, .double(double), .int(sign), .int(sign)])
            #expect(CELOracle.value(facts, ["a": a])?.description == expected.description, "\(a)")
            let answers = Value.list([.bool(true), .int(order), .bool(order < 0), .bool(order > 0), .bool(order == 0)])
            #expect(CELOracle.value(pair, ["a": a, "b": b, "c": sum])?.description == answers.description, "\(a), \(b)")
            #expect(CELOracle.value(difference, ["a": a, "b": b, "c": less])?.description == "true", "\(a) less \(b)")
        }
    }

    @Test func `versions are ordered as the standard says`() throws {
        let isVersion = try CELOracle.compile("isSemver(a)")
        let facts = try CELOracle.compile(
            """
            [[semver(a).major(), semver(a).minor(), semver(a).patch()], semver(a).compareTo(semver(b)), semver(a).isLessThan(semver(b)),
                semver(a).isGreaterThan(semver(b)), semver(a) == semver(b)]
            """)
        let cases = try CELOracle.cases("semver")
        #expect(cases.count > 500)
        for test in cases {
            let a = try #require(test["a"]?.stringValue)
            guard let b = test["b"]?.stringValue, let order = test["order"]?.intValue, let numbers = test["numbers"]?.arrayValue else {
                #expect(CELOracle.value(isVersion, ["a": a])?.description == "false", "\(a)")
                continue
            }
            let three = Value.list(numbers.compactMap(\.intValue).map { .int($0) })
            let expected = Value.list([three, .int(order), .bool(order < 0), .bool(order > 0), .bool(order == 0)])
            #expect(CELOracle.value(facts, ["a": a, "b": b])?.description == expected.description, "\(a), \(b)")
        }
    }

    @Test func `URLs have the parts that Go finds`() throws {
        let isURL = try CELOracle.compile("isURL(a)")
        let parts = try CELOracle.compile(
            "[url(a).getScheme(), url(a).getHost(), url(a).getHostname(), url(a).getPort(), url(a).getEscapedPath()]")
        let query = try CELOracle.compile("url(a).getQuery()")
        let cases = try CELOracle.cases("url")
        #expect(cases.count > 600)
        var failures: [String] = []
        for test in cases {
            let text = try #require(test["text"]?.stringValue)
            let isKnown = test["scheme"] != nil
            if CELOracle.value(isURL, ["a": text])?.description != "\(isKnown)" { failures.append("\(text): Go says \(isKnown)") }
            guard isKnown else { continue }
            let expected = ["scheme", "host", "hostname", "port", "path"].map { Value.string(test[$0]?.stringValue ?? "") }
            let given = CELOracle.value(parts, ["a": text])?.description
            if given != Value.list(expected).description { failures.append("\(text): \(given ?? "error"), Go: \(Value.list(expected))") }
            var found: [String: [String]] = [:]
            if case .map(let map)? = CELOracle.value(query, ["a": text]) {
                for (key, value) in map.entries {
                    if case .list(let values) = value { found["\(key)"] = values.map(\.description) }
                }
            }
            let wanted = (test["query"]?.objectValue ?? [:]).map {
                (Value.string($0.key).description, ($0.value.arrayValue ?? []).map { Value.string($0.stringValue ?? "").description })
            }
            if found != Dictionary(uniqueKeysWithValues: wanted) { failures.append("\(text): \(found), Go: \(wanted)") }
        }
        #expect(failures.isEmpty, "\(failures.count) differ:\n\(failures.prefix(40).joined(separator: "\n"))")
    }
}
