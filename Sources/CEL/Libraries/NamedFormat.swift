import Foundation

/// A form that text has, by the name that Kubernetes gives it.
struct NamedFormat: OpaqueValue {
    static let type = CELType.abstract("kubernetes.NamedFormat", [])

    let name: String
    /// What the form is, in one sentence.
    let meaning: String
    private let faults: @Sendable (String) -> [String]

    var type: CELType { Self.type }
    var text: String { name }
    func isEqual(to other: any OpaqueValue) -> Bool { (other as? NamedFormat)?.name == name }

    /// What is wrong with a text; nothing if it has the form.
    func faults(of text: String) -> [String] { faults(text) }

    static let all: [NamedFormat] = [
        name("dns1123Label", "a DNS label (RFC 1123) in lower case", alphanumeric, 63),
        name("dns1123Subdomain", "a DNS name (RFC 1123) in lower case", #"\#(alphanumeric)(\.\#(alphanumeric))*"#, 253),
        name("dns1035Label", "a DNS label (RFC 1035) in lower case, which begins with a letter", leadingLetter, 63),
        prefix("dns1123LabelPrefix", "the beginning of a DNS label (RFC 1123); may end with '-'", alphanumeric, 63),
        prefix("dns1123SubdomainPrefix", "the beginning of a DNS name (RFC 1123); may end with '-'", #"\#(alphanumeric)(\.\#(alphanumeric))*"#, 253),
        prefix("dns1035LabelPrefix", "the beginning of a DNS label (RFC 1035); may end with '-'", leadingLetter, 63),
        NamedFormat(
            name: "qualifiedName", meaning: "a name of at most 63 letters, digits, '-', '_' and '.', optionally behind a DNS name and '/'",
            faults: qualifiedNameFaults),
        name("labelValue", "nothing, or at most 63 letters, digits, '-', '_' and '.', a letter or digit first and last", "(\(qualified))?", 63),
        NamedFormat(name: "uri", meaning: "an absolute URI or an absolute path (RFC 3986)") { text in
            do throws(URLReference.Failure) {
                _ = try URLReference(parsing: text)
                return []
            } catch {
                return ["is no URI: \(error.message)"]
            }
        },
        matching("uuid", "a UUID; the hyphens may be left out", #"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"#),
        NamedFormat(name: "byte", meaning: "base64 with its padding (RFC 4648)") { Data(base64Encoded: $0) == nil ? ["is no base64"] : [] },
        NamedFormat(name: "date", meaning: "a date such as 2026-11-24 (RFC 3339 full-date)") { text in
            TimeText.timestamp(text + "T00:00:00Z") == nil ? ["is no date such as 2026-11-24"] : []
        },
        NamedFormat(name: "datetime", meaning: "a date and time such as 2026-11-24T12:00:00Z (RFC 3339 date-time)") { text in
            TimeText.timestamp(text) == nil ? ["is no date and time such as 2026-11-24T12:00:00Z"] : []
        },
    ]

    private static let alphanumeric = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    private static let leadingLetter = "[a-z]([-a-z0-9]*[a-z0-9])?"
    private static let qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

    /// Without a limit.
    private static func matching(_ name: String, _ meaning: String, _ pattern: String) -> NamedFormat {
        NamedFormat(name: name, meaning: meaning) { matches($0, pattern) ? [] : ["is not \(meaning)"] }
    }

    private static func name(_ name: String, _ meaning: String, _ pattern: String, _ limit: Int) -> NamedFormat {
        NamedFormat(name: name, meaning: meaning) { faults($0, meaning, pattern, limit) }
    }

    /// What a generator appends to may end with a hyphen. As in Kubernetes, that and the letter before it are not looked at.
    private static func prefix(_ name: String, _ meaning: String, _ pattern: String, _ limit: Int) -> NamedFormat {
        NamedFormat(name: name, meaning: meaning) { text in
            let isOpen = text.utf8.count > 1 && text.hasSuffix("-")
            return faults(isOpen ? text.dropLast(2) + "a" : text, meaning, pattern, limit)
        }
    }

    private static func faults(_ text: String, _ meaning: String, _ pattern: String, _ limit: Int) -> [String] {
        guard text.utf8.count <= limit else { return ["must be no more than \(limit) bytes"] }
        return matches(text, pattern) ? [] : ["is not \(meaning)"]
    }

    @Sendable private static func qualifiedNameFaults(_ text: String) -> [String] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2 else { return ["has more than one '/'"] }
        let prefix =
            parts.count < 2
            ? []
            : parts[0].isEmpty
                ? ["the part before '/' is empty"]
                : faults(parts[0], "a DNS name (RFC 1123) in lower case", #"\#(alphanumeric)(\.\#(alphanumeric))*"#, 253).map {
                    "the part before '/' \($0)"
                }
        let name = parts[parts.count - 1]
        return prefix
            + (name.isEmpty
                ? ["the name is empty"]
                : faults(name, "letters, digits, '-', '_' and '.' with a letter or digit first and last", qualified, 63).map { "the name \($0)" })
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool {
        do {
            var matcher = RegularExpressionMatcher(
                try RegularExpression.shared("^(?:\(pattern))$"), text, groups: nil, allowance: .max, isCancelled: nil)
            return try matcher.matches()
        } catch {
            preconditionFailure("the pattern of a format is sound: \(error)")
        }
    }
}
