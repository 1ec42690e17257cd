import Basics
import CEL
import Testing

/// The harness itself: every kind of value that the suite's messages have, and what it must not let pass.
@Suite struct ConformanceHarnessTests {
    private func failure(_ test: JSONValue) -> String? { ConformanceCase(test).failure() }

    @Test(arguments: [
        ("null", #"{"null_value": null}"#), ("true", #"{"bool_value": true}"#), ("-7", #"{"int64_value": "-7"}"#), ("7", #"{"int64_value": 7}"#),
        ("18446744073709551615u", #"{"uint64_value": "18446744073709551615"}"#), ("-0.0", #"{"double_value": "-0"}"#),
        ("0.0 / 0.0", #"{"double_value": "NaN"}"#), ("'a'", #"{"string_value": "a"}"#), ("b'abc'", #"{"bytes_value": "YWJj"}"#),
        ("[1, 'a']", #"{"list_value": {"values": [{"int64_value": "1"}, {"string_value": "a"}]}}"#), ("[]", #"{"list_value": {}}"#),
        ("{'a': 1}", #"{"map_value": {"entries": [{"key": {"string_value": "a"}, "value": {"int64_value": "1"}}]}}"#),
        ("type(1)", #"{"type_value": "int"}"#), ("type(null)", #"{"type_value": "null_type"}"#), ("type([1])", #"{"type_value": "list"}"#),
        ("type({})", #"{"type_value": "map"}"#), ("type(type(1))", #"{"type_value": "type"}"#),
        ("type(timestamp(0))", #"{"type_value": "google.protobuf.Timestamp"}"#),
        ("type(duration('1s'))", #"{"type_value": "google.protobuf.Duration"}"#), ("type(optional.of(1))", #"{"type_value": "optional_type"}"#),
        ("type(ip('::1'))", #"{"type_value": "net.IP"}"#), ("type(cidr('::1/128'))", #"{"type_value": "net.CIDR"}"#),
        ("timestamp(1)", #"{"object_value": {"@type": "type.googleapis.com/google.protobuf.Timestamp", "value": "1970-01-01T00:00:01Z"}}"#),
        ("duration('1.5s')", #"{"object_value": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1.500s"}}"#),
    ])
    func `every kind of value is read`(text: String, value: String) throws {
        #expect(failure(["expr": .string(text), "value": try JSONValue(parsing: Array(value.utf8))]) == nil)
    }

    @Test func `what is another value, or none that is known, fails`() {
        #expect(failure(["expr": "0.0", "value": ["double_value": "-0"]])?.contains("gives 0") == true)
        #expect(failure(["expr": "null", "value": ["object_value": ["@type": "type.googleapis.com/x.Y"]]])?.contains("does not know") == true)
        #expect(failure(["expr": "null", "value": ["enum_value": ["value": 0]]])?.contains("does not know") == true)
        #expect(failure(["expr": "type(timestamp(0))", "value": ["type_value": "google.protobuf.Duration"]]) != nil)
    }

    @Test func `only an evaluation that fails, or types that do not fit, answer a test of errors`() {
        #expect(failure(["expr": "1 / 0", "eval_error": [:]]) == nil)
        #expect(failure(["expr": "1 + 'a'", "eval_error": [:]]) == nil)
        #expect(failure(["expr": "1 + 'a'", "disable_check": true, "eval_error": [:]]) == nil)
        #expect(failure(["expr": "1 +", "eval_error": [:]])?.hasPrefix("does not compile") == true)
        #expect(failure(["expr": "1 +", "disable_check": true, "eval_error": [:]])?.hasPrefix("does not compile") == true)
        #expect(failure(["expr": "1", "eval_error": [:]]) == "gives 1, and should fail")
    }
}
