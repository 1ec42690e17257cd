import Basics

/// Evidence grows old: an expectation of a data set with `validUntil` does not hold any more once that is past.
///
/// Measured evidence is the same whenever it is measured; what time makes of it is decided here, by the judge, at the decision instant.
enum Freshness {
    static func judged(_ evidence: JSONValue, at instant: Instant) -> JSONValue {
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

    /// The instants from which an expectation holds no more.
    static func boundaries(of evidence: JSONValue) -> [Instant] {
        (evidence["dataQuality"]?["expectations"]?.objectValue ?? [:]).values.compactMap { outcome in
            outcome["validUntil"]?.stringValue.flatMap { Instant($0) }?.adding(seconds: 1)
        }
    }
}
