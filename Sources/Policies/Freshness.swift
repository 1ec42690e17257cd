import Basics

/// Evidence grows old: an expectation of a data set with `validUntil` does not hold any more once that is past. And a document that is dated after the decision has no date yet:
/// `now - timestamp(date) <= limit` would hold of it for ever.
///
/// Measured evidence is the same whenever it is measured; what time makes of it is decided here, by the judge, at the decision instant.
enum Freshness {
    static func judged(_ evidence: JSONValue, at instant: Instant) -> JSONValue { dated(expected(evidence, at: instant), at: instant) }

    private static func dated(_ evidence: JSONValue, at instant: Instant) -> JSONValue {
        guard var sections = evidence.objectValue, var documents = sections["documents"]?.objectValue else { return evidence }
        for (name, document) in documents {
            guard var members = document.objectValue, let date = members["date"]?.stringValue, let moment = Instant(date), moment > instant
            else { continue }
            members["date"] = nil
            members["undefined"] = .string("it is dated \(date), after the decision")
            documents[name] = .object(members)
        }
        sections["documents"] = .object(documents)
        return .object(sections)
    }

    private static func expected(_ evidence: JSONValue, at instant: Instant) -> JSONValue {
        guard var sections = evidence.objectValue, var quality = sections["dataQuality"]?.objectValue,
            var expectations = quality["expectations"]?.objectValue
        else { return evidence }
        for (name, outcome) in expectations {
            guard let until = outcome["validUntil"], var members = outcome.objectValue else { continue }
            // What cannot be read is not fresh.
            if let moment = until.stringValue.flatMap({ Instant($0) }), instant <= moment { continue }
            members["holds"] = .bool(false)
            members["violations"] = .int((outcome["violations"]?.intValue ?? 0) + 1)
            expectations[name] = .object(members)
        }
        quality["expectations"] = .object(expectations)
        sections["dataQuality"] = .object(quality)
        return .object(sections)
    }

    /// The instants from which an expectation holds no more, or a document has its date.
    static func boundaries(of evidence: JSONValue) -> [Instant] {
        let expectations = (evidence["dataQuality"]?["expectations"]?.objectValue ?? [:]).values
        let documents = (evidence["documents"]?.objectValue ?? [:]).values
        return expectations.compactMap { $0["validUntil"]?.stringValue.flatMap { Instant($0) }?.adding(seconds: 1) }
            + documents.compactMap { $0["date"]?.stringValue.flatMap { Instant($0) } }
    }
}
